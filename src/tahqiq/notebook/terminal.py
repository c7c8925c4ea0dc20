"""Incidents, accounts and readings for a terminal, by rich: the same values as in a notebook's cell."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tahqiq.model import Account, Incident, Reading, Report
from tahqiq.notebook.html import marked, teller_in
from tahqiq.web import matrix, tolls
from tahqiq.web.contexts import Segment
from tahqiq.web.told import Teller, Value

_STYLES = {"trigger": "bold red", "where": "green", "who": "bold blue", "count": "bold yellow", "says": "magenta"}
_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")  # terminals print them as boxes


def account_panel(account: Account, report: Report, language: str) -> Any:
    """The passage with its words marked, and the values."""
    teller = teller_in(language)
    values = teller.values(account)
    parts = [_text(marked(report, values, account)), Text()] if report.text else []
    return Panel(Group(*parts, _table(values, teller)), title=_plain(teller.what(account)), title_align="left")


def reading_panels(reading: Reading, report: Report) -> Any:
    """The report with all that was read in it marked, then the values of each happening."""
    teller = teller_in("en")
    told = [(account, teller.values(account)) for account in reading.accounts]
    figures = [Value("figures", teller.figure(figure), figure.mention) for figure in reading.figures]
    whole = _text(marked(report, [*(value for _, values in told for value in values), *figures]))
    panels = [Panel(_table(values, teller), title=_plain(teller.what(account)), title_align="left") for account, values in told]
    none = [] if told or figures else [Text(f"Not read: {reading.unread}" if reading.unread else "It tells of no happening.")]
    return Group(whole, *panels, *(Text(_plain(one.label)) for one in figures), *none)


def incident_panel(incident: Incident, accounts: Sequence[Account], reports: Mapping[str, Report], policy: str, language: str) -> Any:
    """The tolls, and who tells what side by side."""
    teller = teller_in(language)
    made = matrix.build(incident, accounts, reports, {}, teller)
    table = Table(show_lines=True)
    table.add_column("")
    for column in made.columns:
        table.add_column(_plain(f"{column.outlet}\n{column.published}"), overflow="fold")
    for row in made.rows:
        cells = (Text("\n".join(_plain(v.label) for v in c.values) or "·", "red" if c.state == "disputed" else "") for c in row.cells)
        table.add_row(_plain(row.label), *cells)
    numbers = (Text(_plain(f"{one.label}: {one.told} ({one.rule})")) for one in tolls.lines(incident, accounts, teller))
    head = Text(_plain(f"{teller.wording.label('grades', incident.grade)} · policy {policy}"))
    return Panel(Group(head, *numbers, table), title=_plain(incident.title), title_align="left")


def _text(parts: Iterable[Segment]) -> Text:
    text = Text()
    for part in parts:
        text.append(part.text, _STYLES.get(part.kinds[0], "underline") if part.kinds else "dim" if part.furniture else "")
    return text


def _table(values: Iterable[Value], teller: Teller) -> Table:
    table = Table.grid(padding=(0, 2))
    for one in values:
        words = Text(f"«{one.mention.text}»", "dim") if one.mention and one.mention.text else Text()
        table.add_row(Text(_plain(teller.field(one.field)), "bold"), _plain(one.label), words)
    return table


def _plain(words: str) -> str:
    return words.translate(_ISOLATES)
