"""A layer of points for geographic programs: the columns of the incidents' table and a geometry, written by GDAL or Arrow in batches.

Needs the extra `geo` (pyogrio, pyarrow). A place that is only known as a country has no geometry. Coordinates are WGS84.
"""

import shutil
import struct
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from tahqiq.errors import UnknownName
from tahqiq.export.cells import left_out
from tahqiq.export.happenings import Happening, Happenings
from tahqiq.export.sheet import columns, row

GEOMETRY = "geometry"
_BATCH = 1000  # incidents that are held at a time
_LITTLE_ENDIAN, _POINT = 1, 1  # of well-known binary (OGC Simple Features)
_EPOCH = "1980-01-01T00:00:00.000Z"  # the same incidents give the same bytes


def arrow() -> Any:
    """pyarrow; raises UnknownName naming the extra where it is not installed."""
    try:
        import pyarrow
    except ImportError:
        raise UnknownName("this format needs the extra: pip install 'tahqiq[geo]'") from None
    return pyarrow


def schema() -> Any:
    """The columns of a layer with their types."""
    pa = arrow()
    kinds = {"text": pa.string(), "whole": pa.int64(), "degrees": pa.float64(), "day": pa.date32()}
    fields = [pa.field(column.name, kinds[column.kind]) for column in columns()]
    return pa.schema([*fields, pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})])


def batches(what: Happenings, told: Iterable[Happening]) -> Iterator[Any]:
    """Those of the happenings that are told as Arrow record batches."""
    pa, shape, rest = arrow(), schema(), iter(told)
    while some := list(islice(rest, _BATCH)):
        rows = [[*row(one, what), point(one)] for one in some]
        yield pa.record_batch([pa.array(values, field.type) for values, field in zip(zip(*rows, strict=True), shape, strict=True)], shape)


def write_by_gdal(
    what: Happenings, told: Iterable[Happening], out: BinaryIO, driver: str, ending: str, options: Mapping[str, str] | None = None
) -> None:
    """The incidents are in `out` as a GDAL driver writes them."""
    pa = arrow()
    try:
        import pyogrio
    except ImportError:
        raise UnknownName("this format needs the extra: pip install 'tahqiq[geo]'") from None
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _EPOCH})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"incidents.{ending}"
        reader = pa.RecordBatchReader.from_batches(schema(), batches(what, told))
        pyogrio.write_arrow(
            reader,
            path,
            layer="incidents",
            driver=driver,
            geometry_name=GEOMETRY,
            geometry_type="Point",
            crs="EPSG:4326",
            **(options or {}),
        )
        with path.open("rb") as written:
            shutil.copyfileobj(written, out)


def placed(what: Happenings, unplaced: dict[str, int]) -> Iterator[Happening]:
    """Those with a point, for formats that hold no others."""
    for one in what:
        if point(one) is None:
            left_out(unplaced, "no place, or only the country, is told")
        else:
            yield one


def point(one: Happening) -> bytes | None:
    """Where it was, as well-known binary; None where no more than a country is known."""
    place = one.incident.place
    if place is None or place.precision == "country" or place.lat is None or place.lon is None:
        return None
    return struct.pack("<BIdd", _LITTLE_ENDIAN, _POINT, place.lon, place.lat)
