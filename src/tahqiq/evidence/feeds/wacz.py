"""Web archives in one file with their index and hashes (WACZ 1.1.1): what is not as its own list says is not taken."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.acquiring import Acquired, Asked, Refused, plain, plain_name
from tahqiq.evidence.records import documents_of_records

_MOST_BYTES_OF_LIST = 50_000_000


class Wacz:
    """WACZ files as archiving browsers write them, and `tahqiq archive`."""

    name = "wacz"
    title = "web archives with their index: .wacz"
    command = "tahqiq ingest crawl.wacz"

    def takes(self, given: str, head: bytes) -> bool:
        return given.lower().endswith(".wacz")

    def documents(self, given: str, asked: Asked) -> Iterator[Acquired | Refused]:
        path, name = Path(given), plain_name(Path(given).name)
        try:
            with zipfile.ZipFile(path) as archive:
                listed = _listed(archive, name)
                warcs = [m for m in archive.infolist() if m.filename.startswith("archive/") and not m.is_dir()]
                if not warcs:
                    raise UnreadableDocument(f"{name}: holds no web archive")
                for member in warcs:
                    yield from _taken(archive, member, listed, name, asked)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as e:
            raise UnreadableDocument(f"{name}: is no WACZ that can be read ({e})") from None


def _listed(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """The hash that the archive's own list gives of each file; raises UnreadableDocument where there is no list."""
    try:
        member = archive.getinfo("datapackage.json")
        if member.file_size > _MOST_BYTES_OF_LIST:
            raise UnreadableDocument(f"{name}: has a list of {member.file_size / 1e6:,.0f} MB; it is not read")
        resources = json.loads(archive.read(member))["resources"]
        return {str(r["path"]): str(r["hash"]) for r in resources}
    except (KeyError, TypeError, ValueError, RecursionError):
        raise UnreadableDocument(f"{name}: has no list of its files (datapackage.json) that can be read") from None


def _taken(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, listed: dict[str, str], name: str, asked: Asked
) -> Iterator[Acquired | Refused]:
    called = f"{name}: {plain(member.filename)[:100]}"
    with archive.open(member) as held:
        digest = _digest(held, listed.get(member.filename, "").partition(":")[0])
    if listed.get(member.filename) != digest:
        yield Refused(f"{called}: is not what its list says; it is not taken")
        return
    with archive.open(member) as held:
        yield from documents_of_records(held, called, f"{name} {plain(member.filename)} {digest}", asked)


def _digest(held: IO[bytes], kind: str) -> str:
    digest = hashlib.new(kind if kind in ("sha256", "md5") else "sha256")
    while block := held.read(1 << 20):
        digest.update(block)
    return f"{digest.name}:{digest.hexdigest()}"
