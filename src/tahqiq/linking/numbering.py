"""Numbers for what is kept many times over: 63 bits of a digest, the same in every process and for either database."""

from functools import lru_cache
from hashlib import blake2b

import msgspec


@lru_cache(maxsize=1 << 16)
def number_of(name: str) -> int:
    """The number by which an account or a report is known in blocks."""
    return _number(name.encode())


def key_number(key: tuple[object, ...]) -> int:
    """The number of a block of this key."""
    return _number(msgspec.msgpack.encode(key))


def _number(content: bytes) -> int:
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big") >> 1
