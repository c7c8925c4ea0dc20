"""Proofs that stand without this software: the root over the chain of custody, and that one document's entry is under it.

A proof is a JSON object that a few lines of any language check (see docs/how-to/keep-evidence.md):

    document    the SHA-256 of the document's bytes
    entry       the line of custody that names it, as it stands there; or `leaf`, its hash, where the line must not leave
    index       which line it is, from 0
    size, root  how many lines the tree has, and its root
    path        the hashes from the line up to the root, lowest first (RFC 6962)
    stamped     for each stamp over it the same `size`, `root`, `path`, with `time` and the authority's `answer` (base64)
"""

import base64
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tahqiq.errors import UnknownName
from tahqiq.evidence import merkle
from tahqiq.evidence.chain import Fault, entry_of
from tahqiq.evidence.vault import Vault


@dataclass(frozen=True)
class Tree:
    """The tree over the first lines of a chain of custody."""

    lines: tuple[bytes, ...]

    @cached_property
    def leaves(self) -> tuple[bytes, ...]:
        """The hash of each line."""
        return tuple(map(merkle.leaf, self.lines))

    @property
    def size(self) -> int:
        """How many lines it has."""
        return len(self.lines)

    @cached_property
    def root(self) -> str:
        """Its root in hex."""
        return merkle.root(self.leaves).hex()

    def first(self, size: int) -> "Tree":
        """The tree as it was when it had so many lines; raises UnknownName where it never had."""
        if not 0 <= size <= self.size:
            raise UnknownName(f"the chain of custody has {self.size:,} lines, not {size:,}")
        return self if size == self.size else Tree(self.lines[:size])

    @property
    def stamped_bytes(self) -> bytes:
        """What is stamped: the bytes of which the root is the SHA-256. Raises UnknownName where there is nothing yet."""
        if not self.lines:
            raise UnknownName("the chain of custody has no entry yet; there is nothing to stamp")
        return merkle.preimage(self.leaves, self.lines[0])


def tree_of(vault: Vault) -> Tree:
    """The tree over a vault's chain of custody as it is now."""
    return Tree(tuple(vault.lines()))


def prove(vault: Vault, sha256: str, *, tree: Tree | None = None, with_entry: bool = True) -> dict[str, Any]:
    """The proof that a document's entry is in the chain of custody, now and under each stamp that covers it.

    Args:
        tree: the vault's, for who proves many documents.
        with_entry: the line of custody itself, which tells names and origins; else its hash.

    Raises: UnknownName where the chain has no such document.
    """
    tree = tree or tree_of(vault)
    index = _index(vault, tree, sha256)
    shown = {"entry": tree.lines[index].decode()} if with_entry else {"leaf": tree.leaves[index].hex()}
    return {"document": sha256, **shown, "index": index, **_under(tree, index), "stamped": _stamped(vault, tree, index)}


def _under(tree: Tree, index: int) -> dict[str, Any]:
    return {"size": tree.size, "root": tree.root, "path": [node.hex() for node in merkle.path(tree.leaves, index)]}


def _index(vault: Vault, tree: Tree, sha256: str) -> int:
    for number, line in enumerate(tree.lines):
        if sha256.encode() in line and entry_of(line, vault.log_name, number + 1).get("sha256") == sha256:
            return number
    raise UnknownName(f"{sha256[:80]}: the chain of custody of {vault.address} has no such document")


def _stamped(vault: Vault, tree: Tree, index: int) -> list[dict[str, Any]]:
    found = []
    for entry in vault.check().stamps:
        answer = vault.stamp(entry["stamp"])
        if answer is not None and index < entry["size"] <= tree.size:
            under = _under(tree.first(entry["size"]), index)
            found.append({**under, "time": entry["time"], "answer": base64.b64encode(answer).decode()})
    return found


CHECK = Path(__file__).with_name("check_proof.py")  # the lines that hold a proof without this software, for packs and the page


def wrong_proof(proof: dict[str, Any], data: bytes | None = None) -> str:
    """What is wrong with a proof, in one sentence; empty where nothing is.

    Args:
        data: the document's bytes, where they are at hand.
    """
    import hashlib
    import json

    if data is not None and hashlib.sha256(data).hexdigest() != proof["document"]:
        return f"the bytes do not have the SHA-256 {proof['document']}"
    if "entry" in proof and json.loads(proof["entry"])["sha256"] != proof["document"]:
        return "the entry names another document"
    node = merkle.leaf(proof["entry"].encode()) if "entry" in proof else bytes.fromhex(proof["leaf"])
    for one in (proof, *proof["stamped"]):
        found = merkle.root_from(node, proof["index"], one["size"], [bytes.fromhex(side) for side in one["path"]])
        if found is None or found.hex() != one["root"]:
            return f"the path does not lead to the root {one['root']}"
    return ""


def wrong_roots(vault: Vault, tree: Tree, known: dict[int, str]) -> list[Fault]:
    """Which roots told of elsewhere (by how many lines they stood over) are not roots of this chain, or of what it was."""
    faults = []
    for size, root in known.items():
        if size > tree.size:
            faults.append(
                Fault(f"{vault.log_name}: has {tree.size:,} lines; a root was told over {size:,}: its end was cut off", "root", root)
            )
        elif tree.first(size).root != root:
            faults.append(
                Fault(f"{vault.log_name}: the root over its first {size:,} lines is not {root}: what stood there was changed", "root", root)
            )
    return faults
