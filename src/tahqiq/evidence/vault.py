"""The vault: documents' bytes under their SHA-256, never altered, and the chain of custody.

What comes in are documents and their bytes; what goes out are the same bytes, checked, and the log of how each came in. The
vault must not know what the bytes say. Layout of the folder:

    ab/abcdef…          the bytes as acquired, uncompressed, named by their SHA-256, two hex digits to a folder
    ab/abcdef….withheld beside them, why a document is given to nobody; after an erasure in their place
    custody.jsonl       one entry a line, see `chain`: `previous` is the `hash` of the line before
    stamps/             answers of time-stamp authorities and the certificates that vouch for them, named by their SHA-256
    tmp/                what is being written
    lock                held by the process that writes

A document is kept in three steps, each forced to the disk before the next: its bytes under tmp/, its custody entry, its name.
So after a crash
1. a file in tmp/ whose entry is the last one has whole bytes: it is given its name;
2. any other file in tmp/ was never kept: it is removed;
3. a last line without its newline was torn: it is cut off and what stood there is kept in an entry that says so.
The next writer does this before anything else. A torn line whose document has its name can not come of a crash, and `verify`
names the file that then has no entry.
"""

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tahqiq.errors import CustodyBroken, LedgerConflict, NotKept, UnknownName, Withheld
from tahqiq.evidence.chain import NOTHING_BEFORE, SHA256, Chain, Entry, Fault, check_chain, entry_of, is_whole, next_line, whole_lines
from tahqiq.model import Document

try:
    import fcntl
except ImportError:  # Windows: there only one process may write at a time
    fcntl = None  # type: ignore[assignment]

__all__ = ["NOTHING_BEFORE", "Vault"]

