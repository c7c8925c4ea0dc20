"""What can be asked of a desk as rows, each kind with its columns in the order in which they stand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tahqiq.export.happenings import Happening
from tahqiq.model import Account, Casualty, Claim, Decision, Figure, Named, Person, Place, Report, Toll
from tahqiq.notebook.listed import Column, Listed
from tahqiq.notebook.shown import ShownAccount, ShownIncident
from tahqiq.registries.relations import REACH_KM, region_km

if TYPE_CHECKING:
    from tahqiq.export import LossReport

_ONE_KM = 1.0
_FIVE_KM = 5.0


# -- incidents --------------------------------------------------------------------------------------------------------


class Incidents(Listed[ShownIncident]):
    """Incidents that match what was asked, the latest first unless another order was. `len` counts them without reading them."""

    called = "incidents"

    def __init__(
        self,
        happenings: Callable[[], Iterator[Happening]],
        show: Callable[[Happening], ShownIncident],
        count: Callable[[], int],
        write: Callable[[str, Path, Path | None], "LossReport"],
        language: str = "en",
    ) -> None:
        super().__init__(lambda: map(show, happenings()), language)
        self._happenings, self._count, self._write = happenings, count, write

    def __len__(self) -> int:
        return self._count()

    def _rows(self) -> Iterator[Happening]:
        return self._happenings()

    def accounts(self) -> "Accounts":
        """What each of their reports tells."""
        return Accounts(self._told, self._language)

    def claims(self) -> "Claims":
        """Who says so: a row for each claim of each account."""
        return Claims(lambda: (_Said(told, claim) for told in self._told() for claim in told.account.claims), self._language)

    def _told(self) -> Iterator["_Told"]:
        return (_Told(one, account, _report(one, account.report)) for one in self._happenings() for account in one.accounts)

    def tolls(self) -> "Tolls":
        """How their numbers changed: a row for each day on which one did."""
        return Tolls(lambda: (row for one in self._happenings() for toll in one.incident.tolls for row in _steps(one, toll)))

    def reports(self) -> "Reports":
        """The reports that they are told by, each once for each incident."""
        return Reports(lambda: ((one, report) for one in self._happenings() for report in one.reports))

    def write(self, form: str, path: str | Path, *, trace: str | Path | None = None) -> "LossReport":
        """The incidents are in the file in a format of the field, as `tahqiq export` writes them; gives what the format could not hold.

        Args:
            trace: a file for a line for each number: its rule, and the words it stands on.
        """
        return self._write(form, Path(path), Path(trace) if trace else None)


def _steps(one: Happening, toll: Toll) -> Iterator[tuple[Happening, Toll, Any]]:
    yield from ((one, toll, step) for step in toll.steps)


def _report(one: Happening, name: str) -> Report | None:
    return next((report for report in one.reports if report.id == name), None)


def _radius(place: Place | None) -> float | None:
    """Kilometres around the point within which it truly lies; None where no more than a country is told."""
    if place is None or place.precision == "country":
        return None
    known = {"site": _ONE_KM, "settlement": _FIVE_KM}.get(place.precision)
    return known or round(region_km(place) if place.precision == "region" else REACH_KM.get(place.precision, 0.0), 1)


def _placed(of: Callable[[Any], Place | None]) -> tuple[Column, ...]:
    """The columns of where it was."""

    def told(what: Callable[[Place], Any], *, exact: bool = False) -> Callable[[Any], Any]:
        def value(row: Any) -> Any:
            place = of(row)
            return None if place is None or (exact and place.precision == "country") else what(place)

        return value

    return (
        Column("place", "text", "where, by its usual English name", told(lambda p: p.name)),
        Column("place_id", "text", "the place's id in the registry", told(lambda p: p.id)),
        Column("admin1", "text", "province or governorate", told(lambda p: p.admin1)),
        Column("country", "text", "ISO 3166-1 alpha-2", told(lambda p: p.country)),
        Column("latitude", "degrees", "WGS84; none where no more than a country is told", told(lambda p: p.lat, exact=True)),
        Column("longitude", "degrees", "WGS84; none where no more than a country is told", told(lambda p: p.lon, exact=True)),
        Column("geo_precision", "text", "site, settlement, district, province, region or country", told(lambda p: p.precision)),
        Column("radius_km", "degrees", "within how many kilometres of the point it truly lies", lambda row: _radius(of(row))),
    )


def _tolled(name: str, effect: str, who: str, of_whom: str) -> Iterator[Column]:
    for bound in ("low", "best", "high"):

        def value(one: Happening, bound: str = bound) -> int | None:
            toll = one.toll(effect, who)
            return getattr(toll, bound) if toll else None

        says = f"{of_whom}: the {bound} figure; none where nothing is told{' or the range is open' if bound == 'high' else ''}"
        yield Column(f"{name}_{bound}", "whole", says, value)


Incidents.columns = (
    Column("id", "text", "of the incident in this ledger", lambda one: one.incident.id),
    Column("public_id", "text", "the id under which it was published", lambda one: one.incident.public_id),
    Column("title", "text", "what, where and when in English", lambda one: one.incident.title),
    Column("event_type", "text", "code of the codebook", lambda one: one.incident.event_type),
    Column("status", "text", "occurred, foiled, planned …", lambda one: one.incident.status),
    Column("certainty", "text", "asserted or alleged", lambda one: one.incident.certainty),
    Column("start", "day", "the first day it can have been", lambda one: one.incident.start),
    Column("end", "day", "the last day it can have been", lambda one: one.incident.end),
    Column("date_precision", "text", "day, week, month, year or interval", lambda one: one.grain),
    *_placed(lambda one: one.incident.place),
    Column("perpetrators", "texts", "who is told to have done it", lambda one: list(one.parties)),
    Column("targets", "texts", "who or what was struck", lambda one: list(one.struck)),
    Column("weapons", "texts", "codes of the codebook", lambda one: list(one.incident.weapons)),
    *_tolled("killed", "killed", "unspecified", "killed"),
    *_tolled("civilians_killed", "killed", "civilians", "civilians killed"),
    *_tolled("injured", "injured", "unspecified", "injured"),
    Column("grade", "text", "of civilian harm", lambda one: one.incident.grade),
    Column("contradictions", "texts", "fields whose values cannot all hold", lambda one: list(one.incident.contradictions)),
    Column("independent", "whole", "origins that did not copy one another", lambda one: one.incident.independent),
    Column("copies", "whole", "reports that repeat another's text", lambda one: one.incident.copies),
    Column("reports", "texts", "ids of its reports", lambda one: list(one.incident.reports)),
    Column("accounts", "texts", "ids of its accounts", lambda one: list(one.incident.accounts)),
    Column("languages", "texts", "ISO 639-1, of its reports", lambda one: list(one.incident.languages)),
    Column("sources", "texts", "who published its reports", lambda one: list(one.outlets)),
    Column("review", "text", "proposed, reviewed or published", lambda one: one.incident.review),
)


# -- accounts and claims ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    """An account beside the incident and the report that it belongs to."""

    happening: Happening
    account: Account
    report: Report | None


class Accounts(Listed[ShownAccount]):
    """What one report tells of one happening, a row each."""

    called = "accounts"

    def __init__(self, told: Callable[[], Iterator[_Told]], language: str = "en") -> None:
        from tahqiq.notebook.shown import shown

        def show(one: _Told) -> ShownAccount:
            return shown(ShownAccount, one.account, report=one.report or Report("", one.account.report), language=language)

        super().__init__(lambda: map(show, told()), language)
        self._told = told

    def _rows(self) -> Iterator[_Told]:
        return self._told()


def _harm(one: _Told, effect: str) -> Casualty | None:
    """The account's number of everyone whom it befell, else its greatest of one group."""
    told = [c for c in one.account.casualties if c.effect == effect]
    return next((c for c in told if c.who == "unspecified"), max(told, key=lambda c: (c.min, c.max or 0), default=None))


