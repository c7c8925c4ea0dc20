"""An export of Telegram: a report a message, whose it is and whose it passes on, with memory that does not grow with the file."""

import datetime as dt
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from plain_stages import PLAIN
from tahqiq.assessing.origins import origins
from tahqiq.errors import UnreadableDocument
from tahqiq.evidence import Acquired, Asked, Vault
from tahqiq.evidence.feeds import documents_of
from tahqiq.ledger import open_ledger
from tahqiq.model import Account, Mention, Report
from tahqiq.pipeline import ingest
from tahqiq.text import FailedLine, to_reports
from tahqiq.text.telegram import Message, telegram_messages

SAMPLE = Path(__file__).parents[1] / "evidence" / "samples" / "telegram" / "result.json"


def reports(path: Path) -> list[Report | FailedLine]:
    (found,) = documents_of(str(path), Asked(lambda: "2024-03-09T00:00:00Z"))
    assert isinstance(found, Acquired) and found.document.method == "telegram export"
    return list(to_reports(found.document, found.data))


def test_each_message_with_words_is_a_report_of_its_channel() -> None:
    first, second, third = reports(SAMPLE)
    assert isinstance(first, Report) and isinstance(second, Report) and isinstance(third, Report)
    assert first.text == "مقتل ثلاثة أشخاص وإصابة خمسة بقصف مدفعي على مدينة إدلب يوم الخميس، بحسب الدفاع المدني. #إدلب"
    assert (first.source, first.url, first.id) == ("Sample channel", "https://t.me/c/1000000001/2", "Sample channel:2")
    assert (second.edited, third.forwarded_from) == ("2024-03-08T08:00:00Z", "Another sample channel")


def test_the_day_is_that_of_utc_whatever_clock_the_exporting_machine_had() -> None:
    first = reports(SAMPLE)[0]
    assert isinstance(first, Report) and first.published == dt.date(2024, 3, 7)


def test_a_message_passed_on_is_of_the_origin_of_the_channel_it_is_passed_on_from() -> None:
    told = {
        "a": Report("x", "a", source="Sample channel"),
        "b": Report("y", "b", source="Sample channel", forwarded_from="Another sample channel"),
        "c": Report("z", "c", source="Another Sample Channel"),
    }
    accounts = [Account(f"of {name}", name, "shelling", Mention(0, 1, "x")) for name in told]
    assert origins(accounts, told, {}) == {"a": "a", "b": "b", "c": "b"}


def chat(kind: str, **more: Any) -> dict[str, Any]:
    message = {
        "id": 7,
        "type": "message",
        "date": "2024-03-08T01:30:00",
        "date_unixtime": "1709850600",
        "from": "a member",
        "text": "words",
    }
    return {"name": f"a {kind}", "type": kind, "id": 12, "messages": [message]} | more


def test_of_an_account_channels_and_groups_are_read_and_personal_chats_left_out(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    chats = [chat("personal_chat"), chat("public_channel"), chat("private_group"), chat("saved_messages")]
    about = "Here is the data you requested. Remember: Telegram is ad free."
    path.write_text(json.dumps({"about": about, "contacts": {"list": []}, "chats": {"about": "", "list": chats}}), "utf-8")
    channel, group, told = reports(path)
    assert isinstance(channel, Report) and isinstance(group, Report)
    assert (channel.source, channel.url) == ("a public_channel", "https://t.me/c/12/7")
    assert (group.source, group.url) == ("a private_group", "tg://chat/12/7")
    assert str(told) == "result.json: 2 personal chats are left out; export one alone to have it read"
    assert "a member" not in f"{channel}{group}"


@pytest.mark.parametrize("kind", ["public_channel", "private_group"])
def test_what_is_exported_again_is_new_only_where_it_is_new_or_edited(tmp_path: Path, vault: Vault, kind: str) -> None:
    desk = open_ledger(f"sqlite:///{tmp_path / 'l.db'}")
    one, two, three = (chat(kind)["messages"][0] | {"id": n, "text": f"{n} killed in Homs"} for n in (1, 2, 3))
    given = []
    for messages in ([one, two], [one, two | {"text": "9 killed in Homs", "edited_unixtime": "1709884800"}, three]):
        (tmp_path / "result.json").write_text(json.dumps(chat(kind, messages=messages)), "utf-8")
        given.append(ingest([tmp_path / "result.json"], desk, vault, stages=PLAIN).reports)
    assert given == [2, 2]
    assert len([*vault.custody()]) == 2


ODD: dict[str, Any] = {
    "no object": "words",
    "no text": {"id": 1, "type": "message"},
    "a number for a text": {"id": 1, "type": "message", "text": 7},
    "pieces that are none": {"id": 1, "type": "message", "text": [None, 7, {"text": 7}, {}]},
    "a date out of all time": {"id": 1, "type": "message", "text": "", "date_unixtime": "9" * 40},
}


def test_messages_of_an_odd_shape_give_nothing_and_stop_nothing(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(json.dumps(chat("public_channel", messages=[*ODD.values(), *chat("x")["messages"]])), "utf-8")
    assert [found.text for found in telegram_messages(path, "x") if isinstance(found, Message)] == ["words"]


def test_an_export_that_breaks_off_gives_what_came_before_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(SAMPLE.read_text("utf-8")[:-700], "utf-8")
    messages = telegram_messages(path, "result.json")
    assert isinstance(next(messages), Message)
    with pytest.raises(UnreadableDocument, match=r"result\.json: is no whole export of Telegram"):
        list(messages)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    one = json.dumps(chat("public_channel")["messages"][0] | {"text": "قصف " * 100})
    head = json.dumps(chat("public_channel", messages=[]))[:-2]
    with path.open("w") as file:
        file.write(head + ",\n".join([one] * 8000) + "]}")
    assert path.stat().st_size > 15_000_000
    tracemalloc.start()
    count = sum(1 for _ in telegram_messages(path, "x"))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 8000 and most < 3_000_000
