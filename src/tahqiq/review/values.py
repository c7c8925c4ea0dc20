"""Words of a person as the value of a slot: places and actors of the registries, days, counts, codes of the codebook.

What comes in are an account, a slot and words; what goes out is the value as a decision keeps it. This file must not know the ledger.

How words are understood
- `place`: a name in any script, of several such places the likeliest; a registry id; or `NAME, LAT, LON`.
- `date`: `2023-07-07`, or first and last as `2023-07-07/2023-07-09`.
- `killed`, `injured` and the other effects: `3`, `3-5`, `3+`, each with its group if told: `3 civilians; 2 fighters`.
- `perpetrators`, `targets`, `victims`: names, `;` between them. `weapons`: codes, `;` between them.
- `event_type`, `status`, `certainty`: a code of the codebook. `none` empties a slot.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from tahqiq.codebook import load_codebook
from tahqiq.deciding.correcting import EFFECTS, SLOTS
from tahqiq.errors import UnknownName
from tahqiq.fold import fold, folded
from tahqiq.model import Account, Mention, Place, to_json
from tahqiq.refusing import refused
from tahqiq.registries import load_actors, load_places
from tahqiq.registries.places import Places

_COUNT = re.compile(r"(?P<min>\d{1,7})\s*(?:(?P<open>\+)|[-–]\s*(?P<max>\d{1,7}))?\s*(?P<who>[a-z_ ]*)$")
_POINT = re.compile(r"(?P<name>.+?),\s*(?P<lat>-?\d+(?:\.\d+)?),\s*(?P<lon>-?\d+(?:\.\d+)?)$")
_NEVER_EMPTY = ("event_type", "status", "certainty")


@dataclass(frozen=True, slots=True)
class Corrected:
    """A slot's value by a person, as it was before, and the words of the report that it stands on."""

    to: Any
    was: Any
    span: tuple[int, int] | None


def value_of(account: Account, slot: str, words: str, text: str, standing_on: str = "", places: str = "") -> Corrected:
    """The value that the words mean in this slot.

    Args:
        text: the report's, in which `standing_on` must be found.
        places: a user's registry of places, beside the shipped one.

    Raises: UnknownName in one sentence where the words mean nothing there.
    """
    if slot not in SLOTS:
        raise refused(UnknownName, "no_slot", slot=slot, known=", ".join(SLOTS))
    told = " ".join(words.split())
    empty = folded(told) == "none"
    if not told or (empty and slot in _NEVER_EMPTY):
        raise refused(UnknownName, "say_what_never_empty" if slot in _NEVER_EMPTY else "say_what", slot=slot)
    to = None if empty else counts(told) if slot in EFFECTS else _VALUES[slot](told, places)
    return Corrected(to, _was(account, slot), _span(account, slot, text, standing_on))


def _span(account: Account, slot: str, text: str, standing_on: str) -> tuple[int, int] | None:
    if standing_on:
        whole, wanted = fold(text), folded(standing_on)
        at = whole.text.find(wanted) if wanted else -1
        if at < 0:
            raise refused(UnknownName, "not_in_report", words=standing_on[:80])
        return whole.original(at, at + len(wanted))
    mention = _mention(account, slot)
    return (mention.start, mention.end) if mention else None


def _mention(account: Account, slot: str) -> Mention | None:
    if slot in ("date", "place"):
        value = account.date if slot == "date" else account.place
        return value.mention if value else None
    if slot in ("perpetrators", "targets", "victims"):
        return next((named.mention for named in getattr(account, slot)), None)
    return next((casualty.mention for casualty in account.casualties if casualty.effect == slot), None)


def _was(account: Account, slot: str) -> Any:
    """The value before, without its mentions."""
    if slot in EFFECTS:
        return [{"who": c.who, "min": c.min, "max": c.max} for c in account.casualties if c.effect == slot] or None
    if slot == "place":
        return to_json(account.place.place) if account.place else None
    if slot == "date":
        found = account.date
        return {"start": found.start.isoformat(), "end": found.end.isoformat(), "grain": found.grain} if found else None
    if slot in ("perpetrators", "targets", "victims"):
        return [{"name": n.name, "actor": n.actor, "kind": n.kind} for n in getattr(account, slot)] or None
    value = getattr(account, slot)
    return list(value) or None if isinstance(value, tuple) else value