def _bound(effect: str, bound: str) -> Callable[[_Told], int | None]:
    def value(one: _Told) -> int | None:
        told = _harm(one, effect)
        return getattr(told, bound) if told else None

    return value


def _names(named: Sequence[Named]) -> list[str]:
    return list(dict.fromkeys(one.name for one in named))


_OF_REPORT = (
    Column("report", "text", "id of the report", lambda one: one.account.report),
    Column("source", "text", "who published it", lambda one: one.report.source if one.report else None),
    Column("language", "text", "ISO 639-1", lambda one: one.report.language if one.report else None),
    Column("published", "day", "when the report was published", lambda one: one.report.published if one.report else None),
)
Accounts.columns = (
    Column("id", "text", "of the account", lambda one: one.account.id),
    Column("incident", "text", "id of the incident that it is an account of", lambda one: one.happening.incident.id),
    *_OF_REPORT,
    Column("event_type", "text", "code of the codebook", lambda one: one.account.event_type),
    Column("status", "text", "occurred, foiled, planned …", lambda one: one.account.status),
    Column("certainty", "text", "asserted or alleged", lambda one: one.account.certainty),
    Column("background", "flag", "told only by the way", lambda one: one.account.background),
    Column("start", "day", "the first day that it tells", lambda one: one.account.date.start if one.account.date else None),
    Column("end", "day", "the last day that it tells", lambda one: one.account.date.end if one.account.date else None),
    Column(
        "date_precision", "text", "day, week, month, year or interval", lambda one: one.account.date.grain if one.account.date else None
    ),
    *_placed(lambda one: one.account.place.place if one.account.place else None),
    Column("perpetrators", "texts", "who is told to have done it", lambda one: _names(one.account.perpetrators)),
    Column("targets", "texts", "who or what was struck", lambda one: _names(one.account.targets)),
    Column("victims", "texts", "who was harmed, by name", lambda one: _names(one.account.victims)),
    Column("weapons", "texts", "codes of the codebook", lambda one: list(one.account.weapons)),
    Column("killed_min", "whole", "killed, at least", _bound("killed", "min")),
    Column("killed_max", "whole", "killed, at most; none where open or untold", _bound("killed", "max")),
    Column("injured_min", "whole", "injured, at least", _bound("injured", "min")),
    Column("injured_max", "whole", "injured, at most; none where open or untold", _bound("injured", "max")),
    Column("words", "text", "the words that name the happening", lambda one: one.account.trigger.text),
    Column("words_start", "whole", "where they begin, in code points of the report", lambda one: one.account.trigger.start),
    Column("words_end", "whole", "where they end, exclusive", lambda one: one.account.trigger.end),
)


