"""Incidents, accounts and readings as HTML for a cell of a notebook: the matrix, the map and the marks of the desk, without any script.

What comes in are values that were protected; what goes out is HTML in which every word is escaped. Styles stand in the elements, as
notebooks throw sheets away; colours are half transparent, so that they serve on light and dark grounds.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tahqiq.model import Account, Incident, Reading, Report
from tahqiq.registries.sources import load_sources
from tahqiq.web import maps, marking, matrix, tolls
from tahqiq.web.contexts import Segment
from tahqiq.web.names import registry_names
from tahqiq.web.told import KINDS, Teller, Value
from tahqiq.web.wording import direction, load_wording

# The ground under a mark, by its kind, as on the desk.
GROUNDS = {
    "trigger": "rgba(196,85,54,.28)",
    "where": "rgba(66,135,110,.28)",
    "who": "rgba(74,111,165,.30)",
    "count": "rgba(194,142,58,.34)",
    "says": "rgba(128,98,160,.28)",
}


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def rendered(template: str, **context: object) -> str:
    """The template with what it needs, every word escaped."""
    return _templates().get_template(template).render(direction=direction, grounds=GROUNDS, **context)


def teller_in(language: str) -> Teller:
    """Who words values in a language of the interface."""
    return Teller(load_wording(language), registry_names(), load_sources())


def account_page(account: Account, report: Report, language: str) -> str:
    """What one report tells of one happening: its passage with the words marked, and each value with its words."""
    teller = teller_in(language)
    values = teller.values(account)
    parts = marked(report, values, account) if report.text else ()
    return rendered("account.html", w=teller.wording, teller=teller, report=report, account=account, values=values, parts=parts)


def reading_page(reading: Reading, report: Report) -> str:
    """A whole report with all that was read in it marked, then each happening with its values."""
    teller = teller_in("en")
    told = [(account, teller.values(account)) for account in reading.accounts]
    figures = [Value("figures", teller.figure(figure), figure.mention) for figure in reading.figures]
    parts = marked(report, [*(value for _, values in told for value in values), *figures])
    return rendered(
        "reading.html", w=teller.wording, teller=teller, report=report, reading=reading, told=told, figures=figures, parts=parts
    )


def incident_page(incident: Incident, accounts: Sequence[Account], reports: Mapping[str, Report], policy: str, language: str) -> str:
    """An incident: its tolls with their rules, where it was as exactly as that is told, and who tells what side by side."""
    teller = teller_in(language)
    return rendered(
        "incident.html",
        w=teller.wording,
        teller=teller,
        incident=incident,
        policy=policy,
        lines=tolls.lines(incident, accounts, teller),
        map=_map(incident, accounts, teller),
        matrix=matrix.build(incident, accounts, reports, {}, teller),
    )


def marked(report: Report, values: Iterable[Value], account: Account | None = None) -> tuple[Segment, ...]:
    """The text, or the passage around the account's trigger, cut where marks begin and end."""
    marks = [
        marking.Mark(v.mention.start, v.mention.end, KINDS.get(v.field, "count"), v.key, v.label)
        for v in values
        if v.mention and v.mention.end > v.mention.start
    ]
    window = marking.passage(report.text, account.trigger.start, account.trigger.end) if account else None
    return marking.segments(report.text, marks, furniture=report.furniture, window=window)


def _map(incident: Incident, accounts: Sequence[Account], teller: Teller) -> object:
    """The places told, each drawn as large as it is vague; None where none has a point."""
    places = [account.place.place for account in accounts if account.place] or ([incident.place] if incident.place else [])
    spots = {(p.name, p.lat, p.lon): maps.Spot(p, teller.place(p)) for p in places}
    drawn = maps.draw(list(spots.values()), teller.wording)
    return drawn if drawn.drawn or drawn.countries else None
