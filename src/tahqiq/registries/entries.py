"""What the registries hold: a place, an actor, a country, and the closed lists of their kinds.

These are values and know neither files nor names' look-up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

PLACE_KINDS = (
    "country", "province", "district", "city", "town", "village", "quarter", "base", "airfield", "airport", "port", "oil_field",
    "gas_field", "crossing", "camp", "prison", "hospital", "dam", "bridge", "road", "mountain", "river", "sea", "island", "desert",
    "region", "border", "site",
)  # fmt: skip
PRECISIONS = ("site", "settlement", "district", "province", "region", "country")
ACTOR_KINDS = (
    "state_forces", "government", "police", "rebel_group", "militia", "coalition", "intelligence", "monitor", "agency", "outlet",
    "ngo", "international", "company", "party", "people",
)  # fmt: skip
SETTLEMENTS = frozenset({"city", "town", "village"})
UNITS = frozenset({"province", "district"})


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A place with its names in every language known; `lat`, `lon` are WGS84 degrees, of an area its middle.

    `weak`: its name is also a common word, to be believed only beside a word such as "village" or a place already found.
    `names` by ISO 639-1 code; GeoNames' names bear no language and stand under the one that their letters suggest.
    """

    id: str
    name: str
    kind: str
    country: str | None
    lat: float
    lon: float
    precision: str
    admin1: str | None = None
    admin2: str | None = None
    population: int = 0
    weak: bool = False
    origin: str = "own"
    geonames: int | None = None
    wikidata: str | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActorEntry:
    """A force, group, government, monitor or outlet with its names; `years` are (from, to), None where open or unknown.

    `weak` holds forms by language that name it in context only. `acled` is how ACLED writes it.
    """

    id: str
    name: str
    kind: str
    countries: tuple[str, ...] = ()
    parent: str | None = None
    years: tuple[int | None, int | None] = (None, None)
    wikidata: str | None = None
    acled: str | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weak: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def country(self) -> str | None:
        """The one country it belongs to, or the first of several."""
        return self.countries[0] if self.countries else None


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory of ISO 3166-1: `m49` is UN M49 (ACLED's `iso`), `gw` its Gleditsch-Ward number.

    `half_km` is how far its towns reach from their middle to the north and to the east, found when the registry is built.
    """

    code: str
    name: str
    iso3: str
    lat: float
    lon: float
    m49: int | None = None
    gw: int | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    adjectives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    half_km: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class KindWord:
    """A word or two that say what kind of place a name is; `after` where it stands behind the name."""

    language: str
    words: str
    kinds: tuple[str, ...]
    after: bool


class PlaceRun(NamedTuple):
    """`length` words that are a name, the places that bear it, likeliest first, and whether it is a common word as well."""

    length: int
    ids: tuple[int, ...]
    weak: bool = False


class ActorRun(NamedTuple):
    """`length` words that are a name, the actors that bear it, and whether it names them in context only."""

    length: int
    ids: tuple[str, ...]
    weak: bool
