"""ACLED CSV: the 31 columns of an ACLED row, one row for each day of an incident.

Source: ACLED codebook (https://acleddata.com/methodology/acled-codebook). Codes, labels and countries stand in the codebook's acled.yaml.

How it works
1. What ACLED has no row for is not written and counted: no day or a vaguer one than a month, no place or a country alone, a kind of
   happening or a status that it does not code.
2. Of the kinds that most origins tell, the sub-event of highest precedence absorbs the others.
3. Fatalities are the lowest number told (`assessing.casualties.acled`). Days from one to another are a row each; the dead are divided,
   the remainder on the first day, and notes say so.
4. A text cell that a spreadsheet would take for a formula is given an apostrophe in front.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO
from urllib.parse import urlsplit

from tahqiq.assessing.casualties import acled, counts
from tahqiq.codebook import Vocabulary, load_codebook
from tahqiq.model import Account, Incident, Named, Report, digest
from tahqiq.protection import Protected
from tahqiq.registries import Places, load_places
from tahqiq.registries.relations import actor_entry, is_nobody, state_of
from tahqiq.settings import Settings

_LONGEST_DAYS = 31  # an interval longer than a month is vaguer than ACLED codes
_STATE = ("state_forces", "government", "police", "intelligence", "aircraft", "navy", "military", "army")
_SIDES = {"rebel_group": "rebel_group", "militia": "political_militia", "coalition": "external_forces", "armed_group": "rebel_group"}
_ARMED = ("state_forces", "rebel_group", "political_militia", "identity_militia", "external_forces", "unidentified_armed")
_CROWDS = {"protest": "protesters", "riot": "rioters"}
_FORMULA = re.compile(r"^[\s'\"]*[=+\-@\t\r]")
_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor as ACLED writes it, and its side in the codebook's words."""

    name: str
    side: str


@dataclass(frozen=True, slots=True)
class Row:
    """All that the columns of one day's row are made of."""

    incident: Incident
    accounts: tuple[Account, ...]
    reports: tuple[Report, ...]
    day: dt.date
    time_precision: int
    sub_event: str
    country: str
    first: tuple[Actor, ...]
    second: tuple[Actor, ...]
    fatalities: int
    split: str
    flag: str


