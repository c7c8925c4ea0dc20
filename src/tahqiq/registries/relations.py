"""How two places or two actors stand to each other: the same, one in the other, near, apart.

What comes in are places and actor ids as accounts tell them; what goes out is a `Standing` or a kinship. Nothing here knows what
happened there or who told it: linking and assessing ask the same questions of it.

How places are compared
1. A place is a circle: its point and the reach of its precision; a country is the whole country.
2. A region named by its side of a country (eastern Syria) reaches as far as its middle lies from the country's own, and a tenth on.
3. Two units of the same name are one; a province holds what bears its name as admin1.
"""

from dataclasses import dataclass
from functools import lru_cache

from tahqiq.fold import folded, name_key
from tahqiq.model import Named, Place
from tahqiq.registries.actors import Actors, load_actors
from tahqiq.registries.entries import ActorEntry
from tahqiq.registries.places import Places, distance_km, load_places

# Reach in km, the half-width of what such words cover in the registry: towns under 10, districts about 30, provinces about 90.
REACH_KM = {"site": 2.0, "settlement": 8.0, "district": 30.0, "province": 90.0}
ORDER = ("site", "settlement", "district", "province", "region", "country")
NEAR_KM = 25.0  # a town and its surroundings: what two outlets name for one strike in the countryside
APART_KM = 40.0  # from here two points where neither holds the other cannot both be meant
_SMALLEST_REGION_KM = 80.0
_STATE_KINDS = frozenset({"state_forces", "government", "police", "intelligence"})
_NO_FORCE = frozenset({"person", "people", "source", "site", "witness", "monitor", "agency", "outlet"})


@dataclass(frozen=True, slots=True)
class Standing:
    """How two places stand: same, holds, near, apart, abroad or unknown. `outer` is the wider one's precision, `km` None where unknown."""

    kind: str
    outer: str
    km: float | None = None

    @property
    def contradicts(self) -> bool:
        """True where not both can be the place of one happening."""
        return self.kind == "abroad" or (self.kind == "apart" and (self.km is None or self.km > APART_KM))


def place_standing(a: Place, b: Place) -> Standing:
    """How two places stand to each other, whatever the order."""
    inner, outer = sorted((a, b), key=lambda p: (ORDER.index(p.precision) if p.precision in ORDER else 1, p.name))
    km = _km(inner, outer)
    wide = outer.precision
    if (a.id and a.id == b.id) or _one_name(a, b, km):
        return Standing("same", wide, km)
    if inner.country and outer.country and inner.country != outer.country:
        return Standing("near" if km is not None and km <= NEAR_KM and wide in ("site", "settlement") else "abroad", wide, km)
    if wide == "country":
        kind = "holds" if inner.country and inner.country == outer.country else "unknown"
        return Standing(kind, wide, km)
    if km is None:
        same_unit = inner.admin1 is not None and inner.admin1 == outer.admin1 and inner.country == outer.country
        return Standing("holds" if same_unit and wide in ("province", "region") else "unknown", wide)
    if wide == "region":
        return Standing("holds" if km <= region_km(outer) + _reach(inner) / 2 else "apart", wide, km)
    if wide == "province":
        return Standing(_in_province(inner, outer, km), wide, km)
    if wide == "district":
        return Standing("holds" if km <= REACH_KM["district"] + _reach(inner) / 2 else "apart", wide, km)
    if km <= REACH_KM["settlement"]:
        return Standing("same", wide, km)
    return Standing("near" if km <= NEAR_KM else "apart", wide, km)


def region_km(region: Place) -> float:
    """How far a region reaches from its middle; of a region of no known country, as far as a province."""
    country = _country(region.country) if region.country else None
    if country is None or region.lat is None or region.lon is None:
        return REACH_KM["province"]
    return max(_SMALLEST_REGION_KM, 1.1 * distance_km(region.lat, region.lon, *country))


def kinship(a: str, b: str) -> str:
    """How two registry actors stand: same, part (one belongs to the other), state (arms of one state), allied, or none."""
    if a == b:
        return "same"
    if a in _chain(b) or b in _chain(a):
        return "part"
    one, other = _actor(a), _actor(b)
    if one is None or other is None:
        return "none"
    shared = set(one.countries) & set(other.countries)
    if shared and one.kind in _STATE_KINDS and other.kind in _STATE_KINDS:
        return "state"
    if shared and "coalition" in (one.kind, other.kind) and {one.kind, other.kind} <= _STATE_KINDS | {"coalition"}:
        return "allied"
    return "part" if set(_chain(a)) & set(_chain(b)) else "none"


