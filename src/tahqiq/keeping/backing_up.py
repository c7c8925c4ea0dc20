"""Backup and restore: a ledger and its vault in one file, which comes back anywhere, on another machine or another database.

The file is a tar, packed where its name ends in .gz:

    backup.json               what it holds: when, by which version, digests of the parts below
    vault/documents/SHA-256   the documents as acquired
    vault/stamps/…            answers of time-stamp authorities and certificates
    vault/custody.jsonl       the chain of custody
    ledger.jsonl              every row of the ledger

The ledger is copied first, as it is at one moment; documents kept meanwhile do no harm, as the next intake knows them. Restored, the
chain comes after the documents and the ledger last: broken off and begun again, a restore ends the same.
"""

import hashlib
import io
import json
import re
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from tahqiq import __version__
from tahqiq.errors import CustodyBroken, LedgerConflict, NotKept
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger

_FORM = "tahqiq backup 1"
_DOCUMENT = re.compile(r"vault/documents/(?P<name>[0-9a-f]{64})")
_STAMP = re.compile(r"vault/stamps/(?P<name>[0-9a-f]{64}\.(?:tsr|pem))")
_HEAD, _CUSTODY, _LEDGER = "backup.json", "vault/custody.jsonl", "ledger.jsonl"
_BLOCK = 1 << 20
_LARGEST_HEAD = 1_000_000


@dataclass(slots=True)
class BackedUp:
    """What a backup holds, and which documents could not be taken along as they are not as they were kept."""

    documents: int = 0
    rows: int = 0
    faults: list[str] = field(default_factory=list)


def back_up(ledger: Ledger, vault: Vault, out: Path, *, at: str) -> BackedUp:
    """Ledger and vault are in the file `out`, which is whole or not there.

    Raises: LedgerConflict where `out` is there already; NotKept where it cannot be written.
    """
    if out.exists():
        raise LedgerConflict(f"{out}: is there already; name another, backups are never written over")
    part = out.with_name(out.name + ".part")
    try:
        with tempfile.TemporaryFile(dir=out.parent) as rows, part.open("wb") as target:
            done = BackedUp(rows=_spool(ledger, rows) - 1)
            with tarfile.open(fileobj=target, mode="w:gz" if out.suffix == ".gz" else "w") as archive:
                _write(archive, vault, rows, done, at)
        part.replace(out)
    except OSError as e:
        raise NotKept(f"{out}: the backup cannot be written: {e.strerror or e}; nothing is left of it") from None
    finally:
        part.unlink(missing_ok=True)
    return done


def _spool(ledger: Ledger, rows: IO[bytes]) -> int:
    count = 0
    for line in ledger.copy_out():
        rows.write(line)
        count += 1
    return count


def _write(archive: tarfile.TarFile, vault: Vault, rows: IO[bytes], done: BackedUp, at: str) -> None:
    lines, chain = vault.lines(), vault.check()
    custody = b"".join(line + b"\n" for line in lines)
    digests = {_LEDGER: _digest(rows), _CUSTODY: hashlib.sha256(custody).hexdigest()}
    head = {"form": _FORM, "program": f"tahqiq {__version__}", "at": at, "rows": done.rows, "sha256": digests}
    _add(archive, _HEAD, io.BytesIO(json.dumps(head, indent=1).encode()))
    for name, (size, called) in chain.documents.items():
        if chain.withheld.get(name, {}).get("bytes") == "erased":
            continue
        if vault.size(name) != size or _digest_of(vault.blocks(name)) != name:
            done.faults.append(f"{name}: is missing or altered in the vault, and not in the backup ({called})")
            continue
        _add(archive, f"vault/documents/{name}", cast(IO[bytes], _Blocks(vault.blocks(name))), size)
        done.documents += 1
    for name in dict.fromkeys(name for entry in chain.stamps for name in (entry["stamp"], *entry["certificates"])):
        data = vault.stamp(name)
        if data is None:
            done.faults.append(f"{name}: is missing or altered in the vault, and not in the backup")
        else:
            _add(archive, f"vault/stamps/{name}", io.BytesIO(data))
    _add(archive, _CUSTODY, io.BytesIO(custody))
    _add(archive, _LEDGER, rows)


def _add(archive: tarfile.TarFile, name: str, data: IO[bytes], size: int | None = None) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = data.seek(0, io.SEEK_END) if size is None else size
    if size is None:
        data.seek(0)
    archive.addfile(entry, data)


