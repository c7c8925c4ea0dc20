"""Where shards lie and where what is read of them is written: a folder here or a bucket (fsspec), whose files are whole or not there.

Here a file is written beside its place and renamed; a bucket takes an object when it is closed, or not at all.
"""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tahqiq.errors import UnknownName


def system_of(address: str) -> tuple[Any, str]:
    """The file system that an address is of, and the path in it; raises UnknownName where it is of none that can be reached."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise UnknownName("work over archives needs the extra: pip install 'tahqiq[scale]'") from None
    try:
        system, path = url_to_fs(address)
    except (ImportError, ValueError) as e:
        raise UnknownName(f"{address}: cannot be reached: {e}") from None
    return system, str(path).rstrip("/")


def opened(address: str) -> IO[bytes]:
    """The file at an address, wherever it lies, to be read."""
    system, path = system_of(address)
    file: IO[bytes] = system.open(path, "rb")
    return file


@dataclass(slots=True)
class Writing:
    """A file that is being written, to `part` where it lies here."""

    stream: Any
    path: str
    part: Path | None

    def finish(self, *, keep: bool) -> None:
        """The file is at its place; where it is not to be kept, what was at its place stays."""
        if self.part is None:
            if keep:
                self.stream.close()
            else:
                with suppress(Exception):  # what was not closed was not put there
                    self.stream.discard()
            return
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.stream.close()
        if keep:
            self.part.replace(self.path)
        else:
            self.part.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Store:
    """A folder or bucket; paths are within it."""

    address: str

    def writing(self, path: str) -> Writing:
        """A file to be written, which is at its place once it is finished."""
        system, whole, is_here = self._at(path)
        if not is_here:
            return Writing(system.open(whole, "wb"), whole, None)
        place = Path(whole)
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
        return Writing(part.open("wb"), whole, part)

    def reading(self, path: str) -> IO[bytes]:
        system, whole, _ = self._at(path)
        file: IO[bytes] = system.open(whole, "rb")
        return file

    def has(self, path: str) -> bool:
        system, whole, _ = self._at(path)
        return bool(system.exists(whole))

    def files(self, folder: str) -> list[str]:
        """The whole files of a folder, by name; none where there is no such folder."""
        system, whole, _ = self._at(folder)
        system.invalidate_cache()
        if not system.exists(whole):
            return []
        names = (str(path).rpartition("/")[2] for path in system.find(whole, maxdepth=1))
        return sorted(f"{folder}/{name}" for name in names if not name.startswith("."))

    def remove(self, path: str) -> None:
        system, whole, _ = self._at(path)
        if system.exists(whole):
            system.rm(whole, recursive=True)

    def put_json(self, path: str, value: Any) -> None:
        file = self.writing(path)
        file.stream.write(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")
        file.finish(keep=True)

    def get_json(self, path: str) -> Any:
        """The value that was put; None where there is none."""
        if not self.has(path):
            return None
        with self.reading(path) as file:
            return json.loads(file.read())

    def _at(self, path: str) -> tuple[Any, str, bool]:
        system, root = system_of(self.address)
        protocols = (system.protocol,) if isinstance(system.protocol, str) else system.protocol
        return system, f"{root}/{path}", "file" in protocols