class Acled:
    """Rows as in an ACLED download."""

    name = "acled"
    title = "ACLED CSV"
    media_type = "text/csv"
    extension = "csv"
    cannot_hold = ("injured", "other_harm", "ranges", "groups", "contradictions", "denials", "grades", "mentions")

    def write(self, what: Protected, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        table = csv.writer(text, lineterminator="\n")
        table.writerow(name for name, _ in COLUMNS)
        written, left_out = 0, dict[str, int]()
        for incident in what.incidents:
            rows = _rows(incident, what, settings)
            if isinstance(rows, str):
                left_out[rows] = left_out.get(rows, 0) + 1
                continue
            written += 1
            table.writerows([_cell(column(row)) for _, column in COLUMNS] for row in rows)
        text.detach()
        return written, left_out


def _cell(value: str | int | float) -> str | int | float:
    """Text on one line that no spreadsheet runs; numbers as they are."""
    if not isinstance(value, str):
        return value
    line = " ".join(value.split())
    return f"'{line}" if _FORMULA.match(line) else line


def _rows(incident: Incident, what: Protected, settings: Settings) -> Sequence[Row] | str:
    """The incident's rows, or why it has none."""
    accounts = tuple(what.accounts[a] for a in incident.accounts if a in what.accounts)
    reports = tuple(what.reports[r] for r in incident.reports if r in what.reports)
    place, acled_words = incident.place, _vocabulary()
    country = place.country if place else None
    if place is None or country is None or country not in acled_words.tables["countries"].rows:
        return "no country is told"
    if place.lat is None or place.lon is None or acled_words.tables["precisions"].rows[place.precision]["geo_precision"] is None:
        return "only the country is told"
    days = _days(incident, accounts)
    if not days:
        return "no day, week or month is told"
    first, second = _sides(incident, accounts, country)
    sub_event = _sub_event(incident, first, second)
    if sub_event is None:
        return "ACLED does not code such happenings"
    dead = _fatalities(incident, accounts, reports)
    share, rest = divmod(dead, len(days))
    return [
        Row(
            incident=incident,
            accounts=accounts,
            reports=reports,
            day=day,
            time_precision=precision,
            sub_event=sub_event,
            country=country,
            first=_shown(first, country, _type_of(sub_event)),
            second=_second(second, country, _type_of(sub_event)),
            fatalities=share + (rest if number == 0 else 0),
            split=f"{dead} fatalities split over {len(days)} days, the remainder on the first" if len(days) > 1 else "",
            flag=settings.acled_civilian_flag,
        )
        for number, (day, precision) in enumerate(days)
    ]


# -- when -------------------------------------------------------------------------------------------------------------


def _fatalities(incident: Incident, accounts: Sequence[Account], reports: Sequence[Report]) -> int:
    """The number of the incident's own view; of an incident that was computed before there were views, of its accounts."""
    view = next((view for view in incident.views if view.name == "acled"), None)
    return view.tolls[0].best if view else acled(counts(accounts, {report.id: report for report in reports}, {})).best


def _days(incident: Incident, accounts: Sequence[Account]) -> tuple[tuple[dt.date, int], ...]:
    """Each day that gets a row, with its time precision; the middle of a week or month; none where it is vaguer."""
    if incident.start is None or incident.end is None:
        return ()
    length = (incident.end - incident.start).days + 1
    grains = {a.date.grain for a in accounts if a.date and (a.date.start, a.date.end) == (incident.start, incident.end)}
    if length == 1:
        return ((incident.start, 1),)
    precision = next((p for grain in ("week", "month") if grain in grains and (p := _time_precision(grain))), None)
    if precision:
        return ((incident.start + dt.timedelta(days=length // 2), precision),)
    if length > _LONGEST_DAYS or "year" in grains:
        return ()
    return tuple((incident.start + dt.timedelta(days=n), 1) for n in range(length))


def _time_precision(grain: str) -> int | None:
    value = _vocabulary().tables["grains"].rows[grain]["time_precision"]
    return value if isinstance(value, int) else None


# -- what and who -----------------------------------------------------------------------------------------------------


def _sub_event(incident: Incident, first: Sequence[Actor], second: Sequence[Actor]) -> str | None:
    told = incident.values.get("event_type", ())
    types = [t.value for t in told if t.independent == told[0].independent] or [incident.event_type]
    effects = sorted({toll.effect for toll in incident.tolls if toll.best > 0})
    known = load_codebook()
    by, against = ({actor.side for actor in side} for side in (first, second))
    codes = [
        known.acled_sub_event(t, incident.weapons, status=incident.status, effects=effects, by=by, against=against)
        for t in types
        if t in known.event_types
    ]
    return _vocabulary().first(code for code in codes if code)


def _sides(incident: Incident, accounts: Sequence[Account], country: str) -> tuple[tuple[Actor, ...], tuple[Actor, ...]]:
    first = _actors((p for account in accounts for p in account.perpetrators), country)
    second = _actors((t for account in accounts for t in account.targets), country)
    crowd = _CROWDS.get(incident.event_type)
    if crowd and not any(actor.side == crowd for actor in first):
        first = (Actor(f"{crowd.capitalize()} ({_country_name(country)})", crowd), *first)
    if _civilians_harmed(incident) and not any(actor.side == "civilians" for actor in second):
        second = (*second, _civilians(country))
    return first, second


def _actors(named: Iterator[Named], country: str) -> tuple[Actor, ...]:
    """Each actor once, those of whom most is known first in the order told; whoever bears no arms and is no crowd is a civilian."""
    found: dict[str, Actor] = {}
    for one in named:
        actor = _actor(one, country)
        if actor is not None:
            found.setdefault(actor.name, actor)
    return tuple(sorted(found.values(), key=lambda actor: actor.side == "unidentified_armed"))


def _actor(named: Named, country: str) -> Actor | None:
    if is_nobody(named):
        return _unidentified(country)
    entry = actor_entry(named.actor)
    kind = entry.kind if entry else named.kind
    home = entry.country if entry else state_of(named.name, named.actor, named.kind)
    name = (entry.acled or entry.name) if entry else named.name
    if kind in _STATE or (kind == "country" and home):
        return Actor(name, "state_forces" if home in (country, None) else "external_forces")
    if kind in _SIDES:
        return Actor(name, _SIDES[kind])
    if kind in (
        "people",
        "person",
        "civilians",
        "ngo",
        "international",
        "medical",
        "outlet",
        "agency",
        "party",
        "company",
        "monitor",
        "official",
        "minister",
    ):
        return _civilians(country)
    return None


def _unidentified(country: str) -> Actor:
    return Actor(f"Unidentified Armed Group ({_country_name(country)})", "unidentified_armed")


def _civilians(country: str) -> Actor:
    return Actor(f"Civilians ({_country_name(country)})", "civilians")


def _civilians_harmed(incident: Incident) -> bool:
    return any(t.who in ("civilians", "children", "women") and t.best > 0 and t.effect != "displaced" for t in incident.tolls)


def _shown(first: tuple[Actor, ...], country: str, event_type: str) -> tuple[Actor, ...]:
    """Whoever did it; where nobody is named, an unidentified group, but for what nobody need have done."""
    armed = tuple(actor for actor in first if actor.side != "civilians") if event_type != "Strategic developments" else first
    return armed or (() if event_type == "Strategic developments" else (_unidentified(country),))


def _second(second: tuple[Actor, ...], country: str, event_type: str) -> tuple[Actor, ...]:
    """Whoever was struck, armed first; in a battle civilians are no actor and somebody fought back."""
    armed = tuple(actor for actor in second if actor.side in _ARMED)
    if event_type == "Battles":
        return armed or (_unidentified(country),)
    return (*armed, *(actor for actor in second if actor.side not in _ARMED))


def _type_of(sub_event: str) -> str:
    return str(_vocabulary().codes.rows[sub_event]["event_type"])


def _inter(actors: tuple[Actor, ...]) -> tuple[str, int]:
    if not actors:
        return "", 0
    row = _vocabulary().tables["inter"].rows[actors[0].side]
    return str(row["label"]), int(str(row["digit"]))


def _interaction(row: Row) -> str:
    digits = sorted(digit for digit in (_inter(row.first)[1], _inter(row.second)[1]) if digit)
    key = "".join(map(str, digits)) if len(digits) == 2 else f"{digits[0]}0" if digits else ""
    table = _vocabulary().tables["interaction"].rows
    return str(table[key]["label"]) if key in table else ""


def _flag(row: Row) -> str:
    """Set where civilians were the main or only target."""
    is_civilian = bool(row.second) and row.second[0].side == "civilians"
    return row.flag if is_civilian and _type_of(row.sub_event) not in ("Battles", "Strategic developments") else ""


# -- where, who says so, words ----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    return load_codebook().vocabulary("acled")


@lru_cache(maxsize=1)
def _places() -> Places:
    return load_places()


def _country_name(country: str) -> str:
    return str(_vocabulary().tables["countries"].rows[country]["name"])


def _country_column(column: str) -> Callable[[Row], str | int]:
    def told(row: Row) -> str | int:
        value = _vocabulary().tables["countries"].rows[row.country][column]
        return value if isinstance(value, int) else str(value)

    return told


def _event_id(row: Row) -> str:
    """Letters of the country and a number made of the incident and the day, so that it stays when the row is edited."""
    codes = _places().country_codes(row.country)
    number = int(digest(row.incident.public_id or row.incident.id, row.day.isoformat()), 16) % 100_000_000
    return f"{codes.iso3 if codes else row.country}{number:08d}"


def _geo_precision(row: Row) -> int:
    assert row.incident.place
    return int(str(_vocabulary().tables["precisions"].rows[row.incident.place.precision]["geo_precision"]))


def _place(row: Row, what: str) -> str:
    value = getattr(row.incident.place, what)
    return f"{value:.4f}" if isinstance(value, float) else str(value or "")


def _number(row: Row, what: str) -> float:
    return _Degrees(getattr(row.incident.place, what))


class _Degrees(float):
    """Degrees with the four decimals that ACLED writes."""

    def __str__(self) -> str:
        return f"{float(self):.4f}"

    __repr__ = __str__


def _source(row: Row) -> str:
    names = {_outlet(report) for report in row.reports}
    return "; ".join(sorted(names)) or "Undisclosed Source"


def _outlet(report: Report) -> str:
    host = (urlsplit(report.url).hostname or "").removeprefix("www.") if report.url else ""
    return report.source or host or report.wire_credit or "Undisclosed Source"


def _notes(row: Row) -> str:
    incident = row.incident
    what = load_codebook().label("event_types", incident.event_type, "en").lower()
    parts = [f"On {row.day.day} {_MONTHS[row.day.month - 1]} {row.day.year}, {what} in {incident.place.name if incident.place else ''}."]
    if row.time_precision > 1:
        parts[0] = f"Around {parts[0].removeprefix('On ')}"
    parts += [f"{field.capitalize()}: {_told(incident, field)}." for field in ("killed", "injured") if incident.values.get(field)]
    parts += [f"[Disputed {field.replace('_', ' ')}: {_told(incident, field)}]" for field in incident.contradictions]
    parts += ["[In brackets: independent origins]"] if len(parts) > 1 else []
    parts += [f"[{row.split}]"] if row.split else []
    return " ".join(parts)


def _told(incident: Incident, field: str) -> str:
    return " or ".join(f"{told.label} ({told.independent})" for told in incident.values.get(field, ()))


def _timestamp(row: Row) -> int | str:
    """Midnight UTC of the day on which the latest of its reports was published: the same incidents give the same bytes."""
    last = max((report.published for report in row.reports if report.published), default=None)
    return int(dt.datetime(last.year, last.month, last.day, tzinfo=dt.UTC).timestamp()) if last else ""


COLUMNS: tuple[tuple[str, Callable[[Row], str | int | float]], ...] = (
    ("event_id_cnty", _event_id),
    ("event_date", lambda row: row.day.isoformat()),
    ("year", lambda row: row.day.year),
    ("time_precision", lambda row: row.time_precision),
    ("disorder_type", lambda row: str(_vocabulary().codes.rows[row.sub_event]["disorder_type"])),
    ("event_type", lambda row: _type_of(row.sub_event)),
    ("sub_event_type", lambda row: row.sub_event),
    ("actor1", lambda row: row.first[0].name if row.first else ""),
    ("assoc_actor_1", lambda row: "; ".join(actor.name for actor in row.first[1:])),
    ("inter1", lambda row: _inter(row.first)[0]),
    ("actor2", lambda row: row.second[0].name if row.second else ""),
    ("assoc_actor_2", lambda row: "; ".join(actor.name for actor in row.second[1:])),
    ("inter2", lambda row: _inter(row.second)[0]),
    ("interaction", _interaction),
    ("civilian_targeting", _flag),
    ("iso", _country_column("iso")),
    ("region", _country_column("region")),
    ("country", _country_column("name")),
    ("admin1", lambda row: _place(row, "admin1")),
    ("admin2", lambda row: ""),
    ("admin3", lambda row: ""),
    ("location", lambda row: _place(row, "name")),
    ("latitude", lambda row: _number(row, "lat")),
    ("longitude", lambda row: _number(row, "lon")),
    ("geo_precision", _geo_precision),
    ("source", _source),
    ("source_scale", lambda row: ""),
    ("notes", _notes),
    ("fatalities", lambda row: row.fatalities),
    ("tags", lambda row: ""),
    ("timestamp", _timestamp),
)
