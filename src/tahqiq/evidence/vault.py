"""The vault: documents' bytes under their SHA-256, never altered, and the chain of custody.

What comes in are documents and their bytes; what goes out are the same bytes, checked, and the log of how each came in. The
vault must not know what the bytes say. Layout of the folder:

    ab/abcdef…      the bytes as acquired, uncompressed, named by their SHA-256, two hex digits to a folder
    custody.jsonl   one entry a line; `previous` is the `hash` of the line before, `hash` the SHA-256 of the entry without it
    tmp/            a document that is being written
    lock            held by the process that writes

A document is kept in three steps, each forced to the disk before the next: its bytes under tmp/, its custody entry, its name.
So after a crash
1. a file in tmp/ whose entry is the last one has whole bytes: it is given its name;
2. any other file in tmp/ was never kept: it is removed;
3. a last line without its newline was torn: it is cut off and what stood there is kept in an entry that says so.
The next writer does this before anything else. A torn line whose document has its name can not come of a crash, and `verify`
names the file that then has no entry.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tahqiq.errors import CustodyBroken, NotKept, UnknownName
from tahqiq.model import Document

try:
    import fcntl
except ImportError:  # Windows: there only one process may write at a time
    fcntl = None  # type: ignore[assignment]

NOTHING_BEFORE = "0" * 64
_NAME = re.compile(r"[0-9a-f]{64}")
_BLOCK = 1 << 20

Entry = dict[str, Any]
Bytes = bytes  # inside Vault, `bytes` is what gives them


class Vault:
    """The documents' bytes in one folder, and their chain of custody. Many processes may use one folder."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.log = self.folder / "custody.jsonl"
        self._writing = self.folder / "tmp"

    def keep(self, document: Document, data: Bytes | Path) -> bool:
        """The bytes are in the vault, under their SHA-256 and with a custody entry; True where they were not before.

        Args:
            data: the bytes, or the file that holds them, which is copied in blocks.

        Raises: CustodyBroken where the bytes are not those that the document names; NotKept where the disk is full or may not be written.
        """
        if not isinstance(data, Path) and hashlib.sha256(data).hexdigest() != document.id:
            raise CustodyBroken(f"{document.name}: its bytes do not have the SHA-256 {document.id}")
        place = self._place(document.id)
        if place.exists():
            return False
        try:
            return self._keep(document, data, place)
        except OSError as e:
            why = e.strerror or str(e)
            raise NotKept(f"{document.name}: the vault {self.folder} cannot be written: {why}; run it again when it can") from None

    def bytes(self, sha256: str) -> Bytes:
        """The bytes of this SHA-256, as acquired.

        Raises: UnknownName where the vault has none; CustodyBroken, naming the file, where they were altered.
        """
        place = self._place(sha256)
        try:
            data = place.read_bytes()
        except FileNotFoundError:
            raise UnknownName(f"{sha256}: no such document in the vault {self.folder}") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise CustodyBroken(f"{place}: the bytes are not those that were kept")
        return data

    def place(self, sha256: str) -> Path:
        """The file of this SHA-256, for reading in blocks; whether its bytes are right is told by `verify`.

        Raises: UnknownName where the vault has none.
        """
        place = self._place(sha256)
        if not place.exists():
            raise UnknownName(f"{sha256}: no such document in the vault {self.folder}")
        return place

    def custody(self) -> Iterator[Entry]:
        """The entries of the chain in the order of their writing; a torn last line is no entry.

        Raises: CustodyBroken naming the line that is no entry.
        """
        for number, line in enumerate(_whole_lines(self._log_bytes()), 1):
            yield _entry_of(line, self.log, number)

    def head(self) -> str:
        """The hash of the last entry: who keeps it elsewhere can prove later that the chain's end was not cut off."""
        last = _last_line(self.log)
        return str(_entry_of(last, self.log, 0)["hash"]) if last else NOTHING_BEFORE

    def mend(self) -> None:
        """What a killed writer left is finished or undone, as `keep` does before it writes."""
        if self.folder.exists():
            with self._locked():
                self._mend()

    def verify(self) -> list[str]:
        """What is not as it was kept, one sentence each, naming the file; none where every byte and entry is right."""
        if not self.log.exists():
            return [f"{self.log}: is missing"] if self.folder.exists() and any(self._documents()) else []
        with self._locked():
            log = self._log_bytes()
            kept = {path.name: path for path in self._documents()}
        problems, named = _check_chain(self.log, log)
        waiting = {p.name for p in self._writing.iterdir()} if self._writing.exists() else set()
        for name, (size, called) in named.items():
            path = kept.pop(name, None)
            if path is None and name in waiting:
                problems.append(f"{self._writing / name}: its writing was interrupted; the next ingest finishes it")
            elif path is None:
                problems.append(f"{self._place(name)}: is missing, although custody.jsonl has it ({called})")
            elif wrong := _check_bytes(path, name, size):
                problems.append(f"{wrong} ({called})")
        problems += [f"{path}: has no entry in custody.jsonl" for path in kept.values()]
        return problems

    # -- the parts, in order of use ---------------------------------------------------------------------------------------

    def _keep(self, document: Document, data: Bytes | Path, place: Path) -> bool:
        with self._locked():
            self._mend()
            if place.exists():
                return False
            waiting = self._writing / document.id
            self._write(waiting, document, data)
            self._append(
                "acquired",
                document.acquired_at,
                {
                    "sha256": document.id,
                    "size": document.size,
                    "media_type": document.media_type,
                    "name": document.name,
                    "origin": document.origin,
                    "method": document.method,
                    **_more(document),
                },
            )
            self._name(waiting, place)
        return True

    def _write(self, waiting: Path, document: Document, data: Bytes | Path) -> None:
        """The bytes are whole on the disk under tmp/, or nothing is: without its custody entry a file there was never kept."""
        try:
            if not isinstance(data, Path):
                _write_whole(waiting, data)
            elif _copy_whole(waiting, data) != document.id:
                raise CustodyBroken(f"{document.name}: was changed while it was copied; give it again")
        except BaseException:
            with suppress(OSError):
                waiting.unlink()
            raise

    def _place(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise UnknownName(f"{sha256[:80]}: is no SHA-256")
        return self.folder / sha256[:2] / sha256

    def _documents(self) -> Iterator[Path]:
        """Everything in the shards, whatever its name: what does not belong there is found by having no entry."""
        for shard in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(shard.iterdir())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """No other process or thread writes meanwhile. A vault that may only be read is read without the lock."""
        try:
            self._writing.mkdir(parents=True, exist_ok=True)
            handle = (self.folder / "lock").open("ab")
        except PermissionError:
            yield
            return
        with handle:
            if fcntl:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _mend(self) -> None:
        self._cut_torn_line()
        for waiting in self._writing.iterdir():
            last = _last_line(self.log)
            if last and _entry_of(last, self.log, 0).get("sha256") == waiting.name:
                self._name(waiting, self._place(waiting.name))
            else:
                waiting.unlink()

    def _cut_torn_line(self) -> None:
        if not self.log.exists():
            return
        with self.log.open("r+b") as log:
            end = log.seek(0, os.SEEK_END)
            torn = _tail_after_newline(log, end)
            if not torn:
                return
            log.truncate(end - len(torn))
            log.flush()
            os.fsync(log.fileno())
        if _entry_is_whole(torn):  # only its newline was lost: the entry stands
            _append_line(self.log, torn)
            return
        self._append("mended", "", {"torn": torn.decode("utf-8", "backslashreplace")})

    def _append(self, event: str, at: str, facts: Entry) -> None:
        last = _last_line(self.log)
        before = _entry_of(last, self.log, 0) if last else None
        entry = {
            "n": before["n"] + 1 if before else 0,
            "event": event,
            "at": at,
            **facts,
            "previous": before["hash"] if before else NOTHING_BEFORE,
        }
        _append_line(self.log, _canonical({**entry, "hash": _hash(entry)}))

    def _name(self, waiting: Path, place: Path) -> None:
        if not place.parent.exists():
            place.parent.mkdir(exist_ok=True)
            _sync_folder(self.folder)
        waiting.replace(place)
        _sync_folder(place.parent)

    def _log_bytes(self) -> Bytes:
        return self.log.read_bytes() if self.log.exists() else b""


def _check_chain(log: Path, data: bytes) -> tuple[list[str], dict[str, tuple[int, str]]]:
    """What is wrong with the chain, and the documents it names, each with its size and what it was called."""
    problems: list[str] = []
    named: dict[str, tuple[int, str]] = {}
    previous = NOTHING_BEFORE
    whole = data[: data.rfind(b"\n") + 1]
    for number, line in enumerate(_whole_lines(data), 1):
        try:
            entry = _entry_of(line, log, number)
        except CustodyBroken as e:
            problems.append(str(e))
            previous = ""
            continue
        if _hash({k: v for k, v in entry.items() if k != "hash"}) != entry["hash"]:
            problems.append(f"{log} line {number}: the entry was altered ({entry.get('name') or entry.get('event')})")
        if previous and entry["previous"] != previous:
            problems.append(f"{log} line {number}: the entry does not follow the one before it")
        elif entry["n"] != number - 1:
            problems.append(f"{log} line {number}: the entry is numbered {entry['n']}, {number - 1} was expected")
        previous = entry["hash"]
        name, size = entry.get("sha256"), entry.get("size")
        if isinstance(name, str) and _NAME.fullmatch(name) and isinstance(size, int):
            named[name] = (size, str(entry.get("name")))
    if len(whole) != len(data):
        problems.append(f"{log}: its last line is torn, a writing was interrupted; the next ingest mends it")
    return problems, named


def _check_bytes(path: Path, name: str, size: int) -> str | None:
    digest, read = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                read += len(block)
    except OSError as e:
        return f"{path}: cannot be read: {e.strerror or e}"
    if read != size:
        return f"{path}: has {read:,} bytes, {size:,} were kept"
    return None if digest.hexdigest() == name else f"{path}: the bytes are not those that were kept"


def _entry_of(line: bytes, log: Path, number: int) -> Entry:
    where = f"{log} line {number}" if number else f"{log}, last line"
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        raise CustodyBroken(f"{where}: is no entry of the chain") from None
    if not isinstance(entry, dict) or not isinstance(entry.get("n"), int) or not {"previous", "hash", "event"} <= entry.keys():
        raise CustodyBroken(f"{where}: is no entry of the chain")
    return entry


def _entry_is_whole(line: bytes) -> bool:
    try:
        entry = json.loads(line)
        return bool(_hash({k: v for k, v in entry.items() if k != "hash"}) == entry["hash"])
    except (ValueError, KeyError, AttributeError, RecursionError):
        return False


def _canonical(entry: Entry) -> bytes:
    return json.dumps(entry, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def _hash(entry: Entry) -> str:
    return hashlib.sha256(_canonical(entry)).hexdigest()


def _whole_lines(data: bytes) -> list[bytes]:
    return data[: data.rfind(b"\n") + 1].split(b"\n")[:-1]


def _tail_after_newline(log: Any, end: int) -> bytes:
    """What stands after the last newline of the file: nothing where its last line is whole."""
    tail = b""
    while end > 0 and b"\n" not in tail:
        start = max(0, end - 65536)
        log.seek(start)
        tail = log.read(end - start) + tail
        end = start
    return tail[tail.rfind(b"\n") + 1 :]


def _last_line(path: Path) -> bytes:
    """The last whole line, without its newline; empty where there is none."""
    if not path.exists():
        return b""
    with path.open("rb") as log:
        end = log.seek(0, os.SEEK_END)
        end -= len(_tail_after_newline(log, end))
        return _tail_after_newline(log, end - 1) if end else b""


def _append_line(path: Path, line: bytes) -> None:
    new = not path.exists()
    with path.open("ab") as log:
        log.write(line + b"\n")
        log.flush()
        os.fsync(log.fileno())
    if new:
        _sync_folder(path.parent)


def _more(document: Document) -> Entry:
    """What only some ways in know, so that entries of plain files stay as short as they were."""
    known = {"url": document.url, "headers": [list(pair) for pair in document.headers], "within": document.within}
    return {name: value for name, value in known.items() if value}


def _copy_whole(path: Path, source: Path) -> str:
    """The file's bytes are on the disk under `path`; gives the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with source.open("rb") as given, path.open("wb") as file:
        while block := given.read(_BLOCK):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _write_whole(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """The folder's names are on the disk; systems that cannot open a folder do this themselves."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
