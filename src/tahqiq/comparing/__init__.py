"""Another dataset beside ours: which of its rows are incidents of ours, which only it has, which only we have, what is told apart.

What comes in are a user's own copy of a dataset and our incidents; what goes out is a `Comparison`. Nothing of the file is kept.

How it works
1. The columns tell the dataset (datasets.yaml), or a mapping file does. A row becomes an account, and so does each of our incidents.
2. Both are linked by the same linking as reports are. Where the dataset has a row a day, an incident of several days is an account a day,
   without its numbers, as a day's dead are a part. A row is at most one of our incidents; several rows are one only on
   different days of it.
3. Only ours that lie in the days and countries of the file are compared: of what it does not cover it cannot tell.
4. Days that do not meet, places that cannot both be, numbers of killed that do not meet, types of no family and other perpetrators are
   conflicts. What either side does not tell is none.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tahqiq.codebook import load_codebook
from tahqiq.comparing.datasets import Theirs, account_of, actors, opened, their_row
from tahqiq.linking import link
from tahqiq.linking.weighing import load_weights
from tahqiq.model import Account, Dated, Incident, Named, Reason, Report
from tahqiq.registries.relations import named_kinship, place_standing

__all__ = ["Comparison", "Match", "Theirs", "compare"]

_OURS = "ours:"
_MOST_DAYS = 31  # as in the export to ACLED


@dataclass(frozen=True, slots=True)
class Match:
    """A row and the incident that it is, how sure that is in bits and why, and the fields that they tell apart: field, ours, theirs."""

    incident: Incident
    theirs: Theirs
    score: float
    conflicts: tuple[tuple[str, str, str], ...]
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two datasets share. `beyond` counts our incidents outside the days and countries of the file, `left_out` rows by reason."""

    title: str
    matches: tuple[Match, ...]
    only_ours: tuple[Incident, ...]
    only_theirs: tuple[Theirs, ...]
    beyond: int
    left_out: Mapping[str, int] = field(default_factory=dict)


def compare(path: Path, incidents: Iterable[Incident], mapping: Path | None = None) -> Comparison:
    """The file beside our incidents.

    Raises: UnreadableDocument where the file tells no dataset that is known, or lacks columns that the mapping names.
    """
    told, rows = opened(path, mapping)
    left_out, theirs = dict[str, int](), list[Theirs]()
    for number, row in enumerate(rows, 1):
        one = their_row(row, number, told)
        if isinstance(one, str):
            left_out[one] = left_out.get(one, 0) + 1
        else:
            theirs.append(one)
    ours = list(incidents)
    inside = _inside(ours, theirs)
    matches = _matched(inside, theirs, is_daily="end" not in told.columns)
    found, rows_found = {m.incident.id for m in matches}, {id(m.theirs) for m in matches}
    return Comparison(
        told.title,
        matches,
        tuple(incident for incident in inside if incident.id not in found),
        tuple(one for one in theirs if id(one) not in rows_found),
        len(ours) - len(inside),
        left_out,
    )


# -- who is who -------------------------------------------------------------------------------------------------------


def _by_day(incident: Incident) -> tuple[Account, ...]:
    """An account for each day of the incident; the whole where it has one day, or more than anybody lists one by one."""
    whole = _of_ours(incident)
    length = (whole.date.end - whole.date.start).days + 1 if whole.date else 1
    if whole.date is None or not 1 < length <= _MOST_DAYS:
        return (whole,)
    days = [whole.date.start + dt.timedelta(days=n) for n in range(length)]
    names = [f"{whole.id} {day}" for day in days]
    return tuple(
        replace(whole, id=name, report=name, casualties=(), date=replace(whole.date, start=day, end=day, grain="day"))
        for name, day in zip(names, days, strict=True)
    )


def _of_ours(incident: Incident) -> Account:
    killed = next((t for t in incident.tolls if (t.effect, t.who) == ("killed", "unspecified")), None)
    return account_of(
        _OURS + incident.id,
        incident.event_type,
        (incident.start, incident.end) if incident.start and incident.end else None,
        incident.place,
        _told(incident, "perpetrators"),
        _told(incident, "targets"),
        (killed.low, killed.high) if killed else None,
    )


def _told(incident: Incident, field_name: str) -> tuple[Named, ...]:
    return tuple(one for told in incident.values.get(field_name, ()) for one in actors(told.label))


