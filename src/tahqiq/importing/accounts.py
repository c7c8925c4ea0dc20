"""A row of a team's table as a report and the one account that it tells, each value standing on the cell's words.

What comes in are a row and the map; what goes out is its text (`column: value`, a line each), the account and what the team decided.
This file must not know the ledger. A cell that is not understood raises `UnreadableCell`: no row goes in with half of what it tells.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from tahqiq.codebook import load_codebook
from tahqiq.fold import folded
from tahqiq.importing.cells import Count, count_of, days_of, is_untold
from tahqiq.importing.mapping import CLOSED, TableMap
from tahqiq.importing.tables import Row
from tahqiq.languages import identify
from tahqiq.model import Account, Casualty, Claim, Dated, Mention, Named, Place, Placed, Report, digest
from tahqiq.reading.places import to_place
from tahqiq.registries import Actors, PlaceEntry, Places, distance_km
from tahqiq.registries.entries import UNITS

T = TypeVar("T")
RULE = "imported"
_NEAR_KM = 15.0  # a team's point and the registry's of one place: further apart they are two places of one name
_OTHERS = 4


class UnreadableCell(Exception):
    """A cell that cannot be read: its column and why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"column «{column}»: {reason}")


@dataclass(frozen=True, slots=True)
class Decided:
    """What the team decided of an incident. `on` is the day where the table tells it, `column` where it stands."""

    kind: str
    column: str
    who: str = ""
    on: dt.date | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A row as it was read; the report and the account have no ids yet, nor a document. `name` is the row's own id."""

    name: str
    report: Report
    account: Account
    decided: tuple[Decided, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    """The row written out, and where each column's value begins."""

    text: str
    at: Mapping[str, int]
    cells: Mapping[str, str]

    def mention(self, column: str, words: str = "") -> Mention:
        """The words of a cell, or those words within it."""
        start = self.at[column] + (self.cells[column].index(words) if words else 0)
        end = start + len(words or self.cells[column])
        return Mention(start, end, self.text[start:end], RULE)

    def from_to(self, first: str, last: str) -> Mention:
        """From the words of one cell to those of another, in the order of the table."""
        one, other = sorted((self.mention(first), self.mention(last)), key=lambda m: m.start)
        return Mention(one.start, other.end, self.text[one.start : other.end], RULE)


def written(cells: Mapping[str, str]) -> str:
    """The row as a text that stands by itself: `column: value`, a line each."""
    return _written(cells).text


def _written(cells: Mapping[str, str]) -> _Words:
    text, at = "", {}
    for column, cell in cells.items():
        text += f"{column}: "
        at[column] = len(text)
        text += f"{cell}\n"
    return _Words(text, at, cells)


@dataclass(frozen=True, slots=True)
class RowReader:
    """Rows of one table, by its map and the registries."""

    told: TableMap
    places: Places
    actors: Actors

    def read(self, row: Row) -> Told:
        """What the row tells; raises UnreadableCell naming the column that cannot be read."""
        words = _written(row.cells)
        account = Account(
            id="",
            report="",
            event_type=self._code(words, "event_type") or self._no_type(),
            trigger=words.mention(self._column("event_type")),
            status=self._code(words, "status") or "occurred",
            certainty=self._code(words, "certainty") or "asserted",
            date=self._date(words),
            place=self._place(words),
            perpetrators=tuple(self._named(words, "perpetrators")),
            targets=tuple(self._named(words, "targets")),
            victims=tuple(Named(mention, part, None, "person") for _, part, mention in self._parts(words, "victims")),
            weapons=tuple(dict.fromkeys(self._weapons(words))),
            casualties=tuple(self._casualties(words)),
            claims=tuple(Claim(named, "reports") for named in self._named(words, "claimants")),
        )
        recorded = self._one(words, "recorded", lambda cell: days_of(cell, self.told.date_format), "is no day")
        report = Report(
            words.text,
            title=words.cells.get(self._column("id")) or None,
            language=identify(words.text),
            published=recorded[1] if recorded else None,
            url=words.cells.get(self._column("address")) or None,
            furniture=tuple(_between(self._spoken(words), len(words.text))),
        )
        return Told(words.cells.get(self._column("id"), ""), report, account, tuple(self._decided(words)))

    # -- cells ------------------------------------------------------------------------------------------------------------

    def _column(self, key: str) -> str:
        return self.told.columns.get(key, ("",))[0]

    def _one(self, words: _Words, key: str, read: Callable[[str], T | None], wrong: str) -> T | None:
        column = self._column(key)
        cell = words.cells.get(column, "")
        if is_untold(cell):
            return None
        found = read(cell)
        if found is None:
            raise UnreadableCell(column, f"{cell[:60]!r} {wrong}")
        return found

    def _code(self, words: _Words, key: str) -> str | None:
        column = self._column(key)
        cell = words.cells.get(column, "")
        return self._coded(key, column, cell) if not is_untold(cell) or folded(cell) in self.told.codes[key] else None

    def _coded(self, key: str, column: str, cell: str) -> str | None:
        codes = self.told.codes[key]
        if folded(cell) not in codes:
            meant = "yes and no" if key not in CLOSED else f"{', '.join(load_codebook().closed(CLOSED[key])[:4])} …"
            raise UnreadableCell(
                column, f"{cell[:60]!r} is no code of ours ({meant}); say in the map under codes: {key} what it stands for"
            )
        return codes[folded(cell)]

    def _no_type(self) -> str:
        raise UnreadableCell(self._column("event_type"), "is empty; what happened must be told")

    def _parts(self, words: _Words, key: str) -> Iterator[tuple[str, str, Mention]]:
        """The column, the words and the mention of each value of the cells under a key."""
        for column in self.told.columns.get(key, ()):
            for part in words.cells.get(column, "").split(self.told.separator):
                if not is_untold(part):
                    yield column, part.strip(), words.mention(column, part.strip())

    def _spoken(self, words: _Words) -> list[tuple[int, int]]:
        """What of the text are somebody's words; codes and names that many rows share would make copies of rows that are none."""
        columns = self.told.columns.get("description", ())
        return sorted((words.at[column], words.at[column] + len(words.cells[column])) for column in columns if column in words.cells)

    # -- values -----------------------------------------------------------------------------------------------------------

    def _date(self, words: _Words) -> Dated | None:
        columns = [column for column in self.told.columns.get("date", ()) if not is_untold(words.cells.get(column, ""))]
        if not columns:
            return None
        found = [self._days(words, column) for column in columns]
        start, end = found[0][0], found[-1][1]
        if end < start:
            raise UnreadableCell(
                columns[-1], f"{words.cells[columns[-1]][:60]!r} is before «{columns[0]}», {words.cells[columns[0]][:60]!r}"
            )
        if len(found) == 1:
            return Dated(words.mention(columns[0]), *found[0])
        return Dated(words.from_to(columns[0], columns[-1]), start, end, "day" if start == end else "interval")

    def _days(self, words: _Words, column: str) -> tuple[dt.date, dt.date, str]:
        cell = words.cells[column]
        days = days_of(cell, self.told.date_format)
        if days is None:
            expected = self.told.date_format or "a day as 2024-03-07 or 7 March 2024, or a date_format in the map,"
            raise UnreadableCell(column, f"{cell[:60]!r} is no day; {expected} was expected")
        return days

    def _casualties(self, words: _Words) -> Iterator[Casualty]:
        for one in self.told.casualties:
            columns = [column for column in one.columns if not is_untold(words.cells.get(column, ""))]
            counts = [self._count(words, column) for column in columns]
            if not counts:
                continue
            if len(columns) < len(one.columns):
                (count,) = counts
                low = columns[0] == one.columns[0]
                count = replace(count, max=None, qualifier="at_least") if low else replace(count, min=0, qualifier="up_to")
            elif len(counts) == 1:
                (count,) = counts
            else:
                count = _range(columns, counts)
            yield Casualty(words.from_to(columns[0], columns[-1]), one.effect, one.who, count.min, count.max, count.qualifier)

    def _count(self, words: _Words, column: str) -> Count:
        cell = words.cells[column]
        count = count_of(cell)
        if count is None:
            raise UnreadableCell(column, f"{cell[:60]!r} is no count; one as 3, 3-5, 3+ or «at least 3» was expected")
        return count

    def _weapons(self, words: _Words) -> Iterator[str]:
        for column, part, _ in self._parts(words, "weapons"):
            if code := self._coded("weapons", column, part):
                yield code

    def _named(self, words: _Words, key: str) -> Iterator[Named]:
        codes = self.told.codes.get(key, {})
        for _, part, mention in self._parts(words, key):
            name = codes.get(folded(part), part)
            if name is None:
                continue
            found = self.actors.find(name)
            yield Named(mention, found[0].name, found[0].id, found[0].kind) if len(found) == 1 else Named(mention, name)

    # -- where ------------------------------------------------------------------------------------------------------------

    def _place(self, words: _Words) -> Placed | None:
        columns = [column for column in self.told.columns.get("place", ()) if not is_untold(words.cells.get(column, ""))]
        country = self._one(words, "country", self._country, "is no country that is known; say under codes: country which it is")
        point = self._point(words)
        if columns:
            return self._named_place(words, columns, country, point)
        if point:
            mention = words.from_to(self._column("lat"), self._column("lon"))
            name = f"{words.cells[self._column('lat')]}, {words.cells[self._column('lon')]}"
            return Placed(mention, Place(name, None, country, None, *point, self._code(words, "precision") or "site"))
        entry = self.places.country(country) if country else None
        return Placed(words.mention(self._column("country")), to_place(entry)) if entry else None

    def _country(self, cell: str) -> str | None:
        name = self.told.codes["country"].get(folded(cell), cell) or cell
        if len(name) == 2 and self.places.country(name.upper()):
            return name.upper()
        return next((entry.country for entry in self.places.find(name) if entry.kind == "country"), None)

    def _point(self, words: _Words) -> tuple[float, float] | None:
        lat = self._one(words, "lat", lambda cell: _degrees(cell, 90), "is no latitude in degrees")
        lon = self._one(words, "lon", lambda cell: _degrees(cell, 180), "is no longitude in degrees")
        if (lat is None) != (lon is None):
            raise UnreadableCell(self._column("lat" if lat is None else "lon"), "is empty, where the other coordinate is told")
        return (lat, lon) if lat is not None and lon is not None else None

    def _named_place(self, words: _Words, columns: list[str], country: str | None, point: tuple[float, float] | None) -> Placed:
        """The place of the first column, within those of the further ones; the table's own point goes before the registry's."""
        name, mention = words.cells[columns[0]], words.mention(columns[0])
        units = [entry for column in columns[1:] for entry in self._within(words.cells[column], country) if entry.kind in UNITS | {"city"}]
        countries = {entry.country for column in columns[1:] for entry in self.places.find(words.cells[column]) if entry.kind == "country"}
        held = {country} if country else countries
        fit = [entry for entry in self.places.find(name) if not held or entry.country in held]
        inside = {(entry.country, entry.admin1) for entry in units if entry.admin1}
        if inside:
            fit = [entry for entry in fit if (entry.country, entry.admin1) in inside]
        around, admin1 = next(iter(inside)) if len(inside) == 1 else (None, None)
        known = country or (next(iter(countries)) if len(countries) == 1 else around)
        if point:
            near = next((entry for entry in fit if distance_km(*point, entry.lat, entry.lon) <= _NEAR_KM), None)
            precision = self._code(words, "precision") or (near.precision if near else "settlement")
            own = Place(name, None, known, admin1, *point, precision)
            told = replace(own, name=near.name, id=near.id, country=near.country, admin1=near.admin1) if near else own
            return Placed(mention, told)
        if not fit:
            return Placed(mention, Place(name, None, known, admin1))
        return Placed(mention, to_place(fit[0]), tuple(to_place(entry) for entry in fit[1 : 1 + _OTHERS]))

    def _within(self, name: str, country: str | None) -> list[PlaceEntry]:
        return [entry for entry in self.places.find(name) if not country or entry.country == country]

    # -- what the team decided --------------------------------------------------------------------------------------------

    def _decided(self, words: _Words) -> Iterator[Decided]:
        for kind in ("reviewed", "published"):
            if self._code(words, kind) == "yes":
                on = self._one(words, f"{kind}_on", lambda cell: days_of(cell, self.told.date_format), "is no day")
                yield Decided(kind, self._column(kind), words.cells.get(self._column(f"{kind}_by"), ""), on[0] if on else None)
        if grade := self._code(words, "grade"):
            yield Decided("graded", self._column("grade"), value=grade)


def account_id(team: str, name: str, report: str) -> str:
    """The account of a team's incident, the same for every edition of its row; of a row without an id, that row's alone."""
    return digest(RULE, team, name or report)


def _range(columns: list[str], counts: list[Count]) -> Count:
    low, high = counts
    if high.max is not None and high.max < low.min:
        raise UnreadableCell(columns[-1], f"{high.max} is less than {low.min}, which «{columns[0]}» tells as the lowest")
    return Count(low.min, high.max, "exact" if low.min == high.max else "between")


def _degrees(cell: str, most: int) -> float | None:
    try:
        value = float(folded(cell).replace("°", "").strip())
    except ValueError:
        return None
    return value if -most <= value <= most else None


def _between(spans: list[tuple[int, int]], end: int) -> Iterator[tuple[int, int]]:
    """What lies between the spans."""
    at = 0
    for start, stop in [*spans, (end, end)]:
        if at < start:
            yield at, start
        at = max(at, stop)
