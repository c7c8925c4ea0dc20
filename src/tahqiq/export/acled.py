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

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

from tahqiq.codebook import Vocabulary, load_codebook
from tahqiq.export.cells import Cell, Degrees, Table, left_out
from tahqiq.export.happenings import UNDISCLOSED, Happening, Happenings
from tahqiq.export.sides import ARMED, Actor, sides, unidentified
from tahqiq.model import Incident, Toll, digest
from tahqiq.registries import Places, load_places
from tahqiq.settings import Settings

_LONGEST_DAYS = 31  # an interval longer than a month is vaguer than ACLED codes
_MONTHS = "January February March April May June July August September October November December".split()
_NONE_TOLD = Toll("killed", "unspecified", 0, 0, 0, "acled_none_told")


@dataclass(frozen=True, slots=True)
class Row:
    """All that the columns of one day's row are made of; `toll` is what the fatalities are a share of."""

    one: Happening
    day: dt.date
    time_precision: int
    sub_event: str
    country: str
    first: tuple[Actor, ...]
    second: tuple[Actor, ...]
    toll: Toll
    fatalities: int
    split: str
    flag: str

    @property
    def event_type(self) -> str:
        """ACLED's event type of the sub-event."""
        return type_of(self.sub_event)

    @property
    def disorder_type(self) -> str:
        """ACLED's disorder type of the sub-event."""
        return str(_vocabulary().codes.rows[self.sub_event]["disorder_type"])

    @property
    def id(self) -> str:
        """Letters of the country and a number made of the incident and the day, so that it stays when the row is edited."""
        codes = _places().country_codes(self.country)
        number = int(digest(self.one.id, self.day.isoformat()), 16) % 100_000_000
        return f"{codes.iso3 if codes else self.country}{number:08d}"


class Acled:
    """Rows as in an ACLED download."""

    name = "acled"
    title = "ACLED CSV"
    media_type = "text/csv"
    extension = "csv"
    cannot_hold = ("injured", "other_harm", "ranges", "groups", "contradictions", "denials", "grades", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        table = Table(out, tuple(name for name, _ in COLUMNS))
        written, reasons = 0, dict[str, int]()
        for one in what:
            rows = rows_of(one, settings)
            if isinstance(rows, str):
                left_out(reasons, rows)
                continue
            written += 1
            for row in rows:
                what.trace(one, row.id, "fatalities", row.fatalities, row.toll)
                table.add(*(column(row) for _, column in COLUMNS))
        table.done()
        return written, reasons


def rows_of(one: Happening, settings: Settings) -> Sequence[Row] | str:
    """The incident's rows, or why it has none."""
    incident, acled_words = one.incident, _vocabulary()
    place = incident.place
    country = place.country if place else None
    if place is None or country is None or country not in acled_words.tables["countries"].rows:
        return "no country is told"
    if place.lat is None or place.lon is None or acled_words.tables["precisions"].rows[place.precision]["geo_precision"] is None:
        return "only the country is told"
    days = _days(one)
    if not days:
        return "no day, week or month is told"
    first, second = sides(one, country)
    sub_event = _sub_event(one, first, second)
    if sub_event is None:
        return "ACLED does not code such happenings"
    toll = one.view("acled").get(("killed", "unspecified"), _NONE_TOLD)
    return list(_divided(one, days, sub_event, country, first, second, toll, settings))


def _divided(
    one: Happening,
    days: Sequence[tuple[dt.date, int]],
    sub_event: str,
    country: str,
    first: tuple[Actor, ...],
    second: tuple[Actor, ...],
    toll: Toll,
    settings: Settings,
) -> Iterator[Row]:
    share, rest = divmod(toll.best, len(days))
    split = f"{toll.best} fatalities split over {len(days)} days, the remainder on the first" if len(days) > 1 else ""
    for number, (day, precision) in enumerate(days):
        yield Row(
            one=one,
            day=day,
            time_precision=precision,
            sub_event=sub_event,
            country=country,
            first=_shown(first, country, type_of(sub_event)),
            second=_second(second, country, type_of(sub_event)),
            toll=toll,
            fatalities=share + (rest if number == 0 else 0),
            split=split,
            flag=settings.acled_civilian_flag,
        )


# -- when -------------------------------------------------------------------------------------------------------------


def _days(one: Happening) -> tuple[tuple[dt.date, int], ...]:
    """Each day that gets a row, with its time precision; the middle of a week or month; none where it is vaguer."""
    incident = one.incident
    if incident.start is None or incident.end is None:
        return ()
    length = (incident.end - incident.start).days + 1
    grains = {a.date.grain for a in one.accounts if a.date and (a.date.start, a.date.end) == (incident.start, incident.end)}
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


def _sub_event(one: Happening, first: Sequence[Actor], second: Sequence[Actor]) -> str | None:
    incident = one.incident
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


def _shown(first: tuple[Actor, ...], country: str, event_type: str) -> tuple[Actor, ...]:
    """Whoever did it; where nobody is named, an unidentified group, but for what nobody need have done."""
    armed = tuple(actor for actor in first if actor.side != "civilians") if event_type != "Strategic developments" else first
    return armed or (() if event_type == "Strategic developments" else (unidentified(country),))


def _second(second: tuple[Actor, ...], country: str, event_type: str) -> tuple[Actor, ...]:
    """Whoever was struck, armed first; in a battle civilians are no actor and somebody fought back."""
    armed = tuple(actor for actor in second if actor.side in ARMED)
    if event_type == "Battles":
        return armed or (unidentified(country),)
    return (*armed, *(actor for actor in second if actor.side not in ARMED))


def type_of(sub_event: str) -> str:
    """ACLED's event type of a sub-event."""
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
    return row.flag if is_civilian and row.event_type not in ("Battles", "Strategic developments") else ""


# -- where, who says so, words ----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    return load_codebook().vocabulary("acled")


@lru_cache(maxsize=1)
def _places() -> Places:
    return load_places()


def _country_column(column: str) -> Callable[[Row], str | int]:
    def told(row: Row) -> str | int:
        value = _vocabulary().tables["countries"].rows[row.country][column]
        return value if isinstance(value, int) else str(value)

    return told


def _geo_precision(row: Row) -> int:
    assert row.one.incident.place
    return int(str(_vocabulary().tables["precisions"].rows[row.one.incident.place.precision]["geo_precision"]))


def _place(row: Row, what: str) -> str:
    value = getattr(row.one.incident.place, what)
    return f"{value:.4f}" if isinstance(value, float) else str(value or "")


def _number(row: Row, what: str) -> float:
    return Degrees(getattr(row.one.incident.place, what))


def _source(row: Row) -> str:
    return "; ".join(row.one.outlets) or UNDISCLOSED


def _notes(row: Row) -> str:
    incident = row.one.incident
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
    last = row.one.last_published
    return int(dt.datetime(last.year, last.month, last.day, tzinfo=dt.UTC).timestamp()) if last else ""


COLUMNS: tuple[tuple[str, Callable[[Row], Cell]], ...] = (
    ("event_id_cnty", lambda row: row.id),
    ("event_date", lambda row: row.day.isoformat()),
    ("year", lambda row: row.day.year),
    ("time_precision", lambda row: row.time_precision),
    ("disorder_type", lambda row: row.disorder_type),
    ("event_type", lambda row: row.event_type),
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