@lru_cache(maxsize=1 << 15)
def state_of(name: str, actor: str | None, kind: str | None) -> str | None:
    """The country whose force or government is meant: by the registry, else by a country or nationality word in the name."""
    entry = _actor(actor) if actor else None
    if entry is not None:
        return entry.country if entry.kind in _STATE_KINDS else None
    if actor is not None or kind in _NO_FORCE:
        return None
    places = _places()
    for word in name.replace("-", " ").split():
        code = places.adjective(folded(word), "en")
        if code and (folded(word) != "us" or word.isupper()):  # "us" is a pronoun, "US" a country
            return code
    found = places.find(name)
    return found[0].country if found and found[0].kind == "country" else None


def named_kinship(a: Named, b: Named) -> str:
    """How two named actors stand, by the registry where it knows both, else by state and name: same, part, state, allied, none, unknown.

    Unknown gunmen and bare descriptions are unknown to everybody.
    """
    if is_nobody(a) or is_nobody(b):
        return "unknown"
    if a.actor and b.actor:
        return kinship(a.actor, b.actor)
    if name_key(a.name) == name_key(b.name):
        return "same"
    one, other = (state_of(n.name, n.actor, n.kind) for n in (a, b))
    if one and other:
        return "state" if one == other else "none"
    if _is_ally(one, b) or _is_ally(other, a):
        return "allied"
    return "none" if a.actor and b.actor else "unknown"


def _is_ally(state: str | None, named: Named) -> bool:
    """Whether a state is of the coalition that is named."""
    entry = _actor(named.actor) if state and named.actor else None
    return entry is not None and entry.kind == "coalition" and state in entry.countries


def is_nobody(named: Named) -> bool:
    """True for gunmen whom nobody named."""
    return named.actor is None and (
        named.kind in ("unknown", "unidentified_armed") or folded(named.name).startswith(("unknown", "unidentified"))
    )


def actor_entry(actor: str | None) -> ActorEntry | None:
    """The registry's entry, None where it has none."""
    return _actor(actor) if actor else None


def generation(actor: str | None) -> int:
    """How many actors it belongs to, one in another: a state's army is of the first, its air force of the second."""
    return len(_chain(actor)) - 1 if actor else 0


def _one_name(a: Place, b: Place, km: float | None) -> bool:
    if a.precision != b.precision or (a.country and b.country and a.country != b.country):
        return False
    return name_key(a.name) == name_key(b.name) and km is not None and km <= REACH_KM.get(a.precision, 400.0)


def _in_province(inner: Place, outer: Place, km: float) -> str:
    if inner.admin1 and outer.admin1:
        if inner.admin1 == outer.admin1:
            return "same" if inner.precision == "province" else "holds"
        return "near" if km <= NEAR_KM else "apart"
    return "holds" if km <= REACH_KM["province"] + _reach(inner) / 2 else "apart"


def _reach(place: Place) -> float:
    return region_km(place) if place.precision == "region" else REACH_KM.get(place.precision, REACH_KM["settlement"])


def _km(a: Place, b: Place) -> float | None:
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    return distance_km(a.lat, a.lon, b.lat, b.lon)


@lru_cache(maxsize=512)
def _country(code: str) -> tuple[float, float] | None:
    entry = _places().country(code)
    return (entry.lat, entry.lon) if entry else None


@lru_cache(maxsize=1)
def _places() -> Places:
    return load_places()


@lru_cache(maxsize=1)
def _actors() -> tuple[Actors, dict[str, ActorEntry]]:
    actors = load_actors()
    return actors, {actor.id: actor for actor in actors}


def _actor(id: str) -> ActorEntry | None:
    return _actors()[1].get(id)


@lru_cache(maxsize=1 << 12)
def _chain(id: str) -> tuple[str, ...]:
    """The actor and what it belongs to."""
    actors, known = _actors()
    return (id, *(p.id for p in actors.parents(id))) if id in known else (id,)
