"""A ZIP gives the documents in it; nothing is unpacked to the disk.

What is refused, each with one sentence: an archive that unpacks to more than a reading desk could mean (a bomb), names that lead
out of it, links, archives within it, what is locked. Sizes are those that the archive declares: Python reads no member beyond
its declared size.
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.acquiring import Acquired, Asked, Refused, acquire, digest_of, megabytes, plain_name
from tahqiq.evidence.media import acquire_medium, media_type_of

MOST_MEMBERS = 20_000
MOST_TIMES_MAX_BYTES = 100  # of all members together: 2 GB at the usual size limit
MOST_RATIO = 200  # text packs to a tenth; repeated lines of a log to a hundredth; bombs to a thousandth
_RATIO_FROM_BYTES = 1_000_000
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".wacz", ".warc", ".jar")
_LEADS_OUT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|\x00")
_NO_ZIPS = (".docx", ".xlsx", ".wacz")


class Zipped:
    """ZIP archives."""

    name = "zip"
    title = "ZIP archives of such files"
    command = "tahqiq ingest reports.zip"

    def takes(self, given: str, head: bytes) -> bool:
        suffix = Path(given).suffix.lower()
        return suffix == ".zip" or (head.startswith(b"PK\x03\x04") and suffix == "")

    def documents(self, given: str, asked: Asked) -> Iterator[Acquired | Refused]:
        path, shown = Path(given), plain_name(Path(given).name)
        digest, _size = digest_of(path)
        try:
            with zipfile.ZipFile(path) as archive:
                members = [m for m in archive.infolist() if not m.is_dir() and not _is_hidden(m.filename)]
                _check(shown, members, asked)
                for member in members:
                    yield _taken(archive, member, f"{shown} sha256:{digest}", f"{given}!/", asked)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as e:
            raise UnreadableDocument(f"{shown}: is no ZIP that can be read ({e})") from None


def _is_hidden(name: str) -> bool:
    """True for what a system puts beside people's files; a name that leads out is not passed over but refused."""
    if _LEADS_OUT.search(name):
        return False
    return any(part.startswith(".") for part in PurePosixPath(name).parts) or name.startswith("__MACOSX/")


def _check(shown: str, members: list[zipfile.ZipInfo], asked: Asked) -> None:
    if len(members) > MOST_MEMBERS:
        raise UnreadableDocument(f"{shown}: holds {len(members):,} files, more than {MOST_MEMBERS:,}; unpack it and give the folder")
    total, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    most = MOST_TIMES_MAX_BYTES * asked.max_bytes
    if total > most:
        raise UnreadableDocument(f"{shown}: unpacks to {megabytes(total)}, more than {megabytes(most)}; it is not opened")
    if total > max(_RATIO_FROM_BYTES, MOST_RATIO * packed):
        raise UnreadableDocument(f"{shown}: unpacks to {total // max(1, packed):,} times its size, as no reports do; it is not opened")


def _taken(archive: zipfile.ZipFile, member: zipfile.ZipInfo, within: str, origin: str, asked: Asked) -> Acquired | Refused:
    called = plain_name(f"{Path(archive.filename or '').name}: {member.filename}")
    if wrong := _wrong(member):
        return Refused(f"{called}: {wrong}")
    if member.file_size > asked.max_bytes:
        return Refused(f"{called}: is larger than {megabytes(asked.max_bytes)}, the size limit")
    try:
        data = archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as e:
        return Refused(f"{called}: cannot be unpacked ({e})")
    try:
        if media_type_of(data[:5000]):
            name = PurePosixPath(member.filename).name
            medium = acquire_medium(data, name=name, origin=origin + member.filename, method="zip", at=asked.now(), within=within)
            return Acquired(medium, data)
        document, data = acquire(
            None,
            data=data,
            name=PurePosixPath(member.filename).name,
            origin=origin + member.filename,
            method="zip",
            at=asked.now(),
            max_bytes=asked.max_bytes,
            within=within,
        )
    except UnreadableDocument as e:
        return Refused(f"{plain_name(Path(archive.filename or '').name)}: {e}")
    return Acquired(document, data)


def _wrong(member: zipfile.ZipInfo) -> str:
    if _LEADS_OUT.search(member.orig_filename) or _LEADS_OUT.search(member.filename):
        return "its name leads out of the archive; it is not taken"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link, not a file"
    if member.flag_bits & 0x1:
        return "is locked by a password"
    if member.filename.lower().endswith(_ARCHIVES):
        return "is an archive within an archive; unpack it first"
    return ""
