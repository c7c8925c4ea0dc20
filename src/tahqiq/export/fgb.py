"""FlatGeobuf: a layer of incidents that a map reads part by part over the network.

Source: https://flatgeobuf.org. Written by GDAL through pyogrio (extra `geo`).
"""

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from tahqiq.export.cells import left_out
from tahqiq.export.happenings import Happening, Happenings
from tahqiq.export.layer import point, write_by_gdal
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
        write_by_gdal(what, _placed(what, unplaced), out, "FlatGeobuf", "fgb")
        return what.count - sum(unplaced.values()), unplaced


def _placed(what: Happenings, unplaced: dict[str, int]) -> Iterator[Happening]:
    """Those with a point, as the index of the format holds no others."""
    for one in what:
        if point(one) is None:
            left_out(unplaced, "no place, or only the country, is told")
        else:
            yield one
