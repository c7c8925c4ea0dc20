"""An export of Telegram Desktop (result.json), of any size: one document, whose messages are found by `text`."""

import re
from collections.abc import Iterator
from pathlib import Path

from tahqiq.evidence.acquiring import Acquired, Asked, Refused, digest_of, plain, plain_name
from tahqiq.model import Document

MEDIA_TYPE = "application/x-telegram-export+json"
_CHAT = re.compile(
    rb'"type"\s*:\s*"(?:public|private)_(?:channel|group|supergroup)"|"type"\s*:\s*"(?:personal_chat|saved_messages|bot_chat)"'
)
_ACCOUNT = re.compile(rb'^\s*\{\s*"about"\s*:\s*"[^"]*Telegram')


class TelegramExport:
    """Exports of Telegram Desktop in JSON, of one chat or of an account."""

    name = "telegram"
    title = "Telegram Desktop's export in JSON (result.json), of any size: a report a message"
    command = "tahqiq ingest result.json"

    def takes(self, given: str, head: bytes) -> bool:
        if not given.lower().endswith(".json"):
            return False
        return bool(_ACCOUNT.match(head) or (_CHAT.search(head) and b'"messages"' in head))

    def documents(self, given: str, asked: Asked) -> Iterator[Acquired | Refused]:
        path = Path(given)
        digest, size = digest_of(path)
        name = plain_name(path.name)
        yield Acquired(Document(digest, size, MEDIA_TYPE, plain(given), "telegram export", asked.now(), name), path)
