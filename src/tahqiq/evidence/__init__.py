"""Evidence: what comes in, by whatever way, becomes documents whose bytes are kept as they came.

`acquiring` makes documents of bytes, `feeds/` are the ways in, `vault` keeps. What a text says, this package must not know.
"""

from tahqiq.evidence.acquiring import (
    MAX_BYTES,
    MAX_LINES_BYTES,
    Acquired,
    Asked,
    Refused,
    acquire,
    files_of,
    plain_name,
)
from tahqiq.evidence.fetching import Fetcher
from tahqiq.evidence.vault import Vault

__all__ = [
    "MAX_BYTES",
    "MAX_LINES_BYTES",
    "Acquired",
    "Asked",
    "Fetcher",
    "Refused",
    "Vault",
    "acquire",
    "files_of",
    "plain_name",
]
