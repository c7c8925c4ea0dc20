"""Pictures of our own making, as bytes: a few pixels, or heads that claim more."""

import struct
import zlib


def png(width: int = 4, height: int = 3, *, shade: int = 120, padding: int = 0) -> bytes:
    """A grey picture of this size, of which no more than its first lines are there where it is large."""
    rows = b"".join(b"\x00" + bytes([shade]) * width for _ in range(min(height, 64))) if width < 10_000 else b""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows))]
    chunks += [(b"tEXt", b"Comment\x00" + b"x" * padding)] if padding else []
    chunks += [(b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg(width: int = 640, height: int = 480) -> bytes:
    """The head of a photo, with an EXIF part before its size, and no picture."""
    exif = b"Exif\x00\x00" + b"\xff\xc0\x00\x11\x08\x00\x01\x00\x01" + b"\x00" * 20  # a smaller picture's size inside
    parts = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + b"\xff\xdb\x00\x04\x00\x00"
    return b"\xff\xd8" + parts + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\x00" * 12 + b"\xff\xd9"


MP4 = struct.pack(">I", 24) + b"ftypisom\x00\x00\x02\x00isommp41" + b"\x00\x00\x00\x08free"
OGG = b"OggS\x00\x02" + b"\x00" * 20 + b"\x01vorbis" + b"\x00" * 30
SVG = b'<?xml version="1.0"?>\n<!-- a map -->\n<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "run"</script></svg>'
