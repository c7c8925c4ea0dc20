"""What can go wrong that a caller can do something about: one root, one class each.

Messages say what, where and what to do: file and key for data, report and span for text.
"""

from collections.abc import Mapping
from types import MappingProxyType


class TahqiqError(Exception):
    """The root of every error that the project raises on purpose.

    `key` and `facts` are what a refusal is said by in other languages; see `refusing`. Most errors have none.
    """

    key: str = ""
    facts: Mapping[str, object] = MappingProxyType({})


class PackError(TahqiqError):
    """A language pack is wrong: the message names file, key and why."""


class CodebookError(TahqiqError):
    """A codebook file is wrong: the message names file, key and why."""


class RegistryError(TahqiqError):
    """A list of places or actors is wrong or missing: the message names file, line or key and why."""


class UnreadableDocument(TahqiqError):
    """Bytes that cannot be made into a text: the message names the file and why."""


class UnknownName(TahqiqError):
    """A name that is in no table: what was asked, what exists, and which extra would bring it."""


class LedgerConflict(TahqiqError):
    """The ledger cannot take or give what was asked: the message says which id and why."""


class CustodyBroken(TahqiqError):
    """Bytes or the custody chain are not as they were kept: the message names the file."""


class NotKept(TahqiqError):
    """Bytes that could not be kept (a full disk, a folder that may not be written): what was kept before stands, nothing is half-kept."""


class Withheld(TahqiqError):
    """A document that is given to nobody: the message says why it was withheld."""


class NothingToWrite(TahqiqError):
    """A format that cannot be empty was asked for and no incident fits it: the message says what they lack."""
