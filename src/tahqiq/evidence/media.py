"""Photos, videos and recordings as documents: what they are is told by their first bytes, never by what they are called.

What comes in are bytes or a file; what goes out is a document, whose bytes are kept as they came. Nothing is decoded: sizes of pictures are
read from their heads, since a small file can hold a picture that fills a machine's memory.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.acquiring import digest_of, head_of, megabytes, plain, plain_name
from tahqiq.model import Document

MOST_BYTES = 2_000_000_000  # of a video that lies in a file; what comes inside something else has the limit of documents
SHOWN = (  # what a browser shows without running anything that is in it; everything else is only handed out as a file
    "image/jpeg image/png image/gif image/webp image/bmp image/avif video/mp4 video/webm video/ogg video/quicktime "
    "audio/mpeg audio/ogg audio/wav audio/mp4 audio/webm"
).split()
MOST_PIXELS = 100_000_000  # a camera's largest pictures have some 100 million; ten bytes of a bomb claim as many
_NO_PICTURE = (0, 0)
_HEAD = 64_000
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"FLV\x01", "video/x-flv"),
    (b"ID3\x02", "audio/mpeg"),
    (b"ID3\x03", "audio/mpeg"),
    (b"ID3\x04", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"fLaC", "audio/flac"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
)
_BRANDS = (  # of files that begin with a box called ftyp
    ((b"heic", b"heix", b"hevc", b"mif1", b"msf1"), "image/heic"),
    ((b"avif", b"avis"), "image/avif"),
    ((b"qt  ",), "video/quicktime"),
    ((b"M4A ", b"M4B "), "audio/mp4"),
)
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}
_SVG = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?(?:<\?xml[^>]{0,200}\?>|<!--.{0,2000}?-->|<!DOCTYPE[^>\[]{0,300}(?:\[.{0,2000}?\]\s*)?>|\s)*<svg\b", re.S | re.I
)
_DATA = re.compile(rb"data:(?:image|video|audio)/[\w.+-]{1,40}(?:;[\w=.+-]{1,40}){0,3};base64,([A-Za-z0-9+/=\s]{100,})", re.I)
_FEWEST_BYTES = 1_000  # of a picture written into a page: smaller ones are spacers and icons
_MOST_WRITTEN = 100


def media_type_of(head: bytes) -> str | None:
    """What the first bytes say it is; None where it is no photo, video or recording that we know."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[4:8] == b"ftyp":
        return next((kind for brands, kind in _BRANDS if head[8:12] in brands), "video/mp4")
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"webm" in head[:100] else "video/x-matroska"
    if head[:4] == b"OggS":
        return "video/ogg" if b"theora" in head[:200] else "audio/ogg"
    if head[:2] == b"BM" and head[6:10] == bytes(4) and head[14:18] in (b"\x28\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0"):
        return "image/bmp"
    return "image/svg+xml" if _SVG.match(head[:5000]) else None


def acquire_medium(
    data: bytes | Path,
    *,
    name: str,
    origin: str,
    method: str,
    at: str,
    url: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    within: str | None = None,
    max_bytes: int = MOST_BYTES,
) -> Document:
    """The document that this photo, video or recording is.

    Raises: UnreadableDocument where its bytes are none of these, or too many.
    """
    shown = plain_name(name)
    kind = media_type_of(data[:_HEAD] if isinstance(data, bytes) else head_of(data, _HEAD))
    if kind is None:
        raise UnreadableDocument(f"{shown}: is no photo, video or recording that is known")
    digest, size = (hashlib.sha256(data).hexdigest(), len(data)) if isinstance(data, bytes) else digest_of(data)
    if size > max_bytes:
        raise UnreadableDocument(f"{shown}: is larger than {megabytes(max_bytes)}, the size limit")
    return Document(digest, size, kind, plain(origin), method, at, shown, url, headers, within)


def written_in(page: bytes) -> list[bytes]:
    """The pictures whose bytes are written into a page (`data:`), in its order."""
    found = (_decoded(match[1]) for match in _DATA.finditer(page))
    return [data for _, data in zip(range(_MOST_WRITTEN), (data for data in found if len(data) >= _FEWEST_BYTES))]


def _decoded(written: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(written.split()))
    except binascii.Error:
        return b""


# -- how large a picture is -------------------------------------------------------------------------------------------


def pixels_of(head: bytes, media_type: str) -> tuple[int, int]:
    """Width and height that a picture's head claims; (0, 0) where it claims none that can be read."""
    reader = _SIZES.get(media_type)
    try:
        return reader(head) if reader else _NO_PICTURE
    except IndexError:
        return _NO_PICTURE


def may_be_shown(head: bytes, media_type: str) -> bool:
    """True where a browser may be given it to show: of a kind that runs nothing, and a picture of a size that it can bear."""
    if media_type not in SHOWN:
        return False
    if not media_type.startswith("image/") or media_type == "image/avif":
        return True  # a decoder of videos decodes frame by frame, within limits of its own
    width, height = pixels_of(head, media_type)
    return 0 < width * height <= MOST_PIXELS


def _big(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise IndexError
    return int.from_bytes(data[at : at + size], "big")


def _little(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise IndexError
    return int.from_bytes(data[at : at + size], "little")


def _png(head: bytes) -> tuple[int, int]:
    return (_big(head, 16, 4), _big(head, 20, 4)) if head[12:16] == b"IHDR" else _NO_PICTURE


def _gif(head: bytes) -> tuple[int, int]:
    return _little(head, 6, 2), _little(head, 8, 2)


def _bmp(head: bytes) -> tuple[int, int]:
    height = _little(head, 22, 4)
    return _little(head, 18, 4), min(height, 2**32 - height)


def _webp(head: bytes) -> tuple[int, int]:
    match head[12:16]:
        case b"VP8X":
            return _little(head, 24, 3) + 1, _little(head, 27, 3) + 1
        case b"VP8 ":
            return _little(head, 26, 2) & 0x3FFF, _little(head, 28, 2) & 0x3FFF
        case b"VP8L":
            bits = _little(head, 21, 4)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _NO_PICTURE


def _jpeg(head: bytes) -> tuple[int, int]:
    """The size in the first frame's head; what stands before it (EXIF with a small picture of its own) is passed over."""
    at = 2
    while at + 9 < len(head):
        if head[at] != 0xFF:
            return _NO_PICTURE
        mark = head[at + 1]
        if mark == 0xFF:
            at += 1
            continue
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            return _big(head, at + 7, 2), _big(head, at + 5, 2)
        at += 2 + _big(head, at + 2, 2)
    return _NO_PICTURE


_SIZES: dict[str, Callable[[bytes], tuple[int, int]]] = {
    "image/png": _png,
    "image/gif": _gif,
    "image/bmp": _bmp,
    "image/webp": _webp,
    "image/jpeg": _jpeg,
}