def _inside(ours: Sequence[Incident], theirs: Sequence[Theirs]) -> list[Incident]:
    """Those in the days and countries of the rows; of an incident without a country nobody can say that it is not."""
    days = [one.account.date for one in theirs if one.account.date]
    if not days:
        return []
    first, last = min(day.start for day in days), max(day.end for day in days)
    countries = {one.account.place.place.country for one in theirs if one.account.place and one.account.place.place.country}
    return [
        incident
        for incident in ours
        if incident.start and incident.end and incident.start <= last and incident.end >= first
        if not countries or incident.place is None or incident.place.country is None or incident.place.country in countries
    ]


def _matched(ours: Sequence[Incident], theirs: Sequence[Theirs], *, is_daily: bool) -> tuple[Match, ...]:
    told = [(account, incident) for incident in ours for account in (_by_day(incident) if is_daily else (_of_ours(incident),))]
    by_name = {account.id: incident for account, incident in told}
    rows = {one.account.id: one for one in theirs}
    accounts = [*(account for account, _ in told), *(one.account for one in theirs)]
    reports = {account.report: Report("", account.report, published=account.date.end if account.date else None) for account in accounts}
    threshold = load_weights().threshold
    pairs = [
        (one.score, *((one.a, one.b) if one.a in by_name else (one.b, one.a)), one.reasons)
        for one in link(accounts, reports)
        if one.score >= threshold and (one.a in by_name) != (one.b in by_name) and {one.a, one.b} & rows.keys()
    ]
    taken, places, matches = set[str](), set[tuple[str, dt.date | None]](), list[Match]()
    for score, ours_name, theirs_name, reasons in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        row, incident = rows[theirs_name], by_name[ours_name]
        place = (incident.id, _day_of(incident, row))
        if theirs_name in taken or place in places:
            continue
        taken.add(theirs_name)
        places.add(place)
        matches.append(Match(incident, row, score, (), reasons))
    rows_of = Counter(match.incident.id for match in matches)
    spread = {name for name, number in rows_of.items() if number > 1}
    whole = (replace(m, conflicts=tuple(_conflicts(m.incident, m.theirs, m.incident.id in spread))) for m in matches)
    return tuple(sorted(whole, key=lambda m: (str(m.incident.start), m.incident.id, m.theirs.id)))


def _day_of(incident: Incident, row: Theirs) -> dt.date | None:
    """Which of the incident's several days the row tells of; None where it can tell only of the whole."""
    day = row.account.date.start if row.account.date else None
    if day is None or incident.start is None or incident.end is None or incident.start == incident.end:
        return None
    return day if incident.start <= day <= incident.end else None


def _conflicts(incident: Incident, theirs: Theirs, is_spread: bool) -> Iterator[tuple[str, str, str]]:
    """What cannot both hold; of an incident that has several rows the numbers of one row are not the whole."""
    ours, other = _of_ours(incident), theirs.account
    if ours.date and other.date and (ours.date.end < other.date.start or other.date.end < ours.date.start):
        yield "date", _span(ours.date), _span(other.date)
    if ours.place and other.place and place_standing(ours.place.place, other.place.place).contradicts:
        yield "place", ours.place.place.name, other.place.place.name
    killed = next((t for t in incident.tolls if (t.effect, t.who) == ("killed", "unspecified")), None)
    if killed and theirs.low is not None and theirs.high is not None and not is_spread:
        too_few = theirs.high < killed.low
        too_many = killed.high is not None and theirs.low > killed.high
        if too_few or too_many:
            yield "killed", f"{killed.low}{'+' if killed.high is None else f'-{killed.high}'}", f"{theirs.low}-{theirs.high}"
    if theirs.has_type and not load_codebook().family(ours.event_type, other.event_type):
        yield "event_type", ours.event_type, other.event_type
    sides = (*other.perpetrators, *other.targets)  # datasets have no order of sides that holds for all
    if ours.perpetrators and sides and all(named_kinship(a, b) == "none" for a in ours.perpetrators for b in sides):
        yield "perpetrators", "; ".join(n.name for n in ours.perpetrators), "; ".join(n.name for n in sides)


def _span(days: Dated) -> str:
    return str(days.start) if days.start == days.end else f"{days.start} to {days.end}"
