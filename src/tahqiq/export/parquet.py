"""GeoParquet: incidents as a columnar table with a geometry, for pandas, DuckDB and Spark.

Source: GeoParquet 1.1 (https://geoparquet.org). Written by Arrow (extra `geo`).
"""

from collections.abc import Mapping
from typing import BinaryIO

import msgspec

from tahqiq.export.happenings import Happenings
from tahqiq.export.layer import GEOMETRY, arrow, batches, schema
from tahqiq.settings import Settings

_GEO = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: {"encoding": "WKB", "geometry_types": ["Point"]}}}


class Parquet:
    """A row an incident, with the columns of the incidents' table; coordinates are longitude and latitude (OGC:CRS84)."""

    name = "parquet"
    title = "GeoParquet"
    media_type = "application/vnd.apache.parquet"
    extension = "parquet"
    cannot_hold = ("other_harm", "contradictions", "denials", "mentions")

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        arrow()
        from pyarrow.parquet import ParquetWriter

        shape = schema().with_metadata({"geo": msgspec.json.encode(_GEO).decode()})
        with ParquetWriter(out, shape) as writer:
            for batch in batches(what, what):
                writer.write_batch(batch)
        return what.count, {}
