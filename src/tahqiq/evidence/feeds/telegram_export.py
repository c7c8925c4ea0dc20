"""An export of Telegram Desktop (result.json), of any size: one document, whose messages are found by `text`; photos lie beside it."""

import re
from collections.abc import Iterator
from pathlib import Path

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.acquiring import Acquired, Asked, Refused, digest_of, files_of, head_of, plain, plain_name
from tahqiq.evidence.media import acquire_medium, media_type_of
from tahqiq.model import Document

MEDIA_TYPE = "application/x-telegram-export+json"
_CHAT = re.compile(
    rb'"type"\s*:\s*"(?:public|private)_(?:channel|group|supergroup)"|"type"\s*:\s*"(?:personal_chat|saved_messages|bot_chat)"'
)
_ACCOUNT = re.compile(rb'^\s*\{\s*"about"\s*:\s*"[^"]*Telegram')


class TelegramExport:
    """Exports of Telegram Desktop in JSON, of one chat or of an account."""

    name = "telegram"
    title = "Telegram Desktop's export in JSON (result.json), of any size: a report a message, with its photos and videos"
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
        yield from _beside(path, f"{name} sha256:{digest}", asked)


def _beside(export: Path, within: str, asked: Asked) -> Iterator[Acquired | Refused]:
    """The photos and videos that lie with the export, which messages name by their files; links are not followed."""
    for path in files_of([export.parent]):
        if path.parent == export.parent or path.is_symlink() or not media_type_of(head_of(path)):
            continue
        try:
            document = acquire_medium(path, name=path.name, origin=str(path), method="telegram export", at=asked.now(), within=within)
            yield Acquired(document, path)
        except UnreadableDocument as e:
            yield Refused(str(e))
