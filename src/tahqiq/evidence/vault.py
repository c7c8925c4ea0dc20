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
_ASKED = ("web", "feed")  # ways in by which a place is asked anew each time

Bytes = bytes  # inside Vault, `bytes` is what gives them


class Vault:
    """The documents' bytes in one folder, and their chain of custody. Many processes may use one folder.

    What a subclass must say otherwise, to keep elsewhere, are the parts under "where it lies": they take names as the layout has them.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.log = self.folder / "custody.jsonl"
        self._writing = self.folder / "tmp"
        self._seen: dict[Bytes, str] | None = None

    @property
    def address(self) -> str:
        """Where the vault is, for sentences."""
        return str(self.folder)

    @property
    def log_name(self) -> str:
        """Where the chain of custody is, for sentences."""
        return self._where("custody.jsonl")

    def keep(self, document: Document, data: Bytes | Path) -> bool:
        """The bytes are in the vault, under their SHA-256 and with a custody entry; True where they were not before.

        Args:
            data: the bytes, or the file that holds them, which is copied in blocks.

        Raises: CustodyBroken where the bytes are not those that the document names; NotKept where the disk is full or may not be written.
        """
        if not isinstance(data, Path) and hashlib.sha256(data).hexdigest() != document.id:
            raise CustodyBroken(f"{document.name}: its bytes do not have the SHA-256 {document.id}")
        with self._told(document.name):
            return self._keep(document, data)

    def see_again(self, document: Document) -> bool:
        """That a kept document was acquired again as the same bytes stands in the chain; True where an entry was written.

        One is written for every place (address, file, archive) that it was not got from before, and one a day for an address of the web
        that goes on giving it. A file that is given again from where it lay proves nothing and has none.
        """
        if self._seen is None:
            self._seen = dict(_sightings(self.custody()))
        place, day = _place(document.id, document.url or document.origin, document.within), document.acquired_at[:10]
        last = self._seen.get(place)
        if last is not None and (document.method not in _ASKED or last >= day):
            return False
        facts = {"document": document.id, "origin": document.origin, "method": document.method, **_more(document)}
        self.record("seen_again", document.acquired_at, facts)
        self._seen[place] = day
        return True

    def bytes(self, sha256: str) -> Bytes:
        """The bytes of this SHA-256, as acquired.

        Raises: UnknownName where the vault has none; Withheld where they are given to nobody; CustodyBroken, naming the file, where
            they were altered.
        """
        name = self._given(sha256)
        data = self._get(name)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise CustodyBroken(f"{self._where(name)}: the bytes are not those that were kept")
        return data

    def withheld(self, sha256: str) -> str | None:
        """Why this document is given to nobody; None where it is not withheld."""
        name = name_of(sha256)
        return self._reason(name) if self._has(name + _TOMBSTONE) else None

    def place(self, sha256: str) -> Path:
        """The file of this SHA-256, for reading in blocks; whether its bytes are right is told by `verify`.

        Raises: UnknownName where the vault has none; Withheld where it is given to nobody.
        """
        return self.folder / self._given(sha256)

    def custody(self) -> Iterator[Entry]:
        """The entries of the chain in the order of their writing; a torn last line is no entry.

        Raises: CustodyBroken naming the line that is no entry.
        """
        for number, line in enumerate(self.lines(), 1):
            yield entry_of(line, self.log_name, number)

    def head(self) -> str:
        """The hash of the last entry: who keeps it elsewhere can prove later that the chain's end was not cut off."""
        last = self._last()
        return str(last["hash"]) if last else NOTHING_BEFORE

    def check(self) -> Chain:
        """What the chain names, and what is wrong with it."""
        return check_chain(self.lines(), self.log_name)

    def record(self, event: str, at: str, facts: Entry) -> None:
        """The event stands in the chain, as its last entry."""
        with self._told(f"{event} at {at}"), self._mended():
            self._append(event, at, facts)

    def keep_stamp(self, data: Bytes, suffix: str) -> str:
        """The bytes of a stamp or certificate lie in the vault; gives the name by which `stamp` has them."""
        name = f"{hashlib.sha256(data).hexdigest()}{suffix}"
        with self._told(name), self._mended():
            self._put(f"stamps/{name}", data)
        return name

    def stamp(self, name: str) -> Bytes | None:
        """The bytes that `keep_stamp` kept under this name; None where they are not there, or are others."""
        try:
            data = self._get(f"stamps/{name}")
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == name.partition(".")[0] else None

    def withhold(self, sha256: str, *, reason: str, who: str, at: str, erase: bool = False) -> None:
        """The document is given to nobody any more: a tombstone says why. With `erase` its bytes are gone for good.

        Raises: UnknownName where the vault has no such document.
        """
        name = name_of(sha256)
        before = self.check().withheld.get(sha256, {})
        if not before and not self._has(name):
            raise UnknownName(f"{sha256}: no such document in the vault {self.address}")
        facts = {"document": sha256, "reason": reason, "who": who, "bytes": "erased" if erase else "kept"}
        with self._told(sha256), self._mended():
            if before.get("bytes") not in (facts["bytes"], "erased"):
                self._append("withheld", at, facts)
                before = {**facts, "at": at}
            self._put(name + _TOMBSTONE, _stone(before))
            if erase and self._has(name):
                self._drop(name)

    def release(self, sha256: str, *, reason: str, who: str, at: str) -> None:
        """A withheld document is given again to who asks for it. Raises: UnknownName where none is withheld, or its bytes were erased."""
        name = name_of(sha256)
        if not self._has(name + _TOMBSTONE):
            raise UnknownName(f"{sha256}: is not withheld in the vault {self.address}")
        if not self._has(name):
            raise UnknownName(f"{sha256}: its bytes were erased; there is nothing to release")
        with self._told(sha256), self._mended():
            self._append("released", at, {"document": sha256, "reason": reason, "who": who})
            self._drop(name + _TOMBSTONE)

    def verify(self) -> list[Fault]:
        """What is not as it was kept, one sentence each, naming the file; none where every byte and entry is right."""
        chain, kept, waiting = self._held()
        if chain is None:
            return [Fault(f"{self.log_name}: is missing", "chain", "custody.jsonl")] if kept else []
        return [*chain.faults, *self._wrong_documents(chain, kept, waiting), *self._wrong_stamps(chain)]

    def hold(self, documents: Iterable[tuple[str, Iterable[Bytes]]], stamps: Iterable[tuple[str, Bytes]], lines: Iterable[Bytes]) -> None:
        """An empty vault holds what another held: its documents as blocks of bytes, its stamps, and last its chain.

        Broken off and begun again it ends the same, as without a chain the vault counts as empty.

        Raises: LedgerConflict where it is not empty; CustodyBroken where a document's bytes are not those of its name.
        """
        if self.lines():
            raise LedgerConflict(f"{self.address}: is a vault that holds something; restore into a new one")
        with self._told("what is restored"), self._locked():
            for name, blocks in documents:
                self._hold(name, blocks)
            for name, data in stamps:
                self._put(f"stamps/{name}", data)
            whole = list(lines)
            for gone in check_chain(whole, self.log_name).withheld.values():
                self._put(name_of(gone["document"]) + _TOMBSTONE, _stone(gone))
            self._hold_chain(whole)

    # -- the parts, in order of use ---------------------------------------------------------------------------------------

    def _given(self, sha256: str) -> str:
        """The name of a document that may be given."""
        name = name_of(sha256)
        if self._has(name + _TOMBSTONE):
            raise Withheld(f"document {sha256} is withheld: {self._reason(name)}")
        if not self._has(name):
            raise UnknownName(f"{sha256}: no such document in the vault {self.address}")
        return name

    def _reason(self, name: str) -> str:
        try:
            return str(json.loads(self._get(name + _TOMBSTONE))["reason"])
        except (OSError, ValueError, KeyError, TypeError):
            return "its tombstone cannot be read"

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        """A disk that is full or may not be written is said in one sentence."""
        try:
            yield
        except OSError as e:
            why = e.strerror or str(e)
            raise NotKept(f"{name}: the vault {self.address} cannot be written: {why}; run it again when it can") from None

    @contextmanager
    def _mended(self) -> Iterator[None]:
        """No other writes meanwhile, and what a killed writer left is mended."""
        with self._locked():
            self._mend()
            yield

    def _wrong_documents(self, chain: Chain, kept: set[str], waiting: set[str]) -> Iterator[Fault]:
        for sha256, (size, called) in chain.documents.items():
            name, stone = name_of(sha256), chain.withheld.get(sha256)
            if stone and not self._has(name + _TOMBSTONE):
                lost = f"{self._where(name + _TOMBSTONE)}: is missing, although custody.jsonl withholds it ({called})"
                yield Fault(lost, "bytes", sha256)
            if name in kept:
                if wrong := self._wrong_bytes(name, sha256, size):
                    yield Fault(f"{wrong} ({called})", "bytes", sha256)
            elif stone and stone["bytes"] == "erased":
                continue
            elif sha256 in waiting:
                yield Fault(f"{self._where(f'tmp/{sha256}')}: its writing was interrupted; the next ingest finishes it", "bytes", sha256)
            else:
                yield Fault(f"{self._where(name)}: is missing, although custody.jsonl has it ({called})", "bytes", sha256)
        for name in sorted(kept - {name_of(sha256) for sha256 in chain.documents}):
            yield Fault(f"{self._where(name)}: has no entry in custody.jsonl", "bytes", name.rpartition("/")[2])

    def _wrong_bytes(self, name: str, sha256: str, size: int) -> str | None:
        digest, read = hashlib.sha256(), 0
        try:
            for block in self.blocks(sha256):
                digest.update(block)
                read += len(block)
        except OSError as e:
            return f"{self._where(name)}: cannot be read: {e.strerror or e}"
        if read != size:
            return f"{self._where(name)}: has {read:,} bytes, {size:,} were kept"
        return None if digest.hexdigest() == sha256 else f"{self._where(name)}: the bytes are not those that were kept"

    def _wrong_stamps(self, chain: Chain) -> Iterator[Fault]:
        for entry in chain.stamps:
            for name in (entry["stamp"], *entry["certificates"]):
                if self.stamp(name) is None:
                    lost = f"{self._where(f'stamps/{name}')}: is missing or altered, although custody.jsonl has it"
                    yield Fault(lost, "stamp", name)

    # -- where it lies ----------------------------------------------------------------------------------------------------

    def lines(self) -> list[Bytes]:
        """The lines of the chain, without their newlines; a torn last line is none."""
        return whole_lines(self._log_bytes())

    def mend(self) -> None:
        """What a killed writer left is finished or undone, as `keep` does before it writes."""
        if self.folder.exists():
            with self._told("what was left half-written"), self._mended():
                pass

    def blocks(self, sha256: str) -> Iterator[Bytes]:
        """The bytes of a document in blocks, withheld or not, for who copies the whole vault; none where they are not there."""
        place = self.folder / name_of(sha256)
        if not place.exists():
            return
        with place.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block

    def size(self, sha256: str) -> int | None:
        """How many bytes lie there, None where there are none."""
        place = self.folder / name_of(sha256)
        return place.stat().st_size if place.exists() else None

    def _where(self, name: str) -> str:
        return str(self.folder / name)

    def _has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def _get(self, name: str) -> Bytes:
        return (self.folder / name).read_bytes()

    def _put(self, name: str, data: Bytes) -> None:
        """The file has these bytes, or is as it was before."""
        waiting = self._writing / name.rpartition("/")[2]
        _write_whole(waiting, data)
        self._name(waiting, self.folder / name)

    def _drop(self, name: str) -> None:
        place = self.folder / name
        place.unlink()
        _sync_folder(place.parent)

    def _keep(self, document: Document, data: Bytes | Path) -> bool:
        name = name_of(document.id)
        if self._has(name) or self._has(name + _TOMBSTONE):
            return False
        with self._mended():
            if self._has(name):
                return False
            waiting = self._writing / document.id
            self._write(waiting, document, data)
            self._append("acquired", document.acquired_at, facts_of(document))
            self._name(waiting, self.folder / name)
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

    def _held(self) -> tuple[Chain | None, set[str], set[str]]:
        """The chain (None where there is none), the names in the shards whatever they are, and what waits under tmp/.

        What does not belong there is found by having no entry.
        """
        if not self.log.exists():
            return None, set(self._documents()), set()
        with self._locked():
            log, kept = self._log_bytes(), set(self._documents())
        chain = check_chain(whole_lines(log), self.log_name)
        if log and not log.endswith(b"\n"):
            torn = f"{self.log}: its last line is torn, a writing was interrupted; the next ingest mends it"
            chain.faults.append(Fault(torn, "chain", "last line"))
        return chain, kept, {p.name for p in self._writing.iterdir()} if self._writing.exists() else set()

    def _documents(self) -> Iterator[str]:
        for shard in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from (f"{shard.name}/{path.name}" for path in sorted(shard.iterdir()) if not path.name.endswith(_TOMBSTONE))

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
                self._name(waiting, self.folder / name_of(waiting.name))
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
        return entry_of(last, self.log_name) if last else None

    def _name(self, waiting: Path, place: Path) -> None:
        if not place.parent.exists():
            place.parent.mkdir(exist_ok=True)
            _sync_folder(self.folder)
        waiting.replace(place)
        _sync_folder(place.parent)

    def _hold(self, sha256: str, blocks: Iterable[Bytes]) -> None:
        """The document has its name; it is forced to the disk with all others, since without a chain the vault counts as empty."""
        place, waiting, digest = self.folder / name_of(sha256), self._writing / sha256, hashlib.sha256()
        with waiting.open("wb") as file:
            for block in blocks:
                digest.update(block)
                file.write(block)
        if digest.hexdigest() != sha256:
            waiting.unlink()
            raise CustodyBroken(f"{sha256}: its bytes are not those of its name")
        place.parent.mkdir(exist_ok=True)
        waiting.replace(place)

    def _hold_chain(self, lines: list[Bytes]) -> None:
        _sync_all(self.folder / name for name in self._documents())
        self._put("custody.jsonl", b"".join(line + b"\n" for line in lines))

    def _log_bytes(self) -> Bytes:
        return self.log.read_bytes() if self.log.exists() else b""


