"""The chain of custody: entries of one line each, every one with the hash of the line before it.

What comes in and goes out are lines of JSON; where they are stored this file must not know. Lines are canonical (keys sorted, no
spaces, ASCII), so that the same entry is always the same bytes: their hashes can be computed with any program.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tahqiq.errors import CustodyBroken

NOTHING_BEFORE = "0" * 64
SHA256 = re.compile(r"[0-9a-f]{64}")

Entry = dict[str, Any]


class Fault(str):
    """A sentence that says what is wrong. `kind` is what was checked (bytes, chain, root, stamp, ledger, words), `subject` what failed."""

    __slots__ = ("kind", "subject")
    kind: str
    subject: str

    def __new__(cls, sentence: str, kind: str, subject: str = "") -> "Fault":
        fault = super().__new__(cls, sentence)
        fault.kind, fault.subject = kind, subject
        return fault


@dataclass(slots=True)
class Chain:
    """What the entries name: documents with their size and what they were called, those withheld, the stamps."""

    faults: list[Fault] = field(default_factory=list)
    documents: dict[str, tuple[int, str]] = field(default_factory=dict)
    withheld: dict[str, Entry] = field(default_factory=dict)
    stamps: list[Entry] = field(default_factory=list)


def next_line(event: str, at: str, facts: Entry, before: Entry | None) -> bytes:
    """The line that follows the entry `before`, or begins a chain."""
    entry = {
        "n": before["n"] + 1 if before else 0,
        "event": event,
        "at": at,
        **facts,
        "previous": before["hash"] if before else NOTHING_BEFORE,
    }
    return canonical({**entry, "hash": hash_of(entry)})


def check_chain(lines: Iterable[bytes], log: object) -> Chain:
    """What the chain names, and its faults.

    Args:
        log: what the log is called in sentences.
    """
    found = Chain()
    previous = NOTHING_BEFORE
    for number, line in enumerate(lines, 1):
        try:
            entry = entry_of(line, log, number)
        except CustodyBroken as e:
            found.faults.append(Fault(str(e), "chain", f"line {number}"))
            previous = ""
            continue
        if wrong := _wrong(entry, number, previous):
            found.faults.append(Fault(f"{log} line {number}: {wrong}", "chain", f"line {number}"))
        previous = entry["hash"]
        _note(found, entry)
    return found


def _wrong(entry: Entry, number: int, previous: str) -> str:
    if hash_of({k: v for k, v in entry.items() if k != "hash"}) != entry["hash"]:
        return f"the entry was altered ({entry.get('name') or entry.get('event')})"
    if previous and entry["previous"] != previous:
        return "the entry does not follow the one before it"
    return "" if entry["n"] == number - 1 else f"the entry is numbered {entry['n']}, {number - 1} was expected"


def _note(found: Chain, entry: Entry) -> None:
    name, size = entry.get("sha256"), entry.get("size")
    if isinstance(name, str) and SHA256.fullmatch(name) and isinstance(size, int):
        found.documents[name] = (size, str(entry.get("name")))
    elif entry["event"] == "withheld":
        found.withheld[str(entry.get("document"))] = entry
    elif entry["event"] == "released":
        found.withheld.pop(str(entry.get("document")), None)
    elif entry["event"] == "stamped":
        found.stamps.append(entry)


def entry_of(line: bytes, log: object, number: int = 0) -> Entry:
    """The entry of a line; raises CustodyBroken where it is none. `number` 0 is the last line."""
    where = f"{log} line {number}" if number else f"{log}, last line"
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        raise CustodyBroken(f"{where}: is no entry of the chain") from None
    if not isinstance(entry, dict) or not isinstance(entry.get("n"), int) or not {"previous", "hash", "event"} <= entry.keys():
        raise CustodyBroken(f"{where}: is no entry of the chain")
    return entry


def is_whole(line: bytes) -> bool:
    """True where the line is an entry with its own hash."""
    try:
        entry = json.loads(line)
        return bool(hash_of({k: v for k, v in entry.items() if k != "hash"}) == entry["hash"])
    except (ValueError, KeyError, AttributeError, RecursionError):
        return False


def canonical(entry: Entry) -> bytes:
    """The bytes of an entry."""
    return json.dumps(entry, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def hash_of(entry: Entry) -> str:
    """The SHA-256 of an entry without its hash."""
    return hashlib.sha256(canonical(entry)).hexdigest()


def whole_lines(data: bytes) -> list[bytes]:
    """The lines of a log without their newlines; a torn last one is none."""
    return data[: data.rfind(b"\n") + 1].split(b"\n")[:-1]
