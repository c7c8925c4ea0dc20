"""Verifying: the bytes, the chain of custody, its root, its stamps, and each account's words, with what is wrong by name."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tahqiq.errors import UnknownName, UnreadableDocument, Withheld
from tahqiq.evidence import Vault
from tahqiq.evidence.chain import Fault
from tahqiq.evidence.proving import tree_of, wrong_roots
from tahqiq.evidence.stamping import wrong_stamps
from tahqiq.ledger import Ledger
from tahqiq.pipeline import verify as verify_desk
from tahqiq.text import Columns, FailedLine, load_columns, to_reports

# What may be read by a mapping of its columns.
_MAPPED = ("text/csv", "application/jsonl", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(slots=True)
class Texts:
    """How many reports say what their documents hold, and how many could not be compared: those of withheld documents."""

    same: int = 0
    unchecked: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what of it is not as it was kept."""

    faults: tuple[Fault, ...]
    size: int
    root: str
    documents: int
    withheld: int
    stamps: tuple[Mapping[str, Any], ...] = field(default=())
    texts: "Texts | None" = None
    seconds: float = 0.0

    def said(self) -> str:
        """What holds, in sentences; only where nothing is wrong."""
        held = (
            "verified: every document is as it was acquired, the chain of custody is whole, every account's words stand in its report\n"
            f"{self.documents:,} document{'s' * (self.documents != 1)} ({self.withheld:,} withheld), root {self.size}:{self.root}"
        )
        texts = (
            [f"{self.texts.same:,} texts are what their documents hold, {self.texts.unchecked:,} could not be compared"]
            if self.texts
            else []
        )
        return "\n".join([held, *texts, *(f"stamped at {s['time']} by {s['authority']}: {s['size']}:{s['root']}" for s in self.stamps)])

    def to_json(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "verified": not self.faults,
            "documents": self.documents,
            "withheld": self.withheld,
            "custody": {"size": self.size, "root": self.root},
            "stamps": [{name: s[name] for name in ("time", "authority", "size", "root")} for s in self.stamps],
            "texts": {"same": self.texts.same, "unchecked": self.texts.unchecked} if self.texts else None,
            "problems": dict(Counter(fault.kind for fault in self.faults)),
            "faults": [{"kind": fault.kind, "subject": fault.subject, "what": str(fault)} for fault in self.faults],
            "seconds": round(self.seconds, 3),
        }


def verify(
    ledger: Ledger, vault: Vault, *, roots: Mapping[int, str] | None = None, trusted: bytes | None = None, with_texts: bool = False
) -> Verification:
    """What is not as it was kept, with what was looked at.

    Args:
        roots: roots that were told before, by how many lines of custody they stood over.
        trusted: PEM certificates to hold stamps to, in place of those that were kept with them.
        with_texts: every document is opened again, and each report held to the text that this version takes out of it.
    """
    begun = time.monotonic()
    faults = list(verify_desk(ledger, vault))
    tree, chain = tree_of(vault), vault.check()
    faults += wrong_roots(vault, tree, dict(roots or {}))
    faults += wrong_stamps(vault, tree, chain.stamps, trusted)
    texts = _texts(ledger, vault) if with_texts else None
    return Verification(
        (*faults, *(texts.faults if texts else ())),
        tree.size,
        tree.root,
        len(chain.documents),
        len(chain.withheld),
        tuple(chain.stamps),
        texts,
        time.monotonic() - begun,
    )


def _texts(ledger: Ledger, vault: Vault) -> Texts:
    by_document: dict[str, list[str]] = {}
    for report in ledger.reports():
        by_document.setdefault(report.document or "", []).append(report.id)
    mappings = tuple(load_columns(vault.bytes(d.id), d.name) for d in ledger.documents() if d.method == "column mapping")
    found = Texts()
    for name, ids in by_document.items():
        held = _held(ledger, vault, name, mappings)
        if held is None:
            found.unchecked += len(ids)
            continue
        for report in ledger.reports_of(ids):
            if report.text in held:
                found.same += 1
                continue
            told = f"report {report.id}: its text is not what is in its document ({name})"
            found.faults.append(Fault(told, "words", report.id))
    return found


def _held(ledger: Ledger, vault: Vault, name: str, mappings: Iterable[Columns]) -> set[str] | None:
    """The texts in a document, whichever mapping of columns it was read by; None where it is withheld, missing or no longer read."""
    try:
        document, place = ledger.document(name), vault.place(name)
    except (UnknownName, Withheld):
        return None
    found: set[str] = set()
    for columns in (None, *(mappings if document.media_type in _MAPPED else ())):
        with suppress(UnreadableDocument):
            found |= {one.text for one in to_reports(document, place, columns=columns) if not isinstance(one, FailedLine)}
    return found or None
