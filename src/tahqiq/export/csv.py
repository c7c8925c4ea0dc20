"""CSV: one incident a row, as a spreadsheet or pandas opens it. Names of columns are English, codes are the codebook's."""

from collections.abc import Mapping
from datetime import date
from typing import BinaryIO

from tahqiq.export.cells import Table
from tahqiq.export.happenings import Happenings
from tahqiq.export.sheet import columns, row
from tahqiq.settings import Settings


class Csv:
    """Low, best and high of the killed, of killed civilians and of the injured, beside what happened, where and when."""

    name = "csv"
    title = "CSV of incidents"
    media_type = "text/csv"
    extension = "csv"
    cannot_hold = ("other_harm", "contradictions", "denials", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        table = Table(out, tuple(column.name for column in columns()))
        for one in what:
            table.add(*(value.isoformat() if isinstance(value, date) else value for value in row(one, what)))
        table.done()
        return what.count, {}
