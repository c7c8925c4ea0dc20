"""Verifying: the bytes, the chain of custody, its root, its stamps, and each account's words, with what is wrong by name."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tahqiq.evidence import Vault
from tahqiq.evidence.chain import Fault
from tahqiq.evidence.proving import tree_of, wrong_roots
from tahqiq.evidence.stamping import wrong_stamps
from tahqiq.ledger import Ledger
from tahqiq.pipeline import verify as verify_desk


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what of it is not as it was kept."""

    faults: tuple[Fault, ...]
    size: int
    root: str
    documents: int
    withheld: int
    stamps: tuple[Mapping[str, Any], ...] = field(default=())
    seconds: float = 0.0

    def said(self) -> str:
        """What holds, in sentences; only where nothing is wrong."""
        held = (
            "verified: every document is as it was acquired, the chain of custody is whole, every account's words stand in its report\n"
            f"{self.documents:,} document{'s' * (self.documents != 1)} ({self.withheld:,} withheld), root {self.size}:{self.root}"
        )
        return "\n".join([held, *(f"stamped at {s['time']} by {s['authority']}: {s['size']}:{s['root']}" for s in self.stamps)])

    def to_json(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "verified": not self.faults,
            "documents": self.documents,
            "withheld": self.withheld,
            "custody": {"size": self.size, "root": self.root},
            "stamps": [{name: s[name] for name in ("time", "authority", "size", "root")} for s in self.stamps],
            "problems": dict(Counter(fault.kind for fault in self.faults)),
            "faults": [{"kind": fault.kind, "subject": fault.subject, "what": str(fault)} for fault in self.faults],
            "seconds": round(self.seconds, 3),
        }


def verify(ledger: Ledger, vault: Vault, *, roots: Mapping[int, str] | None = None, trusted: bytes | None = None) -> Verification:
    """What is not as it was kept, with what was looked at.

    Args:
        roots: roots that were told before, by how many lines of custody they stood over.
        trusted: PEM certificates to hold stamps to, in place of those that were kept with them.
    """
    begun = time.monotonic()
    faults = list(verify_desk(ledger, vault))
    tree, chain = tree_of(vault), vault.check()
    faults += wrong_roots(vault, tree, dict(roots or {}))
    faults += wrong_stamps(vault, tree, chain.stamps, trusted)
    return Verification(
        tuple(faults),
        tree.size,
        tree.root,
        len(chain.documents),
        len(chain.withheld),
        tuple(chain.stamps),
        time.monotonic() - begun,
    )
