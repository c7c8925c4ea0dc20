"""Office files are ZIPs of XML: their words, read part by part without unpacking anything to the disk.

A .docx gives its paragraphs in order, tables' cells in theirs; deleted words of tracked changes are left out. An .xlsx gives the
cells of one sheet as texts. XML that declares a document type is refused: no office program writes one, and entities hide in it.
"""

import datetime as dt
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from tahqiq.errors import UnreadableDocument
from tahqiq.model import Medium
from tahqiq.text.media import MOST, attached, kind_of

MOST_UNPACKED = 200_000_000  # bytes of one part; a thousand pages of words are some millions
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])  # ECMA-376 part 1, 18.8.30
_DATE_CODE = re.compile(r"(?<!\\)[yd]", re.I)
_QUOTED = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.")
_EPOCH = dt.date(1899, 12, 30)
_MOST_COLUMNS = 500


def docx_text(data: bytes, name: str) -> tuple[str, str | None]:
    """The words of a .docx, a line a paragraph, and its title where it has one.

    Raises: UnreadableDocument where it is broken or is none.
    """
    with _opened(data, name) as archive:
        lines = list(_paragraphs(_events(archive, "word/document.xml", name)))
        return "\n".join(line for line in lines if line.strip()), _title(archive, name)


def docx_media(data: bytes, name: str) -> tuple[Medium, ...]:
    """The pictures that a .docx shows, in its order, each with what its author says it shows; those that lie elsewhere by their address.

    Raises: UnreadableDocument where it is broken.
    """
    with _opened(data, name) as archive:
        targets = _targets(archive, name)
        found: dict[str, Medium] = {}
        caption = ""
        for _event, node in _events(archive, "word/document.xml", name, (_WP + "docPr", _A + "blip")):
            if node.tag == _WP + "docPr":
                caption = " ".join((node.get("descr") or node.get("title") or "").split())[:500]
                continue
            target, is_outside = targets.get(node.get(_R + "embed") or node.get(_R + "link") or "", ("", False))
            medium = _medium(archive, target, is_outside, caption)
            if medium:
                found.setdefault(medium.document or medium.address or "", medium)
        return tuple(found.values())[:MOST]


def _targets(archive: zipfile.ZipFile, name: str) -> dict[str, tuple[str, bool]]:
    """Where a document's relations lead, and whether that is outside of it."""
    part = "word/_rels/document.xml.rels"
    if part not in archive.namelist():
        return {}
    tag = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
    nodes = (node for _event, node in _events(archive, part, name, tag))
    return {node.get("Id", ""): (node.get("Target", ""), node.get("TargetMode") == "External") for node in nodes}


def _medium(archive: zipfile.ZipFile, target: str, is_outside: bool, caption: str) -> Medium | None:
    kind = kind_of(target)
    if is_outside:
        return Medium(kind or "image", "shown", address=target, caption=caption) if target.startswith(("http://", "https://")) else None
    part = posixpath.normpath(target[1:] if target.startswith("/") else f"word/{target}")
    if not kind or part not in archive.namelist() or archive.getinfo(part).file_size > MOST_UNPACKED:
        return None
    try:
        return attached(archive.read(part), kind, name=posixpath.basename(part), caption=caption, role="shown")
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        return None


