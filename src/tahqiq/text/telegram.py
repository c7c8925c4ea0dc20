"""The messages of a Telegram export, read as a stream: memory does not grow with the file.

A message with words is a report. Its source is the channel or group; who wrote in a group is not taken over, since members are
private persons. A message passed on keeps whose it is. The day is that of UTC, which does not change with the
machine that exported. Personal chats in an account's whole export are left out and said so: they are letters, not reports.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tahqiq.errors import UnreadableDocument

_HEAD = ("name", "type", "id")
_PRIVATE = ("personal_chat", "saved_messages", "bot_chat", "verify_codes", "replies")
_WITH_ADDRESS = ("channel", "supergroup")
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
            yield from found
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


def _of_chat(file: BinaryIO, chat: Chat) -> Iterator[Message | str]:
    import ijson

    for message in ijson.items(file, "messages.item"):
        if found := _message(message, chat):
            yield found


def _of_account(file: BinaryIO) -> Iterator[Message | str]:
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


def _message(message: Any, chat: Chat) -> Message | None:
    """The message, where it is one that someone wrote and has words."""
    if not isinstance(message, dict) or message.get("type") != "message":
        return None
    text = _words(message.get("text"))[:_LONGEST]
    if not text.strip():
        return None
    name, number = chat.get("name") or "Telegram", str(message.get("id", ""))
    forwarded = message.get("forwarded_from")
    return Message(
        id=f"{name}:{number}",
        text=text,
        published=_day(message),
        edited=_time(message, "edited"),
        source=name,
        url=_address(chat, number),
        forwarded_from=forwarded if isinstance(forwarded, str) and forwarded.strip() else None,
    )


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
