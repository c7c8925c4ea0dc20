"""Comparisons that are kept: what was found on a day, line by line, without the file.

What comes in is a `Comparison`; what goes out is what the ledger keeps of it and how it is read again. Of a very large one the lines that
are kept are the first, conflicts before the rest; the numbers are those of all.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tahqiq.comparing import Comparison, Theirs
from tahqiq.errors import UnknownName
from tahqiq.ledger import Ledger
from tahqiq.ledger.records import Record
from tahqiq.model import Incident, Place, Reason, digest, from_json, to_json

THEME = "comparison"
MOST_LINES = 10_000
FOUND = ("both", "ours", "theirs")


@dataclass(frozen=True, slots=True)
class Line:
    """A row matched, or what only one side has. `conflicts` are field, ours and theirs; `reasons` weigh for the match, in bits.

    `killed` are the numbers of ours and of theirs, each low and high; None where untold, a high None where open.
    """

    found: str
    incident: str = ""
    title: str = ""
    theirs: str = ""
    day: str = ""
    place: str = ""
    score: float = 0.0
    ours: tuple[int, int | None] | None = None
    told: tuple[int, int | None] | None = None
    conflicts: tuple[tuple[str, str, str], ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A comparison as it was found: with which dataset, by whom and when; numbers by month (matched, only ours, only theirs)."""

    id: str
    title: str
    file: str
    who: str
    at: str
    counts: dict[str, int]
    months: dict[str, tuple[int, int, int]]
    conflicts: dict[str, int]
    left_out: dict[str, int]
    beyond: int
    lines: tuple[Line, ...]


def kept_of(found: Comparison, file: str, *, who: str, at: str) -> Kept:
    """The comparison as it can be kept."""
    lines = sorted(lines_of(found), key=lambda line: (not line.conflicts, line.found, line.day, line.incident, line.theirs))
    both, ours, theirs = (Counter(line.day[:7] for line in lines if line.found == kind and line.day) for kind in FOUND)
    return Kept(
        digest(THEME, file, at, who),
        found.title,
        file,
        who,
        at,
        {kind: sum(line.found == kind for line in lines) for kind in FOUND},
        {month: (both[month], ours[month], theirs[month]) for month in sorted({*both, *ours, *theirs})},
        dict(Counter(name for line in lines for name, _, _ in line.conflicts)),
        dict(found.left_out),
        found.beyond,
        tuple(lines[:MOST_LINES]),
    )


def lines_of(found: Comparison) -> Iterator[Line]:
    """What was found, a line each: rows matched, then what only one side has."""
    for match in found.matches:
        ours, theirs = match.incident, match.theirs
        yield Line(
            "both", ours.id, ours.title, theirs.id, str(ours.start or ""), _name(ours.place), round(match.score, 1),
            _killed(ours), _told(theirs), match.conflicts, match.reasons,
        )  # fmt: skip
    for incident in found.only_ours:
        yield Line("ours", incident.id, incident.title, "", str(incident.start or ""), _name(incident.place), ours=_killed(incident))
    for one in found.only_theirs:
        day = str(one.account.date.start) if one.account.date else ""
        yield Line("theirs", theirs=one.id, day=day, place=_name(one.account.place.place if one.account.place else None), told=_told(one))


def _name(place: Place | None) -> str:
    return place.name if place else ""


def _killed(incident: Incident) -> tuple[int, int | None] | None:
    toll = next((t for t in incident.tolls if (t.effect, t.who) == ("killed", "unspecified")), None)
    return (toll.low, toll.high) if toll else None


def _told(one: Theirs) -> tuple[int, int | None] | None:
    return None if one.low is None else (one.low, one.high)


def keep(ledger: Ledger, kept: Kept) -> str:
    """The comparison is in the ledger; gives its id."""
    ledger.records.append(Record(THEME, kept.id, "made", kept.who, kept.at, to_json(kept)))
    return kept.id


def comparisons(ledger: Ledger, *, last: int = 50) -> tuple[Kept, ...]:
    """The comparisons that were kept last, the latest first."""
    return tuple(_read(ledger.records.of(THEME, last=last)))[::-1]


def get_comparison(ledger: Ledger, id: str) -> Kept:
    """The comparison of this id; raises UnknownName where there is none."""
    found = next(_read(ledger.records.of(THEME, id, last=1)), None)
    if found is None:
        raise UnknownName(f"comparison {id}: the ledger keeps none of this id")
    return found


def _read(records: Iterable[Record]) -> Iterator[Kept]:
    return (from_json(Kept, record.value) for record in records)
