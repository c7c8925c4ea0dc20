"""GeoPackage: a layer of incidents for QGIS and other desktop programs.

Source: OGC GeoPackage 1.4. Written by GDAL through pyogrio (extra `geo`).
"""

from collections.abc import Mapping
from typing import BinaryIO

from tahqiq.export.happenings import Happenings
from tahqiq.export.layer import write_by_gdal
from tahqiq.settings import Settings


class Gpkg:
    """One layer, a point an incident, with the columns of the incidents' table."""

    name = "gpkg"
    title = "GeoPackage"
    media_type = "application/geopackage+sqlite3"
    extension = "gpkg"
    cannot_hold = ("other_harm", "contradictions", "denials", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        write_by_gdal(what, what, out, "GPKG", "gpkg")
        return what.count, {}
