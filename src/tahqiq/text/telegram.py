"""The messages of a Telegram export, read as a stream: memory does not grow with the file.

A message with words is a report. Its source is the channel or group; who wrote in a group is not taken over, since members are
private persons. A message passed on keeps whose it is. The day is that of UTC, which does not change with the
machine that exported. Photos and videos that were sent with a message, or in the same moment as one (an album), are its media; those
without any words are no report. Personal chats in an account's whole export are left out and said so: they are letters, not reports.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from tahqiq.errors import UnreadableDocument
from tahqiq.model import Medium
from tahqiq.text.media import kind_of

_HEAD = ("name", "type", "id")
_PRIVATE = ("personal_chat", "saved_messages", "bot_chat", "verify_codes", "replies")
_WITH_ADDRESS = ("channel", "supergroup")
_KINDS = {
    "video_file": "video",
    "video_message": "video",
    "animation": "video",
    "voice_message": "audio",
    "audio_file": "audio",
}
_LEADS_OUT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|\x00")
_MOST_OF_AN_ALBUM = 20  # Telegram allows ten
_LONGEST = 100_000  # characters of one message; Telegram allows 4,096
Chat = dict[str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """A message with words; `edited` is UTC, `forwarded_from` the channel it passes on."""

    id: str
    text: str
    published: dt.date | None
    edited: str | None
    source: str
    url: str | None
    forwarded_from: str | None
    media: tuple[Medium, ...] = ()


def telegram_messages(path: Path, name: str) -> Iterator[Message | str]:
    """The messages of an export in its order, and in a sentence what was left out.

    Raises: UnreadableDocument where it breaks off or is none; what came before has been given by then.
    """
    import ijson

    try:
        with path.open("rb") as file:
            chat = _head(file)
            file.seek(0)
            found = _of_chat(file, chat) if chat else _of_account(file)
            yield from _albums(found)
    except (ijson.JSONError, UnicodeDecodeError, RecursionError, ValueError) as e:
        raise UnreadableDocument(f"{name}: is no whole export of Telegram ({' '.join(str(e).split())[:120]})") from None


def _head(file: BinaryIO) -> Chat | None:
    """What an export of one chat says of it, which stands before its messages; None for an account's."""
    import ijson

    chat: Chat = {}
    for prefix, event, value in ijson.parse(file):
        if prefix in _HEAD and event in ("string", "number"):
            chat[prefix] = str(value)
        elif prefix == "messages":
            return chat
        elif prefix == "chats":
            return None
    return None


def _albums(found: Iterator["tuple[Message, str] | str"]) -> Iterator[Message | str]:
    """The messages with words, with the photos and videos that were sent in the same moment without any."""
    moment, together = "", list[Message]()
    try:
        for one in found:
            message, sent = one if isinstance(one, tuple) else (None, "")
            if sent != moment or len(together) >= _MOST_OF_AN_ALBUM or (message and together and message.source != together[0].source):
                yield from _one_album(together)
                together = []
            if message is None:
                yield str(one)
            else:
                moment = sent
                together.append(message)
    except Exception:  # an export that breaks off gives what came before
        yield from _one_album(together)
        raise
    yield from _one_album(together)


def _one_album(together: list[Message]) -> Iterator[Message]:
    """Several with words in one second are several messages: each keeps its own, and what has no words goes with the one before it."""
    told = [n for n, message in enumerate(together) if message.text.strip()]
    for place, n in enumerate(told):
        start = 0 if place == 0 else n
        end = told[place + 1] if place + 1 < len(told) else len(together)
        media = tuple(medium for message in (*together[n : n + 1], *together[start:n], *together[n + 1 : end]) for medium in message.media)
        yield replace(together[n], media=media)


def _of_chat(file: BinaryIO, chat: Chat) -> Iterator["tuple[Message, str] | str"]:
    import ijson

    for message in ijson.items(file, "messages.item"):
        if found := _message(message, chat):
            yield found