# -- words to values --------------------------------------------------------------------------------------------------


def counts(words: str) -> list[dict[str, Any]]:
    """`3 civilians; 2+ fighters` as counts of groups. Raises: UnknownName where a part is no count, or a group is in no list."""
    groups = load_codebook().closed("who")
    found = []
    for part in words.split(";"):
        match = _COUNT.match(folded(part))
        if not match:
            raise refused(UnknownName, "no_count", words=part.strip()[:80])
        who = match["who"].strip().replace(" ", "_") or "unspecified"
        if who not in groups:
            raise refused(UnknownName, "no_group", who=who, known=", ".join(groups))
        least = int(match["min"])
        most = None if match["open"] else int(match["max"] or least)
        if most is not None and most < least:
            raise refused(UnknownName, "less", words=part.strip(), most=most, least=least)
        found.append({"who": who, "min": least, "max": most})
    return found


def days(words: str) -> dict[str, str]:
    """The first and last day meant. Raises: UnknownName where they are no days."""
    first, _, last = words.partition("/")
    try:
        start = dt.date.fromisoformat(first.strip())
        end = dt.date.fromisoformat(last.strip()) if last.strip() else start
    except ValueError:
        raise refused(UnknownName, "no_day", words=words[:80]) from None
    if end < start:
        raise refused(UnknownName, "last_before_first", words=words)
    return {"start": start.isoformat(), "end": end.isoformat(), "grain": "day" if start == end else "interval"}


def find_place(words: str, places: str = "") -> Place:
    """The place meant: by name, the registry's id, or a name with coordinates. Raises: UnknownName where there is none."""
    if point := _POINT.match(words):
        lat, lon = float(point["lat"]), float(point["lon"])
        if abs(lat) > 90 or abs(lon) > 180:
            raise refused(UnknownName, "no_point", words=words[:80], lat=str(lat), lon=str(lon))
        return Place(point["name"], lat=lat, lon=lon)
    registry = _places(places)
    entry = registry.find_id(words) or next(iter(registry.find(words)), None)
    if entry is None:
        raise refused(UnknownName, "no_place", words=words[:80])
    return Place(entry.name, entry.id, entry.country, entry.admin1, entry.lat, entry.lon, entry.precision)


@lru_cache(maxsize=2)
def _places(places: str) -> Places:
    return load_places([Path(places)] if places else ())


def names(words: str) -> list[dict[str, Any]]:
    """Each name with its actor of the registry, where it has one."""
    found: list[dict[str, Any]] = []
    for part in filter(None, (one.strip() for one in words.split(";"))):
        actor = next(iter(load_actors().find(part)), None)
        found.append({"name": actor.name, "actor": actor.id, "kind": actor.kind} if actor else {"name": part, "actor": None, "kind": None})
    return found


def _code(list_name: str) -> Callable[[str, str], str]:
    def code(words: str, _places: str) -> str:
        known = load_codebook().closed(list_name)
        given = folded(words).replace(" ", "_")
        if given not in known:
            raise refused(UnknownName, "in_no_list", words=words[:80], known=", ".join(known))
        return given

    return code


_weapon = _code("weapons")
_VALUES: dict[str, Callable[[str, str], Any]] = {
    "event_type": _code("event_types"),
    "status": _code("status"),
    "certainty": _code("certainty"),
    "date": lambda words, _: days(words),
    "place": lambda words, places: to_json(find_place(words, places)),
    "perpetrators": lambda words, _: names(words),
    "targets": lambda words, _: names(words),
    "victims": lambda words, _: [{"name": part.strip(), "actor": None, "kind": "person"} for part in words.split(";") if part.strip()],
    "weapons": lambda words, places: [_weapon(part, places) for part in words.split(";") if part.strip()],
}
