"""Rows that are read when they are asked for, with columns of known types: one by one, or as a table of Arrow, pandas or GeoPandas."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from tahqiq.errors import UnknownName

if TYPE_CHECKING:
    import geopandas
    import pandas
    import pyarrow

T = TypeVar("T")
_BATCH = 1000  # rows that are held at a time
_SHOWN = 10  # rows in a cell of a notebook
EXTRA = "tables need the extra: pip install 'tahqiq[notebooks]'"
# What a column holds. Days have no time of day; times are UTC.
KINDS = ("text", "texts", "whole", "wholes", "degrees", "flag", "day", "time")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the kind of what it holds, what that means, and how a row's value is found."""

    name: str
    kind: str
    says: str
    of: Callable[[Any], Any]


class Listed(Generic[T]):
    """Rows of one kind. Iterating reads them anew, in their order; nothing is read before."""

    columns: ClassVar[tuple[Column, ...]] = ()
    called: ClassVar[str] = "rows"

    def __init__(self, rows: Callable[[], Iterator[T]], language: str = "en") -> None:
        self._rows_of, self._language = rows, language

    def __iter__(self) -> Iterator[T]:
        return self._rows_of()

    def _rows(self) -> Iterator[Any]:
        """What the columns are taken from; the rows themselves unless said otherwise."""
        return iter(self)

    def batches(self, size: int = _BATCH) -> "Iterator[pyarrow.RecordBatch]":
        """The rows as record batches of Arrow, so many at a time, however many there are."""
        pa, shape, rest = arrow(), self.schema(), self._rows()
        while some := list(islice(rest, size)):
            yield pa.record_batch([pa.array([c.of(row) for row in some], f.type) for c, f in zip(self.columns, shape, strict=True)], shape)

    def schema(self) -> "pyarrow.Schema":
        """The columns with their types; what each means stands in its metadata."""
        pa = arrow()
        kinds = {
            "text": pa.string(),
            "texts": pa.list_(pa.string()),
            "whole": pa.int64(),
            "wholes": pa.list_(pa.int64()),
            "degrees": pa.float64(),
            "flag": pa.bool_(),
            "day": pa.date32(),
            "time": pa.timestamp("us", "UTC"),
        }
        return pa.schema([pa.field(c.name, kinds[c.kind], metadata={"description": c.says}) for c in self.columns])

    def to_arrow(self) -> "pyarrow.Table":
        """All rows as a table of Arrow."""
        return arrow().Table.from_batches(self.batches(), self.schema())

    def to_pandas(self) -> "pandas.DataFrame":
        """All rows as a frame: days and times as datetime64 (times in UTC), whole numbers as Int64 with gaps, several values as lists."""
        pd, pa = _pandas(), arrow()
        with_gaps = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
        frame: pandas.DataFrame = self.to_arrow().to_pandas(date_as_object=False, types_mapper=with_gaps.get)
        for column in self.columns:
            if column.kind in ("texts", "wholes"):
                frame[column.name] = frame[column.name].map(list)
        return frame

    def to_geopandas(self) -> "geopandas.GeoDataFrame":
        """All rows as a frame with points in WGS84; none where no more than a country is told. `radius_km` says how exact a point is.

        Raises: UnknownName where these rows have no places.
        """
        if "latitude" not in {column.name for column in self.columns}:
            raise UnknownName(f"{self.called} have no places; ask .to_pandas()")
        try:
            import geopandas
            import shapely
        except ImportError:
            raise UnknownName(EXTRA) from None
        frame = self.to_pandas()
        points = [None if lat != lat else shapely.Point(lon, lat) for lon, lat in zip(frame["longitude"], frame["latitude"], strict=True)]
        return geopandas.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")

    # -- in a cell --------------------------------------------------------------------------------------------------------

    def _first(self) -> tuple[Sequence[Column], list[list[str]], bool]:
        """The columns and the cells of the first rows, in words, and whether there are more."""
        some = list(islice(self._rows(), _SHOWN + 1))
        return self.columns, [[_cell(c.of(row)) for c in self.columns] for row in some[:_SHOWN]], len(some) > _SHOWN

    def _repr_html_(self) -> str:
        from tahqiq.notebook.html import rendered

        columns, cells, more = self._first()
        return rendered("rows.html", called=self.called, columns=columns, cells=cells, more=more)

    def __rich__(self) -> Any:
        from rich.table import Table

        columns, cells, more = self._first()
        filled = [n for n in range(len(columns)) if any(row[n] for row in cells)]
        table = Table(title=self.called, caption=f"the first {_SHOWN}" if more else None)
        for n in filled:
            table.add_column(columns[n].name, overflow="fold")
        for row in cells:
            table.add_row(*(row[n] for n in filled))
        return table

    def __repr__(self) -> str:
        return f"<{self.called}: {', '.join(column.name for column in self.columns)}>"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def arrow() -> Any:
    """pyarrow; raises UnknownName naming the extra where it is not installed."""
    try:
        import pyarrow
    except ImportError:
        raise UnknownName(EXTRA) from None
    return pyarrow


def _pandas() -> Any:
    try:
        import pandas
    except ImportError:
        raise UnknownName(EXTRA) from None
    return pandas
