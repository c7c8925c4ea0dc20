"""The vault in a bucket: the same promises on S3-compatible storage, through fsspec (the extra `s3`).

The layout is that of `vault`, but for the chain, as nothing can be appended to an object:

    ab/abcdef…         the bytes as acquired
    custody/000000000  one entry an object, numbered from 0; together they are the lines of custody.jsonl

An object is there whole or not at all. An entry is written under the next number only if nobody has it yet, so that many may write at
once without a lock: who comes second reads what the first wrote, and follows it. A document's bytes come before its entry; bytes without
one are those of an intake that was killed or is going on, and `verify` names them.
"""

import hashlib
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tahqiq.errors import CustodyBroken, UnknownName
from tahqiq.evidence.chain import Chain, Entry, check_chain, entry_of, next_line
from tahqiq.evidence.vault import Vault, facts_of, name_of
from tahqiq.model import Document

_BLOCK = 8 << 20  # parts of an upload are 5 MB at least
_DIGITS = 9
_AT_ONCE = 500  # entries asked for together
_TOMBSTONE = ".withheld"
_MOST_TRIES = 1000


class BucketVault(Vault):
    """The documents' bytes in a bucket, and their chain of custody. Many machines may use one bucket.

    Where the bucket is and by which key it opens is told as to every program of S3's, by its own variables of the environment
    (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID …).
    """

    def __init__(self, address: str, **options: Any) -> None:
        super().__init__(address)
        self._address = address.rstrip("/")
        self._files, self._root = _files_of(self._address, options)
        self._lines: list[bytes] = []
        self._named: set[str] = set()
        self._alone = threading.RLock()
        self._fetched: tempfile.TemporaryDirectory[str] | None = None

    @property
    def address(self) -> str:
        """The address of the bucket."""
        return self._address

    @property
    def log_name(self) -> str:
        """Where the entries are."""
        return self._where("custody")

    def place(self, sha256: str) -> Path:
        """A copy of the document on this machine, which lasts as long as the vault is open."""
        name = self._given(sha256)
        with self._alone:
            self._fetched = self._fetched or tempfile.TemporaryDirectory(prefix="tahqiq-bucket-")
            local = Path(self._fetched.name) / sha256
            if not local.exists():
                part = local.with_suffix(".part")
                self._files.get_file(self._path(name), str(part))
                part.replace(local)
        return local

    def lines(self) -> list[bytes]:
        """The lines of the chain."""
        with self._alone:
            self._catch_up()
            return list(self._lines)

    def mend(self) -> None:
        """Nothing is left half-written in a bucket."""

    def blocks(self, sha256: str) -> Iterator[bytes]:
        """The bytes of a document in blocks, withheld or not; none where they are not there."""
        try:
            with self._files.open(self._path(name_of(sha256)), "rb") as file:
                while block := file.read(_BLOCK):
                    yield block
        except FileNotFoundError:
            return

    def size(self, sha256: str) -> int | None:
        """How many bytes lie there, None where there are none."""
        try:
            return int(self._files.info(self._path(name_of(sha256)))["size"])
        except FileNotFoundError:
            return None

    # -- where it lies ----------------------------------------------------------------------------------------------------

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _where(self, name: str) -> str:
        return f"{self._address}/{name}"

    def _has(self, name: str) -> bool:
        return bool(self._files.exists(self._path(name)))

    def _get(self, name: str) -> bytes:
        return bytes(self._files.cat_file(self._path(name)))

    def _put(self, name: str, data: bytes) -> None:
        self._files.pipe_file(self._path(name), data)

    def _drop(self, name: str) -> None:
        self._files.rm_file(self._path(name))

    def _keep(self, document: Document, data: bytes | Path) -> bool:
        name = name_of(document.id)
        with self._alone:
            if not self._lines:
                self._catch_up()
            if document.id in self._named or self._has(name + _TOMBSTONE):
                return False
            self._hold(document.id, [data] if isinstance(data, bytes) else _blocks_of(data))
            return self._follow("acquired", document.acquired_at, facts_of(document), unless=document.id)

    def _held(self) -> tuple[Chain | None, set[str], set[str]]:
        lines = self.lines()
        found = (path.removeprefix(f"{self._root}/") for path in self._files.find(self._root))
        kept = {name for name in found if name[2:3] == "/" and not name.endswith(_TOMBSTONE)}
        return check_chain(lines, self.log_name) if lines else None, kept, set()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._alone:
            yield

    def _mend(self) -> None:
        self._catch_up()

    def _last(self) -> Entry | None:
        with self._alone:
            self._catch_up()
            return self._end()

    def _append(self, event: str, at: str, facts: Entry) -> None:
        self._follow(event, at, facts)

    def _hold(self, sha256: str, blocks: Iterable[bytes]) -> None:
        digest = hashlib.sha256()
        with self._files.open(self._path(name_of(sha256)), "wb", autocommit=False, block_size=_BLOCK) as file:
            for block in blocks:
                digest.update(block)
                file.write(block)
        if digest.hexdigest() != sha256:
            file.discard()
            raise CustodyBroken(f"{sha256}: its bytes are not those of its name")
        file.commit()

    def _hold_chain(self, lines: list[bytes]) -> None:
        """The first entry last: a chain without it counts as none."""
        for number, line in reversed(list(enumerate(lines))):
            self._put(_numbered(number), line)

    # -- the chain ---------------------------------------------------------------------------------------------------------

    def _end(self) -> Entry | None:
        return entry_of(self._lines[-1], self.log_name) if self._lines else None

    def _catch_up(self) -> None:
        """All entries that others wrote are known."""
        try:
            there = {path.rpartition("/")[2] for path in self._files.find(self._path("custody"))}
        except FileNotFoundError:
            return
        wanted: list[str] = []
        while f"{len(self._lines) + len(wanted):0{_DIGITS}}" in there:
            wanted.append(self._path(_numbered(len(self._lines) + len(wanted))))
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            found = self._files.cat(some) if len(some) > 1 else {some[0]: self._files.cat_file(some[0])}
            for path in some:
                self._know(found[path])

    def _know(self, line: bytes) -> None:
        self._lines.append(line)
        entry = entry_of(line, self.log_name, len(self._lines))
        if entry["event"] == "acquired":
            self._named.add(str(entry.get("sha256")))

    def _follow(self, event: str, at: str, facts: Entry, *, unless: str = "") -> bool:
        """The entry is the chain's last, or follows those that others write just now; False where one of them names the document."""
        for _ in range(_MOST_TRIES):
            if unless in self._named:
                return False
            line = next_line(event, at, facts, self._end())
            try:
                self._files.pipe_file(self._path(_numbered(len(self._lines))), line, mode="create")
            except FileExistsError:
                self._know(self._get(_numbered(len(self._lines))))
            except OSError as e:
                if not _is_taken(e):
                    raise
                self._know(self._get(_numbered(len(self._lines))))
            else:
                self._know(line)
                return True
        raise OSError(f"others have written {_MOST_TRIES} entries without pause")


def _numbered(number: int) -> str:
    return f"custody/{number:0{_DIGITS}}"


def _is_taken(error: OSError) -> bool:
    """Whether the storage says that the object was written by another (S3: 412, 409)."""
    told = f"{error} {error.__cause__}"
    return "PreconditionFailed" in told or "ConditionalRequestConflict" in told or "pre-conditions" in told


def _blocks_of(file: Path) -> Iterator[bytes]:
    with file.open("rb") as given:
        while block := given.read(_BLOCK):
            yield block


def _files_of(address: str, options: dict[str, Any]) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs

        files, root = url_to_fs(address, use_listings_cache=False, **options)
    except ImportError:
        raise UnknownName("a vault in a bucket needs the extra: pip install 'tahqiq[s3]'") from None
    return files, str(root).rstrip("/")