def _of_account(file: BinaryIO) -> Iterator["tuple[Message, str] | str"]:
    """The messages of every channel and group, in one pass: a chat's name stands before its messages."""
    import ijson

    chat: Chat = {}
    left_out = 0
    building: Any = None
    for prefix, event, value in ijson.parse(file):
        place, _, key = prefix.rpartition(".")
        if building is not None:
            building.event(event, value)
            if event == "end_map" and prefix.endswith("list.item.messages.item"):
                if found := _message(building.value, chat):
                    yield found
                building = None
        elif event == "start_map" and prefix.endswith("list.item"):
            chat = {}
        elif place.endswith("list.item") and key in _HEAD and event in ("string", "number"):
            chat[key] = str(value)
        elif event == "start_array" and prefix.endswith("list.item.messages") and chat.get("type") in _PRIVATE:
            left_out += 1
        elif event == "start_map" and prefix.endswith("list.item.messages.item") and chat.get("type") not in _PRIVATE:
            building = ijson.ObjectBuilder()
            building.event(event, value)
    if left_out:
        yield f"{left_out} personal chats are left out; export one alone to have it read"


def _message(message: Any, chat: Chat) -> tuple[Message, str] | None:
    """The message and its moment, where it is one that someone wrote and has words or shows something."""
    if not isinstance(message, dict) or message.get("type") != "message":
        return None
    text, media = _words(message.get("text"))[:_LONGEST], tuple(_media(message))
    if not text.strip() and not media:
        return None
    name, number = chat.get("name") or "Telegram", str(message.get("id", ""))
    forwarded = message.get("forwarded_from")
    found = Message(
        id=f"{name}:{number}",
        text=text,
        published=_day(message),
        edited=_time(message, "edited"),
        source=name,
        url=_address(chat, number),
        forwarded_from=forwarded if isinstance(forwarded, str) and forwarded.strip() else None,
        media=media,
    )
    return found, str(message.get("date_unixtime") or message.get("date") or f"{name}:{number}")


def _media(message: Mapping[str, Any]) -> Iterator[Medium]:
    """The photo or file of a message, by the name of its file in the export's folder; one that was not exported is named all the same."""
    for key, kind in (("photo", "image"), ("file", None)):
        told = message.get(key)
        if not isinstance(told, str) or not told.strip() or message.get("media_type") == "sticker":
            continue
        known = kind or kind_of(told, str(message.get("mime_type") or "")) or _KINDS.get(str(message.get("media_type")))
        is_there = not told.startswith("(") and not _LEADS_OUT.search(told)
        if known:
            yield Medium(known, "attached", address=told if is_there else None, name=(told.rpartition("/")[2] if is_there else "")[:200])


def _address(chat: Chat, number: str) -> str | None:
    """Where the message is: the same in every export, so that one exported twice is one report. Small groups have no page."""
    if not chat.get("id"):
        return None
    return f"https://t.me/c/{chat['id']}/{number}" if chat.get("type", "").endswith(_WITH_ADDRESS) else f"tg://chat/{chat['id']}/{number}"


def _words(text: Any) -> str:
    """The words of a message, whose links and bold words stand in pieces of their own."""
    if isinstance(text, str):
        return text
    if not isinstance(text, list):
        return ""
    pieces = (piece if isinstance(piece, str) else piece.get("text", "") if isinstance(piece, dict) else "" for piece in text)
    return "".join(piece for piece in pieces if isinstance(piece, str))


def _time(message: Mapping[str, Any], key: str) -> str | None:
    seconds = str(message.get(f"{key}_unixtime") or "")
    if not seconds.isdigit() or len(seconds) > 11:
        told = message.get(key)
        return told[:19] if isinstance(told, str) and told else None
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(message: Mapping[str, Any]) -> dt.date | None:
    try:
        return dt.date.fromisoformat((_time(message, "date") or "")[:10])
    except ValueError:
        return None
