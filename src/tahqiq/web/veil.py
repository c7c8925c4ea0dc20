"""Protected names on the desk: covered for whoever may not see them, and every look of whoever may is written down.

What comes in is a ledger; what goes out is the same ledger as one visitor may see it: whatever it gives passes here, also to pages that
know nothing of it. Only what is read passes: a change is made on the ledger itself, so that no covered word is ever kept.
"""

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, cast

from tahqiq.ledger import Ledger
from tahqiq.ledger.records import Record
from tahqiq.pipeline import now
from tahqiq.protection import Veil

THEME = "look"
ANYBODY = "anybody"  # of a ledger without users
_REMEMBERED = 1 << 16  # texts; most strings of a page are codes that come again and again
_PARTS = frozenset({"things", "people", "publications"})  # of a ledger, that give what the desk holds
# Names of protected persons seen in this request; None where nobody writes looks down.
seen: ContextVar[set[str] | None] = ContextVar("seen", default=None)


class Seeing:
    """A ledger as it may be seen: covered, or with what is seen noted."""

    def __init__(self, held: Any, over: Callable[[str], tuple[str, tuple[str, ...]]], *, covers: bool) -> None:
        self._held, self._over, self._covers = held, over, covers

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._held, name)
        if name in _PARTS:
            return Seeing(found, self._over, covers=self._covers)
        return self._passing(found) if callable(found) else found

    def _passing(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*given: Any, **named: Any) -> Any:
            return self._seen(method(*given, **named))

        return asked

    def _seen(self, value: Any) -> Any:
        """The value, with every name in it covered or noted."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, tuple | list | set | frozenset):
            return type(value)(self._seen(part) for part in value) if not hasattr(value, "_fields") else value
        if isinstance(value, Mapping):
            return {key: self._seen(part) for key, part in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            told = {f.name: getattr(value, f.name) for f in fields(value) if f.init}
            changed = {name: new for name, old in told.items() if (new := self._seen(old)) is not old and new != old}
            return replace(value, **changed) if changed else value
        if isinstance(value, Iterator):
            return (self._seen(part) for part in value)
        return value

    def _text(self, text: str) -> str:
        covered, names = self._over(text)
        if not names:
            return text
        if self._covers:
            return covered
        if (noted := seen.get()) is not None:
            noted.update(names)
        return text


@lru_cache(maxsize=4)
def _veil(marked: tuple[str, ...]) -> Callable[[str], tuple[str, tuple[str, ...]]]:
    return lru_cache(maxsize=_REMEMBERED)(Veil(marked).over)


@lru_cache(maxsize=8)
def _seeing(ledger: Ledger, marked: tuple[str, ...], covers: bool) -> Seeing:
    return Seeing(ledger, _veil(marked), covers=covers)


def as_seen(ledger: Ledger, *, may_see: bool) -> Ledger:
    """The ledger as a visitor may read it; the ledger itself where no name is protected."""
    marked = ledger.protected_names()
    return cast(Ledger, _seeing(ledger, marked, not may_see)) if marked else ledger


def write_down(ledger: Ledger, who: str, path: str, names: set[str]) -> None:
    """Who looked at what, when, and which protected names stood there."""
    what = path.removeprefix("/api/v1").strip("/").partition("/")[0] or "page"
    ledger.records.append(Record(THEME, path[:200], what[:30], who or ANYBODY, now(), {"names": sorted(names)[:100]}))
