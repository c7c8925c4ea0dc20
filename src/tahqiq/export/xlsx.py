"""XLSX: incidents as a workbook with typed cells; right to left with Arabic, Urdu or Persian headings where that is the language asked for.

Source: ECMA-376 (Office Open XML), spreadsheetml. Written row by row into the archive, so that a million rows need no more memory than one.
Text is never a formula: it is written as text, and where a spreadsheet would read it as a formula when edited, marked as quoted.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from typing import BinaryIO
from xml.sax.saxutils import escape

from tahqiq.export.cells import is_formula, member
from tahqiq.export.happenings import Happenings
from tahqiq.export.sheet import Value, columns, row
from tahqiq.settings import Settings

_RIGHT_TO_LEFT = ("ar", "ur", "fa")
_TITLES = {"en": "Incidents", "ar": "الحوادث", "ur": "واقعات", "fa": "رویدادها"}
_DAY_ZERO = date(1899, 12, 30)  # day 0 of spreadsheets, whose 1900 has a 29 February
_LONGEST = 32_767  # letters that a cell holds
_MOST_ROWS = 1_048_576
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PLAIN, _DAY, _DEGREES, _QUOTED, _HEADING = range(5)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>'
    '<numFmt numFmtId="165" formatCode="0.0000"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs>"
    '<cellXfs count="5"><xf xfId="0"/><xf xfId="0" numFmtId="164" applyNumberFormat="1"/>'
    '<xf xfId="0" numFmtId="165" applyNumberFormat="1"/>'
    '<xf xfId="0" quotePrefix="1"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}  # fmt: skip


class Xlsx:
    """One sheet, a row an incident, headings frozen."""

    name = "xlsx"
    title = "XLSX of incidents"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    extension = "xlsx"
    cannot_hold = ("other_harm", "contradictions", "denials", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        language = settings.language if settings.language in _TITLES else "en"
        beyond = 0
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in _PARTS.items():
                with member(archive, name) as file:
                    file.write((_HEAD + part).encode())
            with member(archive, "xl/workbook.xml") as file:
                file.write((_HEAD + _workbook(_TITLES[language])).encode())
            with member(archive, "xl/worksheets/sheet1.xml") as file:
                file.write((_HEAD + _opening(language)).encode())
                for number, one in enumerate(what, start=2):
                    if number > _MOST_ROWS:
                        beyond += 1
                        continue
                    file.write(_row(number, _typed(row(one, what, language))).encode())
                file.write(b"</sheetData></worksheet>")
        return what.count - beyond, {"a sheet holds no more rows": beyond} if beyond else {}


def _workbook(title: str) -> str:
    sheet = f'<sheet name="{title}" sheetId="1" r:id="r1"/>'
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheet}</sheets></workbook>'


def _opening(language: str) -> str:
    side = ' rightToLeft="1"' if language in _RIGHT_TO_LEFT else ""
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    view = f'<sheetViews><sheetView{side} workbookViewId="0">{pane}</sheetView></sheetViews>'
    head = _row(1, ((column.headings[language], _HEADING) for column in columns()))
    return f'<worksheet xmlns="{_MAIN}">{view}<sheetData>{head}'


def _typed(values: list[Value]) -> Iterator[tuple[Value, int]]:
    for value, column in zip(values, columns(), strict=True):
        text = isinstance(value, str)
        yield value, _QUOTED if text and is_formula(str(value)) else {"day": _DAY, "degrees": _DEGREES}.get(column.kind, _PLAIN)


def _row(number: int, cells: Iterator[tuple[Value, int]]) -> str:
    told = (_cell(f"{_letters(at)}{number}", value, style) for at, (value, style) in enumerate(cells))
    return f'<row r="{number}">{"".join(told)}</row>'


def _cell(at: str, value: Value, style: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return f'<c r="{at}" s="{style}"><v>{(value - _DAY_ZERO).days}</v></c>'
    if not isinstance(value, str):
        return f'<c r="{at}" s="{style}"><v>{value}</v></c>'
    text = escape(_UNPRINTABLE.sub("", " ".join(value.split()))[:_LONGEST])
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t>{text}</t></is></c>'


def _letters(column: int) -> str:
    """A, B … Z, AA … of a column counted from 0."""
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)
