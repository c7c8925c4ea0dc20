"""PMTiles: incidents as vector tiles in one file, which a map reads part by part from any web server or from disk.

Source: PMTiles 3 (https://github.com/protomaps/PMTiles). Written by GDAL through pyogrio (extra `geo`).
"""

from collections.abc import Mapping
from itertools import chain
from typing import BinaryIO

from tahqiq.errors import NothingToWrite
from tahqiq.export.happenings import Happenings
from tahqiq.export.layer import placed, write_by_gdal
from tahqiq.settings import Settings

_ZOOMS = {"MINZOOM": "0", "MAXZOOM": "9"}  # at 9 a tile is about 60 km wide and its grid 15 m: finer than the public policy's coordinates


class PmTiles:
    """One layer, a point an incident, with the columns of the incidents' table."""

    name = "pmtiles"
    title = "PMTiles"
    media_type = "application/vnd.pmtiles"
    extension = "pmtiles"
    cannot_hold = ("other_harm", "contradictions", "denials", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        unplaced = dict[str, int]()
        told = placed(what, unplaced)
        first = next(told, None)
        if first is None:  # the format has no tiles without bounds
            raise NothingToWrite("no incident has a place more exact than a country: PMTiles cannot be empty")
        write_by_gdal(what, chain((first,), told), out, "PMTiles", "pmtiles", _ZOOMS)
        return what.count - sum(unplaced.values()), unplaced
