"""Assessing: accounts of one happening become an incident that keeps every value told and names its rules.

What comes in are the accounts of one cluster, their reports and which of these are copies; what goes out is an `Incident`. Pure: the
order of what comes in is no matter. This stage must not know the ledger, nor why the accounts were held to be of one happening.

The parts, in the order in which they are asked: whose word it is (origins), what is told and what cannot both hold (values, identity),
how many were harmed (casualties), how sure it is and by whom (grade).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tahqiq.assessing.casualties import ever_told, standing, tolls, views
from tahqiq.assessing.grade import case_of, grade, parties, reason_text, steps
from tahqiq.assessing.identity import Held, identities, identity_dispute, told_identities
from tahqiq.assessing.named import distinct_named
from tahqiq.assessing.origins import Heard, hear
from tahqiq.assessing.unclaimed import unclaimed
from tahqiq.assessing.values import FIELDS, days, disputes, values
from tahqiq.codebook import load_codebook
from tahqiq.model import Account, Dated, Incident, Place, Reason, Report, Source, digest
from tahqiq.registries.relations import ORDER, place_standing

__all__ = ["assess", "known_by", "reason_text"]

_STATUS = ("occurred", "foiled", "denied", "planned")


def assess(
    accounts: Sequence[Account],
    reports: Mapping[str, Report],
    copies: Mapping[str, str],
    *,
    sources: Sequence[Source] = (),
    as_of: dt.date | None = None,
) -> Incident:
    """The incident that the accounts tell, named after the one published first.

    Args:
        reports: those of the accounts, by id.
        copies: for a report the first report of the same wire text.
        sources: who publishes; reports of one source are one origin.
        as_of: only what was published until the end of this day is told; None for everything.

    Raises: ValueError where there is no account, or none that was published by then.
    """
    known = accounts if as_of is None else known_by(accounts, reports, as_of)
    if not known:
        raise ValueError("an incident is made of one account or more")
    told = sorted(known, key=lambda a: _age(a, reports))
    heard = hear(told, reports, copies, sources)
    numbers = ever_told(told, reports, heard.origin, heard.first, {voice.id: voice.side for voice in heard.voices})
    held = {account.id: identities(account, reports.get(account.report)) for account in told}
    whose = told_identities(told, held, heard)
    cannot_both = (*disputes(told, heard, standing(numbers)), *identity_dispute(told, held, heard))
    case = case_of(told, held, heard)
    graded, reasons = grade(case)
    place, date = _place(told, heard), _date(told, heard)
    event_type = _most(told, heard)
    field_values = values(told, heard) | ({"identity": whose} if whose else {})
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
        values=field_values,
        tolls=tolls(numbers),
        contradictions=tuple(f for f in (*FIELDS, "identity") if any(dispute.field == f for dispute in cannot_both)),
        independent=len(heard.voices),
        copies=len(names) - len(set(heard.first.values())),
        grade=graded,
        grade_reasons=reasons,
        weapons=tuple(value.value for value in field_values.get("weapons", ())),
        victims=tuple(value.label for value in field_values.get("victims", ())),
        voices=heard.voices,
        parties=parties(case),
        disputes=cannot_both,
        grade_steps=steps(told, heard, lambda known: (graded, reasons) if len(known) == len(told) else _grade_by_then(known, held, heard)),
        views=views(numbers, distinct_named(told)),
        unclaimed=unclaimed(told, reports),
    )


def known_by(accounts: Sequence[Account], reports: Mapping[str, Report], day: dt.date) -> tuple[Account, ...]:
    """The accounts whose reports were published until the end of a day; of a report without a day nobody can say that it was known."""
    return tuple(a for a in accounts if (report := reports.get(a.report)) and report.published and report.published <= day)


def _grade_by_then(by_then: Sequence[Account], held: Mapping[str, Held], heard: Heard) -> tuple[str, tuple[Reason, ...]]:
    """The grade of what was told by a day; who speaks to which report is known as it is today."""
    there = {account.report for account in by_then}
    voices = tuple(replace(v, reports=tuple(r for r in v.reports if r in there)) for v in heard.voices if there & set(v.reports))
    return grade(case_of(by_then, held, replace(heard, voices=voices)))


def _age(account: Account, reports: Mapping[str, Report]) -> tuple[dt.date, str]:
    report = reports.get(account.report)
    return (report.published if report and report.published else dt.date.max), account.id


def _support(accounts: Iterable[Account], heard: Heard) -> tuple[int, int]:
    """How many origins tell it, and how many hands: what three outlets heard of one speaker outweighs what a fourth heard of him."""
    reports = {account.report for account in accounts}
    return -len({heard.origin[name] for name in reports}), -len({heard.first[name] for name in reports})


def _most(accounts: Sequence[Account], heard: Heard) -> str:
    """The type that most tell; of several such the first by name."""
    return min({a.event_type for a in accounts}, key=lambda t: (_support((a for a in accounts if a.event_type == t), heard), t))


def _date(accounts: Sequence[Account], heard: Heard) -> Dated | None:
    """The days that fit what most tell; of several such the fewest days, then the earliest."""
    told = [(account.date, account) for account in accounts if account.date]

    def rank(date: Dated) -> tuple[tuple[int, int], dt.timedelta, dt.date]:
        fitting = (account for other, account in told if other.start <= date.end and date.start <= other.end)
        return _support(fitting, heard), date.end - date.start, date.start

    distinct = {(date.start, date.end): date for date, _ in reversed(told)}
    return min(distinct.values(), key=rank, default=None)


def _place(accounts: Sequence[Account], heard: Heard) -> Place | None:
    """The place that fits what most tell; of several such the one told most exactly, then by most, then by name."""
    told = [(account.place.place, account) for account in accounts if account.place]
    distinct = list(dict.fromkeys(place for place, _ in told))

    def rank(place: Place) -> tuple[tuple[int, int], int, tuple[int, int], str]:
        fitting = (a for other, a in told if other == place or place_standing(other, place).kind in ("same", "holds", "near"))
        exact = ORDER.index(place.precision) if place.precision in ORDER else len(ORDER)
        return _support(fitting, heard), exact, _support((a for other, a in told if other == place), heard), place.name

    return min([place for place in distinct if place.lat is not None] or distinct, key=rank, default=None)


def _title(event_type: str, place: Place | None, date: Dated | None) -> str:
    known = load_codebook().closed("event_types")
    what = load_codebook().label("event_types", event_type, "en") if event_type in known else event_type
    return ", ".join([what, *([place.name] if place else []), *([days(date.start, date.end)] if date else [])])
