"""A change is made once for each word under which it is asked for, however often it is: what was answered is answered again.

The word counts for a day, for each user apart. Another change under the same word is refused; so is one that is being made just now.
"""

import datetime as dt
import hashlib
from collections.abc import Callable

from tahqiq.ledger import Ledger
from tahqiq.web.problems import Problem

KEPT = dt.timedelta(days=1)


def once(ledger: Ledger, who: str, word: str, asked: str, make: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    """What `make` answers, or answered when it was asked for under this word before; without a word it is made.

    Args:
        asked: the SHA-256 of what is asked for.

    Raises: Problem where the word was of another change, or the change is being made.
    """
    if not word:
        return make()
    now = dt.datetime.now(dt.UTC)
    name = hashlib.sha256(f"{who}\x00{word}".encode()).hexdigest()
    before = ledger.keys.begin(name, asked, _text(now), _text(now - KEPT))
    if before is None:
        return _made(ledger, name, make)
    if before.asked != asked:
        raise Problem(409, "this Idempotency-Key was used for something else; take a new one")
    if not before.status:
        raise Problem(409, "what is asked for under this Idempotency-Key is being done just now", {"retry-after": "5"})
    return before.status, before.body.encode()


def _made(ledger: Ledger, name: str, make: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    """What was made is kept with its answer; what could not be may be asked for again."""
    try:
        status, body = make()
    except BaseException:
        ledger.keys.undone(name)
        raise
    ledger.keys.answered(name, status, body.decode())
    return status, body


def _text(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