def xlsx_rows(data: bytes, name: str, sheet: str = "") -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet that hold anything, each with its number; dates as ISO days.

    Args:
        sheet: its name; the first unless given.

    Raises: UnreadableDocument where the file is broken or has no such sheet.
    """
    with _opened(data, name) as archive:
        part = _sheet_part(archive, name, sheet)
        strings = _strings(archive, name)
        dates = _date_styles(archive, name)
        for _event, row in _events(archive, part, name, _S + "row"):
            cells = _cells(row, strings, dates)
            if any(cells):
                yield int(row.get("r") or 0), cells
            row.clear()


def _opened(data: bytes, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as e:
        raise UnreadableDocument(f"{name}: is a broken office file ({e})") from None


def _part(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    try:
        member = archive.getinfo(part)
        if member.file_size > MOST_UNPACKED:
            raise UnreadableDocument(f"{name}: unpacks to {member.file_size / 1e6:,.0f} MB of XML; it is not opened")
        content = archive.read(member)
    except KeyError:
        raise UnreadableDocument(f"{name}: is a broken office file (it has no {part})") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as e:
        raise UnreadableDocument(f"{name}: is a broken office file ({e})") from None
    if b"<!DOCTYPE" in content[:2000] or b"<!ENTITY" in content:
        raise UnreadableDocument(f"{name}: declares XML entities, as no office program does; it is not read")
    return content


def _events(archive: zipfile.ZipFile, part: str, name: str, tag: str | tuple[str, ...] | None = None) -> Iterator[tuple[str, Any]]:
    import lxml.etree  # type: ignore[import-untyped]

    content = _part(archive, part, name)
    try:
        yield from lxml.etree.iterparse(
            io.BytesIO(content),
            events=("end",) if tag else ("start", "end"),
            tag=tag,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
    except lxml.etree.XMLSyntaxError as e:
        raise UnreadableDocument(f"{name}: its XML is broken ({e.msg})") from None


def _paragraphs(events: Iterator[tuple[str, Any]]) -> Iterator[str]:
    """The text of each paragraph; what is inside a deletion is not said any more."""
    words: list[str] = []
    for event, node in events:
        if event == "start":
            continue
        if node.tag == _W + "t":
            words.append(node.text or "")
        elif node.tag in (_W + "tab", _W + "cr", _W + "br"):
            words.append(" ")
        elif node.tag == _W + "p":
            yield "".join(words)
            words = []
            node.clear()


def _title(archive: zipfile.ZipFile, name: str) -> str | None:
    if "docProps/core.xml" not in archive.namelist():
        return None
    for _event, node in _events(archive, "docProps/core.xml", name, "{http://purl.org/dc/elements/1.1/}title"):
        return (node.text or "").strip() or None
    return None


def _sheet_part(archive: zipfile.ZipFile, name: str, wanted: str) -> str:
    sheets = {node.get("name", ""): node.get(_R + "id") for _e, node in _events(archive, "xl/workbook.xml", name, _S + "sheet")}
    called = wanted or next(iter(sheets), "")
    if called not in sheets:
        raise UnreadableDocument(f"{name}: has no sheet «{wanted}»; there are: {', '.join(sheets)}")
    tag = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
    for _event, node in _events(archive, "xl/_rels/workbook.xml.rels", name, tag):
        if node.get("Id") == sheets[called]:
            target = node.get("Target", "")
            return target[1:] if target.startswith("/") else f"xl/{target}"
    raise UnreadableDocument(f"{name}: is a broken office file (its sheet «{called}» is nowhere)")


def _strings(archive: zipfile.ZipFile, name: str) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    found = []
    for _event, node in _events(archive, "xl/sharedStrings.xml", name, _S + "si"):
        found.append(_words(node))
        node.clear()
    return found


def _words(node: Any) -> str:
    """The text of a cell's runs, without the readings that East Asian cells carry."""
    return "".join(t.text or "" for t in node.iter(_S + "t") if t.getparent().tag != _S + "rPh")


def _date_styles(archive: zipfile.ZipFile, name: str) -> frozenset[int]:
    """Which cell styles show a number as a day."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    dated, found = set(_BUILT_IN_DATES), []
    for event, node in _events(archive, "xl/styles.xml", name):
        if event == "end" and node.tag == _S + "numFmt":
            if _DATE_CODE.search(_QUOTED.sub("", node.get("formatCode", ""))):
                dated.add(int(node.get("numFmtId", 0)))
        elif event == "end" and node.tag == _S + "cellXfs":
            found = [int(style.get("numFmtId", 0)) for style in node.findall(_S + "xf")]
    return frozenset(i for i, number in enumerate(found) if number in dated)


def _cells(row: Any, strings: list[str], dates: frozenset[int]) -> list[str]:
    cells: list[str] = []
    for cell in row.findall(_S + "c"):
        column = _column(cell.get("r", ""), len(cells))
        if column >= _MOST_COLUMNS:
            break
        cells += [""] * (column + 1 - len(cells))
        cells[column] = _value(cell, strings, dates)
    return cells


def _column(reference: str, after: int) -> int:
    letters = re.match(r"[A-Z]{1,3}", reference)
    if not letters:
        return after
    number = 0
    for letter in letters.group():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: Any, strings: list[str], dates: frozenset[int]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _words(cell)
    held = cell.findtext(_S + "v") or ""
    if kind == "s":
        return strings[int(held)] if held.isdigit() and int(held) < len(strings) else ""
    if kind == "n" and held and int(cell.get("s", 0)) in dates:
        return _day(held)
    return "" if kind == "e" else held


def _day(serial: str) -> str:
    try:
        return (_EPOCH + dt.timedelta(days=int(float(serial)))).isoformat()
    except (ValueError, OverflowError):
        return serial
