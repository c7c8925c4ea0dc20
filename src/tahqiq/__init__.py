"""Tahqiq: a reading desk for war monitors. The public names; each is fetched when it is first asked for, nothing is done at import."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tahqiq.errors import TahqiqError
    from tahqiq.evidence import Vault
    from tahqiq.languages import identify, supported
    from tahqiq.ledger import Ledger, Query, open_ledger
    from tahqiq.model import Account, Incident, Reading, Report, to_json
    from tahqiq.notebook import Desk, Incidents, read
    from tahqiq.notebook import open_desk as open
    from tahqiq.pipeline import ingest

__version__ = "0.1.0"
_NAMES = {
    "Account": "tahqiq.model:Account",
    "Desk": "tahqiq.notebook:Desk",
    "Incident": "tahqiq.model:Incident",
    "Incidents": "tahqiq.notebook:Incidents",
    "Ledger": "tahqiq.ledger:Ledger",
    "Query": "tahqiq.ledger:Query",
    "Reading": "tahqiq.model:Reading",
    "Report": "tahqiq.model:Report",
    "TahqiqError": "tahqiq.errors:TahqiqError",
    "Vault": "tahqiq.evidence:Vault",
    "identify": "tahqiq.languages:identify",
    "ingest": "tahqiq.pipeline:ingest",
    "open": "tahqiq.notebook:open_desk",
    "open_ledger": "tahqiq.ledger:open_ledger",
    "read": "tahqiq.notebook:read",
    "supported": "tahqiq.languages:supported",
    "to_json": "tahqiq.model:to_json",
}
__all__ = [
    "Account",
    "Desk",
    "Incident",
    "Incidents",
    "Ledger",
    "Query",
    "Reading",
    "Report",
    "TahqiqError",
    "Vault",
    "identify",
    "ingest",
    "open",
    "open_ledger",
    "read",
    "supported",
    "to_json",
]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'tahqiq' has no attribute {name!r}")
    module, _, attribute = _NAMES[name].partition(":")
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
