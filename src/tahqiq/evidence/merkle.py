"""The Merkle tree over the lines of custody, as RFC 6962 (Certificate Transparency) hashes it.

A leaf is SHA-256 of a zero byte and the line (without its newline); a node is SHA-256 of a one byte and its two children. A tree of n
leaves is split at the largest power of two below n. The root stands for every line in its order: one number to print or publish, and
a few hashes prove that a line is under it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

NO_LEAVES = hashlib.sha256(b"").digest()


def leaf(line: bytes) -> bytes:
    """The hash of a line."""
    return hashlib.sha256(b"\x00" + line).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over the hashes of lines, in their order."""
    whole: list[tuple[int, bytes]] = []
    for node in leaves:
        _add(whole, node)
    return _fold(whole)


def roots(leaves: Iterable[bytes]) -> Iterator[bytes]:
    """The root over the first leaf, over the first two, and so on."""
    whole: list[tuple[int, bytes]] = []
    for node in leaves:
        _add(whole, node)
        yield _fold(whole)


def preimage(leaves: Sequence[bytes], first_line: bytes) -> bytes:
    """The bytes whose SHA-256 is the root, for who hashes what is stamped: a node's, or the only line's."""
    if len(leaves) == 1:
        return b"\x00" + first_line
    cut = _cut(len(leaves))
    return b"\x01" + root(leaves[:cut]) + root(leaves[cut:])


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from a leaf to the root, lowest first."""
    if len(leaves) < 2:
        return []
    cut = _cut(len(leaves))
    if index < cut:
        return [*path(leaves[:cut], index), root(leaves[cut:])]
    return [*path(leaves[cut:], index - cut), root(leaves[:cut])]


def root_from(node: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes | None:
    """The root that a leaf and its path give; None where the path is of another length than the tree's (RFC 9162, 2.1.3.2)."""
    last = size - 1
    for side in path:
        if last == 0:
            return None
        if index % 2 or index == last:
            node = _node(side, node)
            while index % 2 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            node = _node(node, side)
        index, last = index >> 1, last >> 1
    return node if last == 0 else None


def _add(whole: list[tuple[int, bytes]], node: bytes) -> None:
    """One leaf more stands under the full trees from the left, each given with its height."""
    height = 0
    while whole and whole[-1][0] == height:
        node = _node(whole.pop()[1], node)
        height += 1
    whole.append((height, node))


def _fold(whole: Sequence[tuple[int, bytes]]) -> bytes:
    if not whole:
        return NO_LEAVES
    found = whole[-1][1]
    for _, left in reversed(whole[:-1]):
        found = _node(left, found)
    return found


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _cut(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1
