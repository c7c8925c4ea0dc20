"""Cells of the earth, by which a map finds incidents: a square of the web's tiles as one whole number.

What comes in are degrees, or the address of a tile; what goes out are numbers that a database can put in order. This file must not know
what lies in a cell.

How it works: the tiles of a web map halve the Mercator square at each zoom. The bits of a tile's column and row at zoom 20, one of each in
turn, are its number; all cells of a tile at any lesser zoom then follow one another, and the tile's own number is theirs without the last
bits (Morton's order).
"""

import math

ZOOM = 20  # a cell is 38 m wide at the equator: finer than any place is told
_EDGE = 85.0511  # degrees of latitude at which the square ends
_SIDE = 1 << ZOOM


def cell_of(lat: float | None, lon: float | None) -> int | None:
    """The cell in which a point lies; None where there is no point."""
    if lat is None or lon is None:
        return None
    inside = math.radians(max(-_EDGE, min(_EDGE, lat)))
    x = int((lon + 180.0) / 360.0 * _SIDE)
    y = int((1.0 - math.asinh(math.tan(inside)) / math.pi) / 2.0 * _SIDE)
    return _interleaved(_within(x), _within(y))


def cells_of_tile(zoom: int, x: int, y: int) -> tuple[int, int]:
    """The first cell of a tile and the first after it."""
    shift = 2 * (ZOOM - zoom)
    number = _interleaved(x, y)
    return number << shift, (number + 1) << shift


def tile_of(lat: float, lon: float, zoom: int) -> tuple[int, int]:
    """Column and row of the tile in which a point lies."""
    cell = cell_of(lat, lon) or 0
    return _every_second(cell) >> (ZOOM - zoom), _every_second(cell >> 1) >> (ZOOM - zoom)


def _within(number: int) -> int:
    return max(0, min(_SIDE - 1, number))


def _interleaved(x: int, y: int) -> int:
    return _spread(x) | _spread(y) << 1


def _spread(number: int) -> int:
    spread = 0
    for bit in range(ZOOM):
        spread |= (number >> bit & 1) << (2 * bit)
    return spread


def _every_second(number: int) -> int:
    return sum((number >> (2 * bit) & 1) << bit for bit in range(ZOOM))
