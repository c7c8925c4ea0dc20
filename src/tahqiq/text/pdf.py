"""A PDF becomes text in reading order, page by page.

Many PDFs hold right-to-left lines as they are drawn: letters from left to right, in the shapes they show. Such a page is
found by its words (more frequent words of Arabic, Persian or Urdu when its lines are turned round than as they stand) and
repaired: each line reversed, shapes turned into letters (NFKC), then numbers, Latin runs and brackets turned back.
"""

import io
import logging
import re
import unicodedata
import zlib
from collections.abc import Iterator

from tahqiq.errors import UnreadableDocument
from tahqiq.text.decode import share_of_frequent_words

_MAX_PAGES = 500
_MOST_UNPACKED = 300_000_000  # bytes of all packed streams together; a book of 500 pages has some millions, without its pictures
_STREAM = re.compile(rb"stream\r?\n(?=[\x08-\x78][\x01\x5e\x9c\xda\xbb\x7d\xf9\x20-\xff])")
_BLOCK = 1 << 20
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SHAPES = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_NUMERAL = "0-9\u0660-\u0669\u06f0-\u06f9"
_LATIN = "A-Za-z\u00c0-\u024f"
_INSIDE = "'’&@#_.,:/%+\u066b\u066c-"
_LEFT_TO_RIGHT_RUN = re.compile(  # a word or number, then the words beside it that have a Latin letter: MQ-9 Reaper, 14:30
    f"[{_LATIN}{_NUMERAL}](?:[{_LATIN}{_NUMERAL}{_INSIDE}]*[{_LATIN}{_NUMERAL}%])?"
    f"(?: +(?=[{_NUMERAL}{_INSIDE}]*[{_LATIN}])[{_LATIN}{_NUMERAL}](?:[{_LATIN}{_NUMERAL}{_INSIDE}]*[{_LATIN}{_NUMERAL}])?)*"
)
_MARK_APART = re.compile(" +([\u064b-\u065f\u0670])")  # a mark is drawn in its own box, which looks like a word's
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_MOST_UNMAPPED = 0.01  # share of a PDF's letters that may be unknown glyphs; words with holes match nothing, or the wrong thing
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_SENTENCE_STOP = re.compile(r"[.!?؟۔:»\")]\s*\Z")


def pdf_text(data: bytes, name: str) -> str:
    """The text of a PDF in reading order, a paragraph a line.

    Raises: UnreadableDocument where it is broken, locked, or holds pictures of text only.
    """
    _check_unpacked(data, name)
    try:
        pages = list(_pages(data))
    except UnreadableDocument:
        raise
    except Exception as e:  # the parser raises what it likes on a broken file: TypeError, struct.error, its own
        reason = "is locked by a password" if "Password" in type(e).__name__ else f"is a broken PDF ({type(e).__name__})"
        raise UnreadableDocument(f"{name}: {reason}") from None
    text = "\n".join(page for lines in pages if (page := _paragraphs(repaired(lines))))
    holes = len(_UNMAPPED.findall(text))
    if not text.strip() or holes >= sum(map(str.isalpha, _UNMAPPED.sub("", text))):
        raise UnreadableDocument(f"{name}: is a PDF without text, perhaps a scan")
    if holes > _MOST_UNMAPPED * len(text):
        raise UnreadableDocument(f"{name}: {holes:,} letters of this PDF cannot be told, its font does not say which they are")
    return _UNMAPPED.sub("\ufffd", text)


def _check_unpacked(data: bytes, name: str) -> None:
    """Refuses a PDF that unpacks to more than memory holds: the parser would unpack each stream in one piece."""
    left = _MOST_UNPACKED
    for start in _STREAM.finditer(data):
        for size in _unpacked(_blocks(data, start.end()), 2):
            left -= size
            if left < 0:
                raise UnreadableDocument(
                    f"{name}: unpacks to more than {_MOST_UNPACKED / 1e6:,.0f} MB, as no report does; it is not opened"
                )


def _blocks(data: bytes, start: int) -> Iterator[bytes]:
    yield from (data[at : at + _BLOCK] for at in range(start, len(data), _BLOCK))


def _unpacked(blocks: Iterator[bytes], depth: int) -> Iterator[int]:
    """The sizes of what a packed stream unpacks to, block by block, and of what that unpacks to where it is packed again."""
    inner = _pieces(blocks)
    first = next(inner, b"")
    yield len(first)
    if depth and first[:1] == b"\x78":
        yield from _unpacked(_chained(first, inner), depth - 1)
    yield from map(len, inner)


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _pieces(blocks: Iterator[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj()
    try:
        for block in blocks:
            while block and not unpacking.eof:
                yield unpacking.decompress(block, _BLOCK)
                block = unpacking.unconsumed_tail
            if unpacking.eof:
                return
    except zlib.error:
        return  # not packed this way, or broken: the parser says so


def repaired(lines: list[list[str]]) -> list[list[str]]:
    """The lines of a page, block by block, in reading order: turned round where that gives more of the words of a language."""
    words = "\n".join(line for block in lines for line in block)
    if not _RIGHT_TO_LEFT.search(words):
        return lines
    turned = [[_turned(line) for line in block] for block in lines]
    plain = [[_letters(line) for line in block] for block in lines]
    as_drawn = share_of_frequent_words("\n".join(x for block in turned for x in block))
    as_held = share_of_frequent_words("\n".join(x for block in plain for x in block))
    if as_drawn == as_held:
        return turned if _SHAPES.search(words) else plain
    return turned if as_drawn > as_held else plain


def _turned(line: str) -> str:
    """A line as drawn from left to right, in the order it is read.

    Shapes are turned into letters after the turning, so that a ligature's letters keep their order.
    """
    if not _RIGHT_TO_LEFT.search(line):
        return line
    turned = _letters(line[::-1].translate(_MIRRORED))
    return _LEFT_TO_RIGHT_RUN.sub(lambda m: m.group()[::-1], _MARK_APART.sub(r"\1", turned))


def _letters(line: str) -> str:
    """Shapes as the letters they show; all else as it is."""
    return _SHAPES.sub(lambda m: unicodedata.normalize("NFKC", m.group()), line)


def _pages(data: bytes) -> Iterator[list[list[str]]]:
    """Per page its blocks of lines as drawn, from the top."""
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it warns of every odd font; what matters is raised
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTTextContainer, LTTextLine

    for page in extract_pages(io.BytesIO(data), maxpages=_MAX_PAGES):
        blocks = [element for element in page if isinstance(element, LTTextContainer)]
        yield [[line.get_text().rstrip("\n") for line in block if isinstance(line, LTTextLine)] for block in blocks]


def _paragraphs(blocks: list[list[str]]) -> str:
    """A line a block: a block's lines are one paragraph that was broken to fit the page, until one ends a sentence early."""
    return "\n".join(paragraph for block in blocks for paragraph in _joined([line.strip() for line in block if line.strip()]))


def _joined(lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    width = max(map(len, lines))
    current = ""
    for line in lines:
        current = f"{current} {line}" if current else line
        if len(line) < 0.7 * width and _SENTENCE_STOP.search(line):
            yield current
            current = ""
    if current:
        yield current