@dataclass(frozen=True, slots=True)
class _Said:
    told: _Told
    claim: Claim


class Claims(Listed[_Said]):
    """Who says, denies, claims or looks into it, a row each."""

    called = "claims"


def _of_told(column: Column) -> Callable[[_Said], Any]:
    return lambda one: column.of(one.told)


Claims.columns = (
    Column("incident", "text", "id of the incident", lambda one: one.told.happening.incident.id),
    Column("account", "text", "id of the account", lambda one: one.told.account.id),
    *(replace(column, of=_of_told(column)) for column in _OF_REPORT),
    Column("claimant", "text", "who says it", lambda one: one.claim.claimant.name),
    Column("claimant_id", "text", "the claimant's id in the registry", lambda one: one.claim.claimant.actor),
    Column("claimant_kind", "text", "what the claimant is", lambda one: one.claim.claimant.kind),
    Column("stance", "text", "reports, claims, denies …", lambda one: one.claim.stance),
    Column("about", "text", "the slot it is about; event for the whole", lambda one: one.claim.about),
    Column("via", "texts", "through whom it was heard, outermost first", lambda one: _names(one.claim.via)),
    Column("words", "text", "the words that name the claimant", lambda one: one.claim.claimant.mention.text),
)


# -- numbers over time ------------------------------------------------------------------------------------------------


class Tolls(Listed[tuple[Happening, Toll, Any]]):
    """What a toll was from a day on, until its next row."""

    called = "tolls"


