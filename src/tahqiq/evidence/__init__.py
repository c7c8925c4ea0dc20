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


def open_vault(address: str) -> Vault:
    """The vault at this address: a folder, or a bucket (s3://…). Raises: UnknownName where a bucket needs an extra that is missing."""
    if "://" not in address:
        return Vault(address)
    from tahqiq.evidence.bucket import BucketVault

    return BucketVault(address)


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
    "open_vault",
    "plain_name",
]