class _Blocks(io.RawIOBase):
    """Blocks of bytes, read as a file is."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._left = blocks, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._left) < size:
            block = next(self._blocks, None)
            if block is None:
                break
            self._left += block
        cut = len(self._left) if size < 0 else size
        taken, self._left = self._left[:cut], self._left[cut:]
        return taken


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    return _digest_of(iter(lambda: file.read(_BLOCK), b""))


def _digest_of(blocks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


# -- back -------------------------------------------------------------------------------------------------------------


def restore(backup: Path, ledger: Ledger, vault: Vault) -> BackedUp:
    """The empty ledger and the empty vault hold what the backup holds.

    Raises: LedgerConflict where they are not empty or the file is no backup; CustodyBroken where a part of it is not as it was written.
    """
    try:
        with tarfile.open(backup) as archive:
            return _restore(archive, backup, ledger, vault)
    except (tarfile.TarError, EOFError, OSError) as e:
        if isinstance(e, OSError) and not isinstance(e, tarfile.TarError) and e.errno:
            raise NotKept(f"{backup}: cannot be read: {e.strerror}") from None
        raise CustodyBroken(f"{backup}: is no backup, or breaks off ({e})") from None


def _restore(archive: tarfile.TarFile, backup: Path, ledger: Ledger, vault: Vault) -> BackedUp:
    """One pass over the archive, in its order, so that a packed one is unpacked once."""
    members = iter(archive)
    head = _head(archive, next(members, None), backup)
    digests = head["sha256"]
    parts = _Parts(archive, members, backup)
    if next(ledger.documents(), None):
        raise LedgerConflict("the ledger holds something; restore into a new one")
    held = b"".join(line + b"\n" for line in vault.lines())
    if not held:
        vault.hold(parts.documents(), parts.stamps(), parts.lines(_CUSTODY, digests[_CUSTODY]))
    elif hashlib.sha256(held).hexdigest() == digests[_CUSTODY]:  # a restore that was broken off
        parts.pass_over(_LEDGER)
    else:
        raise LedgerConflict(f"{vault.address}: is a vault that holds something else; restore into a new one")
    rows = ledger.copy_in(parts.lines(_LEDGER, digests[_LEDGER]))
    return BackedUp(len(vault.check().documents), rows)


def _head(archive: tarfile.TarFile, member: tarfile.TarInfo | None, backup: Path) -> dict[str, Any]:
    try:
        assert member and member.name == _HEAD and member.size < _LARGEST_HEAD
        file = archive.extractfile(member)
        assert file
        head: dict[str, Any] = json.loads(file.read())
        assert head["form"] == _FORM and {_LEDGER, _CUSTODY} <= head["sha256"].keys() and isinstance(head["rows"], int)
    except (AssertionError, ValueError, KeyError, TypeError, AttributeError):
        raise LedgerConflict(f"{backup}: is no backup of this program, or a later version's") from None
    return head


class _Parts:
    """The parts of a backup in its order, each given once; what follows a part waits until it is asked for."""

    def __init__(self, archive: tarfile.TarFile, members: Iterator[tarfile.TarInfo], backup: Path) -> None:
        self._archive, self._members, self._backup = archive, members, backup
        self._next = next(members, None)

    def documents(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each document's SHA-256 and its bytes in blocks."""
        return self._named(_DOCUMENT)

    def stamps(self) -> Iterator[tuple[str, bytes]]:
        """Each stamp and certificate, by its name."""
        return ((name, b"".join(blocks)) for name, blocks in self._named(_STAMP))

    def lines(self, name: str, digest: str) -> Iterator[bytes]:
        """The lines of a part; at their end, where they are other ones than were written, CustodyBroken."""
        if self._next is None or self._next.name != name:
            found = f"has {self._next.name[:100]!r} where {name} should be" if self._next else f"has no {name}"
            raise CustodyBroken(f"{self._backup}: {found}")
        whole, left = hashlib.sha256(), b""
        for block in self._blocks(self._next):
            whole.update(block)
            *lines, left = (left + block).split(b"\n")
            yield from lines
        if whole.hexdigest() != digest or left:
            raise CustodyBroken(f"{self._backup}: its {name} is not as it was written")
        self._next = next(self._members, None)

    def pass_over(self, name: str) -> None:
        """What comes before this part is left out."""
        while self._next is not None and self._next.name != name:
            self._next = next(self._members, None)

    def _named(self, pattern: re.Pattern[str]) -> Iterator[tuple[str, Iterator[bytes]]]:
        while self._next is not None and (match := pattern.fullmatch(self._next.name)):
            yield match["name"], self._blocks(self._next)
            self._next = next(self._members, None)

    def _blocks(self, member: tarfile.TarInfo) -> Iterator[bytes]:
        file = self._archive.extractfile(member) if member.isfile() else None
        if file is None:
            raise CustodyBroken(f"{self._backup}: {member.name[:100]!r} in it is no file")
        while block := file.read(_BLOCK):
            yield block