Tolls.columns = (
    Column("incident", "text", "id of the incident", lambda row: row[0].incident.id),
    Column("effect", "text", "killed, injured …", lambda row: row[1].effect),
    Column("who", "text", "the group; unspecified for everyone", lambda row: row[1].who),
    Column("since", "day", "the day of publication from which it stood", lambda row: row[2].day),
    Column("low", "whole", "lowest", lambda row: row[2].low),
    Column("best", "whole", "best", lambda row: row[2].best),
    Column("high", "whole", "highest; none where open", lambda row: row[2].high),
    Column("rule", "text", "the rule that gave it", lambda row: row[2].rule),
    Column("reports", "texts", "the reports of that day that made it so", lambda row: list(row[2].reports)),
)


class Reports(Listed[tuple[Happening, Report]]):
    """The reports that incidents are told by."""

    called = "reports"


def _moment(at: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(at) if at else None
    except ValueError:
        return None


Reports.columns = (
    Column("id", "text", "of the report", lambda row: row[1].id),
    Column("incident", "text", "id of the incident", lambda row: row[0].incident.id),
    Column("source", "text", "who published it", lambda row: row[1].source),
    Column("title", "text", "none where words may not leave the desk", lambda row: row[1].title),
    Column("language", "text", "ISO 639-1", lambda row: row[1].language),
    Column("published", "day", "when it was published", lambda row: row[1].published),
    Column("edited", "time", "when its publisher changed it last, UTC", lambda row: _moment(row[1].edited)),
    Column("url", "text", "its address", lambda row: row[1].url),
    Column("wire_credit", "text", "the agency that it credits", lambda row: row[1].wire_credit),
    Column("text", "text", "its text; none where words may not leave the desk", lambda row: row[1].text or None),
)


class Figures(Listed[tuple[Figure, Report | None]]):
    """Standing numbers that belong to no single happening."""

    called = "figures"


Figures.columns = (
    Column("id", "text", "of the figure", lambda row: row[0].id),
    Column("report", "text", "id of the report", lambda row: row[0].report),
    Column("published", "day", "when the report was published", lambda row: row[1].published if row[1] else None),
    Column("measure", "text", "what is counted", lambda row: row[0].measure),
    Column("min", "whole", "at least", lambda row: row[0].min),
    Column("max", "whole", "at most; none where open", lambda row: row[0].max),
    Column("of", "text", "whom it counts", lambda row: row[0].of.name if row[0].of else None),
    Column("since", "text", "since when it is counted, as told", lambda row: row[0].since),
    *_placed(lambda row: row[0].place.place if row[0].place else None),
    Column("claimant", "text", "who says it", lambda row: row[0].source.name if row[0].source else None),
    Column("words", "text", "the words that it stands on", lambda row: row[0].mention.text),
)


# -- what stays inside the desk ---------------------------------------------------------------------------------------


class Persons(Listed[Person]):
    """Persons told of by name; they are given inside the desk only."""

    called = "persons"


Persons.columns = (
    Column("id", "text", "of the person", lambda one: one.id),
    Column("names", "texts", "every name told, in any language", lambda one: [form for forms in one.names.values() for form in forms]),
    Column("roles", "texts", "what they were told to be", lambda one: list(one.roles)),
    Column("statuses", "texts", "killed, injured …, as told", lambda one: list(one.statuses)),
    Column("ages", "wholes", "every age told", lambda one: list(one.ages)),
    Column("sexes", "texts", "every sex told", lambda one: list(one.sexes)),
    Column("family", "texts", "whose kin", lambda one: list(one.family)),
    Column("incidents", "texts", "ids of incidents that tell of them", lambda one: list(one.incidents)),
    Column("accounts", "texts", "ids of accounts that name them", lambda one: list(one.accounts)),
)


class Decisions(Listed[Decision]):
    """What persons decided, in the order of their times; given inside the desk only."""

    called = "decisions"


Decisions.columns = (
    Column("id", "text", "of the decision", lambda one: one.id),
    Column("at", "time", "when, UTC", lambda one: _moment(one.at)),
    Column("who", "text", "who decided", lambda one: one.who),
    Column("kind", "text", "same, corrected, rejected, reviewed, published …", lambda one: one.kind),
    Column("subject", "text", "the account, incident or person it is about", lambda one: one.subject),
    Column("why", "text", "the reason given", lambda one: one.why),
)

KINDS: tuple[type[Listed[Any]], ...] = (Incidents, Accounts, Claims, Tolls, Reports, Figures, Persons, Decisions)
