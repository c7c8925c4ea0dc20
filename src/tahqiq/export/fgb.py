"""FlatGeobuf: a layer of incidents that a map reads part by part over the network.

Source: https://flatgeobuf.org. Written by GDAL through pyogrio (extra `geo`).
"""

from collections.abc import Mapping
from typing import BinaryIO

from tahqiq.export.happenings import Happenings
from tahqiq.export.layer import placed, write_by_gdal
from tahqiq.settings import Settings


class Fgb:
    """One layer, a point an incident, with the columns of the incidents' table."""

    name = "fgb"
    title = "FlatGeobuf"
    media_type = "application/flatgeobuf"
    extension = "fgb"
    cannot_hold = ("other_harm", "contradictions", "denials", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        unplaced = dict[str, int]()
        write_by_gdal(what, placed(what, unplaced), out, "FlatGeobuf", "fgb")
        return what.count - sum(unplaced.values()), unplaced