def name_of(sha256: str) -> str:
    """Where a document lies; raises UnknownName where this is no SHA-256."""
    if not SHA256.fullmatch(sha256):
        raise UnknownName(f"{sha256[:80]}: is no SHA-256")
    return f"{sha256[:2]}/{sha256}"


def facts_of(document: Document) -> Entry:
    """What the chain tells of a document."""
    told: Entry = {
        "sha256": document.id,
        "size": document.size,
        "media_type": document.media_type,
        "name": document.name,
        "origin": document.origin,
        "method": document.method,
    }
    return told | _more(document)


def _sightings(entries: Iterable[Entry]) -> Iterator[tuple[bytes, str]]:
    """Each place that a document was got from, with the last day on which it was."""
    for entry in entries:
        if entry["event"] in ("acquired", "seen_again"):
            name = str(entry.get("sha256") or entry.get("document"))
            yield _place(name, str(entry.get("url") or entry.get("origin")), entry.get("within")), str(entry["at"])[:10]


def _place(sha256: str, where: str, within: str | None) -> bytes:
    """A short name for a document at a place: a vault has millions of them."""
    return hashlib.sha256(f"{sha256}\n{where}\n{within or ''}".encode("utf-8", "replace")).digest()[:12]


def _stone(facts: Entry) -> bytes:
    """What a tombstone says."""
    told = {name: facts[name] for name in ("document", "reason", "who", "bytes", "at")}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


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


def _sync_all(files: Iterable[Path]) -> None:
    """The files are on the disk: by one call where the system has one, which for many is a hundred times as fast."""
    if hasattr(os, "sync"):
        os.sync()
        return
    for path in files:
        with path.open("rb") as file:
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
