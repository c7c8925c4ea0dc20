"""Assessing: accounts of one happening become an incident that keeps every value told and names its rules.

What comes in are the accounts of one cluster, their reports and which of these are copies; what goes out is an `Incident`. Pure: the
order of what comes in is no matter. This stage must not know the ledger, nor why the accounts were held to be of one happening.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from tahqiq.assessing.casualties import counts, tolls
from tahqiq.assessing.grade import grade, reason_text
from tahqiq.assessing.origins import origins
from tahqiq.assessing.values import contradictions, days, values
from tahqiq.codebook import load_codebook
from tahqiq.model import Account, Dated, Incident, Place, Report, Source, digest
from tahqiq.registries.relations import ORDER, place_standing

__all__ = ["assess", "reason_text"]

_STATUS = ("occurred", "foiled", "denied", "planned")


def assess(
    accounts: Sequence[Account], reports: Mapping[str, Report], copies: Mapping[str, str], *, sources: Sequence[Source] = ()
) -> Incident:
    """The incident that the accounts tell, named after the one published first.

    Args:
        reports: those of the accounts, by id.
        copies: for a report the first report of the same wire text.
        sources: who publishes; reports of one source are one origin.

    Raises: ValueError where there is no account.
    """
    if not accounts:
        raise ValueError("an incident is made of one account or more")
    told = sorted(accounts, key=lambda a: _age(a, reports))
    origin = origins(told, reports, copies)
    cannot_both = contradictions(told)
    graded, reasons = grade(told, origin, cannot_both)
    place, date = _place(told, origin), _date(told, origin)
    event_type = _most(told, origin)
    known = values(told, origin)
    names = tuple(sorted({account.report for account in told}))
    return Incident(
        id=digest("incident", told[0].id),
        event_type=event_type,
        accounts=tuple(account.id for account in told),
        reports=names,
        languages=tuple(sorted({language for name in names if name in reports and (language := reports[name].language)})),
        title=_title(event_type, place, date),
        status=min((a.status for a in told), key=lambda s: _STATUS.index(s) if s in _STATUS else len(_STATUS)),
        certainty="asserted" if any(a.certainty == "asserted" for a in told) else "alleged",
        start=date.start if date else None,
        end=date.end if date else None,
        place=place,
        values=known,
        tolls=tolls(counts(told, reports, origin)),
        contradictions=cannot_both,
        independent=len(set(origin.values())),
        copies=len(names) - len({copies.get(name, name) for name in names}),
        grade=graded,
        grade_reasons=reasons,
        weapons=tuple(value.value for value in known.get("weapons", ())),
        victims=tuple(value.label for value in known.get("victims", ())),
    )


def _age(account: Account, reports: Mapping[str, Report]) -> tuple[dt.date, str]:
    report = reports.get(account.report)
    return (report.published if report and report.published else dt.date.max), account.id


def _most(accounts: Sequence[Account], origin: Mapping[str, str]) -> str:
    """The type that most origins tell; of several such the one that most accounts tell, then the first by name."""
    types = {a.event_type for a in accounts}
    of = {t: [a for a in accounts if a.event_type == t] for t in types}
    return min(types, key=lambda t: (-len({origin[a.report] for a in of[t]}), -len(of[t]), t))


def _date(accounts: Sequence[Account], origin: Mapping[str, str]) -> Dated | None:
    """The days that fit what most origins tell; of several such the fewest days, then the earliest."""
    told = [(account.date, origin[account.report]) for account in accounts if account.date]
    if not told:
        return None

    def support(date: Dated) -> int:
        return len({source for other, source in told if other.start <= date.end and date.start <= other.end})

    return min((date for date, _ in told), key=lambda d: (-support(d), d.end - d.start, d.start))


def _place(accounts: Sequence[Account], origin: Mapping[str, str]) -> Place | None:
    """The place that fits what most origins tell; of several such the one told most exactly, then by most, then by name."""
    told = [(account.place.place, origin[account.report]) for account in accounts if account.place]
    if not told:
        return None
    distinct = list(dict.fromkeys(place for place, _ in told))

    def support(place: Place) -> int:
        fitting = {source for other, source in told if other == place or place_standing(other, place).kind in ("same", "holds", "near")}
        return len(fitting)

    def tellers(place: Place) -> int:
        return len({source for other, source in told if other == place})

    def rank(place: Place) -> tuple[int, int, int, str]:
        exact = ORDER.index(place.precision) if place.precision in ORDER else len(ORDER)
        return -support(place), exact, -tellers(place), place.name

    located = [place for place in distinct if place.lat is not None] or distinct
    return min(located, key=rank)


def _title(event_type: str, place: Place | None, date: Dated | None) -> str:
    known = load_codebook().closed("event_types")
    what = load_codebook().label("event_types", event_type, "en") if event_type in known else event_type
    return ", ".join([what, *([place.name] if place else []), *([days(date.start, date.end)] if date else [])])