_BLOCK = 1 << 20
_TOMBSTONE = ".withheld"

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
        if place.exists() or _tombstone(place).exists():
            return False
        with self._told(document.name):
            return self._keep(document, data, place)

    def bytes(self, sha256: str) -> Bytes:
        """The bytes of this SHA-256, as acquired.

        Raises: UnknownName where the vault has none; Withheld where they are given to nobody; CustodyBroken, naming the file, where
            they were altered.
        """
        place = self.place(sha256)
        data = place.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise CustodyBroken(f"{place}: the bytes are not those that were kept")
        return data

    def place(self, sha256: str) -> Path:
        """The file of this SHA-256, for reading in blocks; whether its bytes are right is told by `verify`.

        Raises: UnknownName where the vault has none; Withheld where it is given to nobody.
        """
        place = self._place(sha256)
        if (stone := _tombstone(place)).exists():
            raise Withheld(f"document {sha256} is withheld: {_reason(stone)}")
        if not place.exists():
            raise UnknownName(f"{sha256}: no such document in the vault {self.folder}")
        return place

    def lines(self) -> list[Bytes]:
        """The lines of the chain, without their newlines; a torn last line is none."""
        return whole_lines(self._log_bytes())

    def custody(self) -> Iterator[Entry]:
        """The entries of the chain in the order of their writing; a torn last line is no entry.

        Raises: CustodyBroken naming the line that is no entry.
        """
        for number, line in enumerate(self.lines(), 1):
            yield entry_of(line, self.log, number)

    def head(self) -> str:
        """The hash of the last entry: who keeps it elsewhere can prove later that the chain's end was not cut off."""
        last = self._last()
        return str(last["hash"]) if last else NOTHING_BEFORE

    def record(self, event: str, at: str, facts: Entry) -> None:
        """The event stands in the chain, as its last entry."""
        with self._told(f"{event} at {at}"), self._locked():
            self._mend()
            self._append(event, at, facts)

    def keep_stamp(self, data: Bytes, suffix: str) -> str:
        """The bytes of a stamp or certificate lie in the vault; gives the name by which `stamp` has them."""
        name = f"{hashlib.sha256(data).hexdigest()}{suffix}"
        with self._told(name), self._locked():
            self._put(self.folder / "stamps" / name, data)
        return name

    def stamp(self, name: str) -> Bytes | None:
        """The bytes that `keep_stamp` kept under this name; None where they are not there, or are others."""
        try:
            data = (self.folder / "stamps" / name).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == name.partition(".")[0] else None

    def withhold(self, sha256: str, *, reason: str, who: str, at: str, erase: bool = False) -> None:
        """The document is given to nobody any more: a tombstone says why. With `erase` its bytes are gone for good.

        Raises: UnknownName where the vault has no such document.
        """
        place = self._place(sha256)
        before = self.check().withheld.get(sha256, {})
        if not place.exists() and not before:
            raise UnknownName(f"{sha256}: no such document in the vault {self.folder}")
        facts = {"document": sha256, "reason": reason, "who": who, "bytes": "erased" if erase else "kept"}
        with self._told(sha256), self._locked():
            self._mend()
            if before.get("bytes") not in (facts["bytes"], "erased"):
                self._append("withheld", at, facts)
                self._put(_tombstone(place), json.dumps({**facts, "at": at}, ensure_ascii=False, indent=1).encode())
            if erase and place.exists():
                place.unlink()
                _sync_folder(place.parent)

    def release(self, sha256: str, *, reason: str, who: str, at: str) -> None:
        """A withheld document is given again to who asks for it. Raises: UnknownName where none is withheld, or its bytes were erased."""
        place = self._place(sha256)
        if not _tombstone(place).exists():
            raise UnknownName(f"{sha256}: is not withheld in the vault {self.folder}")
        if not place.exists():
            raise UnknownName(f"{sha256}: its bytes were erased; there is nothing to release")
        with self._told(sha256), self._locked():
            self._mend()
            self._append("released", at, {"document": sha256, "reason": reason, "who": who})
            _tombstone(place).unlink()
            _sync_folder(place.parent)

    def mend(self) -> None:
        """What a killed writer left is finished or undone, as `keep` does before it writes."""
        if self.folder.exists():
            with self._told("what was left half-written"), self._locked():
                self._mend()

    def check(self) -> Chain:
        """What the chain names, and what is wrong with it."""
        return check_chain(self.lines(), self.log)

    def verify(self) -> list[Fault]:
        """What is not as it was kept, one sentence each, naming the file; none where every byte and entry is right."""
        if not self.log.exists():
            is_missing = self.folder.exists() and any(self._documents())
            return [Fault(f"{self.log}: is missing", "chain", "custody.jsonl")] if is_missing else []
        with self._locked():
            log = self._log_bytes()
            kept = {path.name: path for path in self._documents()}
        chain = check_chain(whole_lines(log), self.log)
        if not log.endswith(b"\n") and log:
            torn = f"{self.log}: its last line is torn, a writing was interrupted; the next ingest mends it"
            chain.faults.append(Fault(torn, "chain", "last line"))
        return [*chain.faults, *self._wrong_documents(chain, kept), *self._wrong_stamps(chain)]

    def hold(self, documents: Iterable[tuple[str, Iterable[Bytes]]], stamps: Iterable[tuple[str, Bytes]], lines: Iterable[Bytes]) -> None:
        """An empty vault holds what another held: its documents as blocks of bytes, its stamps, and last its chain.

        Broken off and begun again it ends the same, as without a chain the vault counts as empty.

        Raises: LedgerConflict where it is not empty; CustodyBroken where a document's bytes are not those of its name.
        """
        if self.log.exists():
            raise LedgerConflict(f"{self.folder}: is a vault that holds something; restore into a new one")
        with self._told("what is restored"), self._locked():
            for name, blocks in documents:
                self._hold(name, blocks)
            for name, data in stamps:
                self._put(self.folder / "stamps" / name, data)
            whole = b"".join(line + b"\n" for line in lines)
            for gone in check_chain(whole_lines(whole), self.log).withheld.values():
                stone = {name: gone[name] for name in ("document", "reason", "who", "bytes", "at")}
                self._put(_tombstone(self._place(gone["document"])), json.dumps(stone, ensure_ascii=False, indent=1).encode())
            self._put(self.log, whole)

    def blocks(self, sha256: str) -> Iterator[Bytes]:
        """The bytes of a document in blocks, withheld or not, for who copies the whole vault; none where they are not there."""
        place = self._place(sha256)
        if not place.exists():
            return
        with place.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block

    def size(self, sha256: str) -> int | None:
        """How many bytes lie there, None where there are none."""
        place = self._place(sha256)
        return place.stat().st_size if place.exists() else None

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

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        """A disk that is full or may not be written is said in one sentence."""
        try:
            yield
        except OSError as e:
            why = e.strerror or str(e)
            raise NotKept(f"{name}: the vault {self.folder} cannot be written: {why}; run it again when it can") from None

    def _place(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise UnknownName(f"{sha256[:80]}: is no SHA-256")
        return self.folder / sha256[:2] / sha256

    def _documents(self) -> Iterator[Path]:
        """Everything in the shards, whatever its name: what does not belong there is found by having no entry."""
        for shard in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from (path for path in sorted(shard.iterdir()) if not path.name.endswith(_TOMBSTONE))

    def _wrong_documents(self, chain: Chain, kept: dict[str, Path]) -> Iterator[Fault]:
        waiting = {p.name for p in self._writing.iterdir()} if self._writing.exists() else set()
        for name, (size, called) in chain.documents.items():
            path = kept.pop(name, None)
            stone = chain.withheld.get(name)
            if stone and not _tombstone(self._place(name)).exists():
                yield Fault(f"{_tombstone(self._place(name))}: is missing, although custody.jsonl withholds it ({called})", "bytes", name)
            if path is None and stone and stone["bytes"] == "erased":
                continue
            if path is None and name in waiting:
                yield Fault(f"{self._writing / name}: its writing was interrupted; the next ingest finishes it", "bytes", name)
            elif path is None:
                yield Fault(f"{self._place(name)}: is missing, although custody.jsonl has it ({called})", "bytes", name)
            elif wrong := _check_bytes(path, name, size):
                yield Fault(f"{wrong} ({called})", "bytes", name)
        yield from (Fault(f"{path}: has no entry in custody.jsonl", "bytes", path.name) for path in kept.values())

    def _wrong_stamps(self, chain: Chain) -> Iterator[Fault]:
        for entry in chain.stamps:
            for name in (entry["stamp"], *entry["certificates"]):
                if self.stamp(name) is None:
                    yield Fault(f"{self.folder / 'stamps' / name}: is missing or altered, although custody.jsonl has it", "stamp", name)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """No other process or thread writes meanwhile. A vault that may only be read is read without the lock."""
        try:
            self._writing.mkdir(parents=True, exist_ok=True)
            handle = (self.folder / "lock").open("ab")
        except OSError as e:
            if e.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
            yield
            return
        with handle:
            if fcntl:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _mend(self) -> None:
        self._cut_torn_line()
        for waiting in self._writing.iterdir():
            last = self._last()
            if last and last.get("sha256") == waiting.name:
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
        if is_whole(torn):  # only its newline was lost: the entry stands
            _append_line(self.log, torn)
            return
        self._append("mended", "", {"torn": torn.decode("utf-8", "backslashreplace")})

    def _append(self, event: str, at: str, facts: Entry) -> None:
        _append_line(self.log, next_line(event, at, facts, self._last()))

    def _last(self) -> Entry | None:
        last = _last_line(self.log)
        return entry_of(last, self.log) if last else None

    def _put(self, place: Path, data: Bytes) -> None:
        """The file has these bytes, or is as it was before."""
        waiting = self._writing / place.name
        _write_whole(waiting, data)
        self._name(waiting, place)

    def _hold(self, name: str, blocks: Iterable[Bytes]) -> None:
        place, waiting, digest = self._place(name), self._writing / name, hashlib.sha256()
        with waiting.open("wb") as file:
            for block in blocks:
                digest.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != name:
            waiting.unlink()
            raise CustodyBroken(f"{name}: its bytes are not those of its name")
        self._name(waiting, place)

    def _name(self, waiting: Path, place: Path) -> None:
        if not place.parent.exists():
            place.parent.mkdir(exist_ok=True)
            _sync_folder(self.folder)
        waiting.replace(place)
        _sync_folder(place.parent)

    def _log_bytes(self) -> Bytes:
        return self.log.read_bytes() if self.log.exists() else b""


def _tombstone(place: Path) -> Path:
    return place.with_name(place.name + _TOMBSTONE)


def _reason(stone: Path) -> str:
    try:
        return str(json.loads(stone.read_bytes())["reason"])
    except (OSError, ValueError, KeyError, TypeError):
        return "its tombstone cannot be read"


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
