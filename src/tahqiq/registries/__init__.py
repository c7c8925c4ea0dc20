"""Places and actors: names in any script to candidates, ranked.

`load_places()` and `load_actors()` open what was built from our lists (`places/`, `actors/`, `countries.yaml`), GeoNames' cities and
CLDR's countries; `import_places` and `fetch_places` make a user's own registry for `load_places(extra=[...])`.
"""

from tahqiq.registries.actors import Actors, load_actors
from tahqiq.registries.entries import ActorEntry, ActorRun, Country, PlaceEntry, PlaceRun
from tahqiq.registries.imports import GEONAMES, Imported, fetch_places, import_places
from tahqiq.registries.places import Places, distance_km, load_places
from tahqiq.registries.sources import Sources, load_sources, provisional

__all__ = [
    "GEONAMES",
    "ActorEntry",
    "ActorRun",
    "Actors",
    "Country",
    "Imported",
    "PlaceEntry",
    "PlaceRun",
    "Places",
    "Sources",
    "distance_km",
    "fetch_places",
    "import_places",
    "load_actors",
    "load_places",
    "load_sources",
    "provisional",
]
