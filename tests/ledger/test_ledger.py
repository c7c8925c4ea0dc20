"""One suite over every database: what the ledger promises, asked through its front alone."""

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tahqiq.errors import LedgerConflict, UnknownName
from tahqiq.ledger import Failure, Ledger, Query, Run, open_ledger
from tahqiq.model import (
    Account,
    Alike,
    Casualty,
    Claim,
    Dated,
    Decision,
    Document,
    Figure,
    Incident,
    Link,
    Mention,
    Named,
    Person,
    Place,
    Placed,
    Reading,
    Reason,
    Refusal,
    Report,
    Source,
    Told,
    Toll,
)

DAY = dt.date(2023, 7, 7)
HIT = Mention(0, 3, "قصف", "airstrike.noun")
ARMY = Named(Mention(4, 9, "الجيش"), "Syrian Army", "sy-army", "army")
HABIT = Place("al-Habit", "p1", "SY", "Idlib", 35.4, 36.5)


def document(name: str = "d1") -> Document:
    return Document(name, 10, "text/plain", f"in/{name}.txt", "file", "2023-07-09T00:00:00Z", f"{name}.txt")


def report(name: str, text: str = "قصف الجيش بلدة الهبيط", **more: object) -> Report:
    return replace(Report(text, name, document="d1", language="ar", published=DAY, furniture=((0, 3),)), **more)  # type: ignore[arg-type]


def account(name: str, report_id: str, **more: object) -> Account:
    whole = Account(
        name,
        report_id,
        "airstrike",
        HIT,
        count=(2, None),
        date=Dated(Mention(10, 13, "أمس"), DAY, DAY),
        place=Placed(Mention(14, 20, "الهبيط"), HABIT, (replace(HABIT, id="p2"),)),
        perpetrators=(ARMY,),
        weapons=("aircraft",),
        casualties=(Casualty(Mention(0, 3, "قصف"), "killed", "civilians", 3, None, "at_least"),),
        claims=(Claim(ARMY, "reports", via=(ARMY,)),),
    )
    return replace(whole, **more)  # type: ignore[arg-type]


def reading(report_id: str, *accounts: Account, version: str = "1") -> Reading:
    figure = Figure(f"f-{report_id}", report_id, "troops", HIT, 1000, None, of=ARMY)
    return Reading(report_id, "rules", version, "ar", True, accounts, (figure,), (Refusal("date", 0, 3, "قصف", "no day"),))


def incident(name: str, *accounts: str, reports: tuple[str, ...] = ("r1",), **more: object) -> Incident:
    whole = Incident(
        name,
        "airstrike",
        accounts,
        reports,
        ("ar",),
        title="Airstrike · al-Habit",
        start=DAY,
        end=DAY,
        place=HABIT,
        values={"perpetrators": (Told("sy-army", "Syrian Army", accounts, mentions=((accounts[0] if accounts else "", 4, 9),)),)},
        tolls=(Toll("killed", "civilians", 1, 3, None, "highest_at_least", accounts),),
        grade="fair",
        grade_reasons=(Reason("one_source", facts={"source": "sana"}),),
        weapons=("aircraft",),
    )
    return replace(whole, **more)  # type: ignore[arg-type]


def filled(ledger: Ledger) -> None:
    ledger.append_document(document())
    for name in ("r1", "r2", "r3"):
        ledger.append_report(report(name, source=f"outlet-{name}"))
        ledger.append_reading(reading(name, account(f"a-{name}", name)))


# -- appending ---------------------------------------------------------------------------------------------------------


def test_what_was_appended_comes_back_as_it_was(ledger: Ledger) -> None:
    filled(ledger)
    whole = reading("r1", account("a-r1", "r1"))
    assert ledger.document("d1") == document()
    assert ledger.report("r1") == report("r1", source="outlet-r1")
    assert ledger.reading("r1") == whole
    assert ledger.account("a-r1") == whole.accounts[0]


def test_appending_twice_is_appending_once(ledger: Ledger) -> None:
    link, source = Link("a-r1", "a-r2", 4.5, (Reason("same_place", 2.0),)), Source("sana", "SANA", "agency", "SY", ("ar",), "sy-gov")
    decision = Decision("x1", "grade", "i1", "editor", "seen", "2023-07-10T00:00:00Z", {"grade": "fair", "n": 2})

    def appends() -> list[bool]:
        return [
            ledger.append_document(document()),
            ledger.append_report(report("r1")),
            ledger.append_reading(reading("r1", account("a1", "r1"))),
            ledger.append_links([link]),
            ledger.append_decision(decision),
            ledger.append_source(source),
            ledger.append_failure(Failure("d1", "is no JSON", 3)),
            ledger.finish_document("d1"),
        ]

    assert appends() == [True] * 8
    assert appends() == [False] * 8
    assert [*ledger.accounts()] == [account("a1", "r1")]
    assert [*ledger.links()] == [link]
    assert [*ledger.decisions()] == [decision]
    assert [*ledger.sources()] == [source]
    assert [*ledger.failures()] == [Failure("d1", "is no JSON", 3)]
    assert ledger.done_documents() == {"d1"}


def test_a_later_reading_counts_and_the_first_is_not_lost_to_the_next_run(ledger: Ledger) -> None:
    filled(ledger)
    better = reading("r1", account("a-new", "r1", event_type="shelling"), version="2")
    assert ledger.append_reading(better)
    assert ledger.reading("r1") == better
    assert [a.id for a in ledger.accounts()] == ["a-new", "a-r2", "a-r3"]
    with pytest.raises(UnknownName):
        ledger.account("a-r1")
    assert not ledger.append_reading(reading("r1", account("a-r1", "r1"))), "the first reading is still known"


def test_another_text_under_a_known_id_is_refused(ledger: Ledger) -> None:
    filled(ledger)
    with pytest.raises(LedgerConflict, match="r1"):
        ledger.append_report(report("r1", "another text"))
    assert ledger.report("r1").text == report("r1").text


def test_a_decision_is_never_edited(ledger: Ledger) -> None:
    first = Decision("x1", "grade", "i1", "editor", "seen", "2023-07-10T00:00:00Z")
    ledger.append_decision(first)
    with pytest.raises(LedgerConflict, match="x1"):
        ledger.append_decision(replace(first, why="changed my mind"))
    assert [*ledger.decisions("i1")] == [first]
    assert [*ledger.decisions("i2")] == []


def test_a_report_of_no_known_document_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerConflict):
        ledger.append_report(report("r1"))


def test_links_that_are_no_more_are_taken_back_and_can_come_again(ledger: Ledger) -> None:
    first, second = Link("a", "b", 4.0), Link("b", "c", 5.0)
    ledger.append_links([first, second], complete=True)
    assert ledger.append_links([second], complete=True)
    assert [*ledger.links()] == [second]
    assert not ledger.append_links([second], complete=True)
    assert ledger.append_links([replace(first, score=4.5), second], complete=True)
    assert [*ledger.links()] == [replace(first, score=4.5), second]
    assert ledger.links_of(["a"]) == (replace(first, score=4.5),) and ledger.links_of(["c", "b"]) == (replace(first, score=4.5), second)
    assert ledger.append_links([], complete=True) and ledger.links_of(["a", "b"]) == ()
    assert [*ledger.links()] == []


def test_a_transaction_that_fails_leaves_nothing(ledger: Ledger) -> None:
    def half() -> None:
        with ledger.transaction():
            ledger.append_document(document())
            ledger.append_report(report("r1"))
            raise KeyError("stop")

    with pytest.raises(KeyError):
        half()
    assert [*ledger.reports()] == []
    assert ledger.append_document(document())


def test_values_are_listed_in_the_order_of_their_ids_from_a_place_on(ledger: Ledger) -> None:
    filled(ledger)
    assert [r.id for r in ledger.reports()] == ["r1", "r2", "r3"]
    assert [r.id for r in ledger.reports(after="r1", limit=1)] == ["r2"]
    assert [a.id for a in ledger.accounts(after="a-r1")] == ["a-r2", "a-r3"]
    assert [a.id for a in ledger.accounts_of(["a-r3", "none", "a-r1"])] == ["a-r3", "a-r1"]
    assert [r.id for r in ledger.reports_of(["r3", "r1"])] == ["r3", "r1"]


@pytest.mark.parametrize("ask", ["document", "report", "reading", "account", "incident"])
def test_an_id_that_is_not_there_is_named(ledger: Ledger, ask: str) -> None:
    with pytest.raises(UnknownName, match="nowhere"):
        getattr(ledger, ask)("nowhere")


def test_text_of_every_script_comes_back_code_point_for_code_point(ledger: Ledger) -> None:
    ledger.append_document(document())
    odd = "ﷺ قُتِلَ\u200c\u202b 😀 ﻻ \r\n\t'\"%:x;--\u2028 ہے۔"
    ledger.append_report(report("r1", odd, title=odd))
    assert ledger.report("r1").text == odd


def test_two_threads_append_at_once_and_nothing_is_lost(ledger: Ledger) -> None:
    ledger.append_document(document())
    failed: list[BaseException] = []

    def work(letter: str) -> None:
        try:
            for i in range(20):
                with ledger.transaction():
                    ledger.append_report(report(f"{letter}{i}"))
                    ledger.append_reading(reading(f"{letter}{i}", account(f"{letter}{i}", f"{letter}{i}")))
        except BaseException as e:
            failed.append(e)

    threads = [threading.Thread(target=work, args=(letter,)) for letter in "xyz"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len([*ledger.accounts()]) == 60


def test_runs_are_kept_in_their_order(ledger: Ledger) -> None:
    runs = [Run("2023-07-09T00:00:00Z", "tahqiq 0.1.0", "0" * 64, {"reports": 3}), Run("2023-07-10T00:00:00Z", "tahqiq 0.1.0", "1" * 64)]
    for run in runs:
        ledger.append_run(run)
    assert [*ledger.runs()] == runs


# -- incidents ---------------------------------------------------------------------------------------------------------


def test_incidents_come_back_as_they_were_and_replace_those_before(ledger: Ledger) -> None:
    filled(ledger)
    one, two = incident("i1", "a-r1"), incident("i2", "a-r2", "a-r3", reports=("r2", "r3"))
    ledger.replace_incidents([one, two], stamp=ledger.stamp())
    assert ledger.incident("i1") == one
    assert ledger.incidents_of_report("r3") == (two,)
    assert ledger.incidents_stamp() == ledger.stamp()
    ledger.replace_incidents([one])
    assert ledger.incidents().items == (one,)
    assert ledger.incidents_of_report("r3") == ()


def test_an_incident_that_is_no_more_leads_to_where_its_accounts_went(ledger: Ledger) -> None:
    ledger.replace_incidents([incident("i1", "a1"), incident("i2", "a2", "a3")])
    ledger.replace_incidents([incident("i3", "a1", "a2"), incident("i4", "a3")])
    assert ledger.incident("i1").id == "i3"
    assert ledger.incident("i2").id == "i3", "of two equal homes the first by id"
    ledger.replace_incidents([incident("i5", "a1", "a2", "a3")])
    assert ledger.incident("i1").id == "i5"
    ledger.replace_incidents([incident("i1", "a1", "a2", "a3")])
    assert ledger.incident("i5").id == ledger.incident("i1").id == "i1"


def test_the_stamp_changes_with_readings_and_decisions(ledger: Ledger) -> None:
    stamps = [ledger.stamp()]
    filled(ledger)
    stamps.append(ledger.stamp())
    ledger.append_decision(Decision("x1", "grade", "i1", "editor", "seen", "2023-07-10T00:00:00Z"))
    stamps.append(ledger.stamp())
    ledger.append_report(report("r1", source="outlet-r1"))
    assert len({*stamps}) == 3
    assert ledger.stamp() == stamps[-1]


def asked(ledger: Ledger) -> None:
    """Four incidents that differ in everything a query asks for."""
    filled(ledger)
    ledger.append_report(report("r4", "انفجار في قُندهار", language="ar", source="outlet-r4"))
    ledger.replace_incidents(
        [
            incident("i1", "a1"),
            incident(
                "i2", "a2", reports=("r2", "r3"), event_type="shelling", start=dt.date(2023, 8, 1), end=dt.date(2023, 8, 31), tolls=()
            ),
            incident(
                "i3", "a3", reports=("r4",), start=None, end=None, place=None, grade="weak", values={}, weapons=(), languages=("ar", "ur")
            ),
            incident(
                "i4",
                "a4",
                reports=("r1", "r2", "r3"),
                place=replace(HABIT, country="IQ", lat=33.3, lon=44.4),
                contradictions=("date",),
                review="accepted",
                tolls=(Toll("killed", "combatants", 9, 9, 9, "one"), Toll("injured", "unspecified", 40, 40, None, "one")),
            ),
        ]
    )


QUERIES: dict[str, tuple[Query, str]] = {
    "all, latest first": (Query(), "i2 i1 i4 i3"),
    "most killed first": (Query(order="killed"), "i4 i1 i3 i2"),
    "most reports first": (Query(order="reports"), "i4 i2 i1 i3"),
    "event type": (Query(event_type="shelling"), "i2"),
    "country": (Query(country="IQ"), "i4"),
    "grade": (Query(grade="weak"), "i3"),
    "review": (Query(review="accepted"), "i4"),
    "since leaves out the undated": (Query(since="2023-07-08"), "i2"),
    "until leaves out the undated": (Query(until="2023-07-31"), "i1 i4"),
    "days overlap": (Query(since="2023-08-15", until="2023-08-16"), "i2"),
    "actor by name": (Query(actor="Syrian Army"), "i2 i1 i4"),
    "actor by id": (Query(actor="sy-army", country="SY"), "i2 i1"),
    "language": (Query(language="ur"), "i3"),
    "source": (Query(source="outlet-r3"), "i2 i4"),
    "weapon": (Query(weapon="aircraft", event_type="airstrike"), "i1 i4"),
    "contradicted": (Query(contradiction=True), "i4"),
    "not contradicted": (Query(contradiction=False, country="SY"), "i2 i1"),
    "box": (Query(box=(40.0, 30.0, 50.0, 35.0)), "i4"),
    "box over the date line": (Query(box=(170.0, 30.0, 40.0, 40.0)), "i2 i1"),
    "words in any spelling": (Query(text="قندهار"), "i3"),
    "words of another alphabet's letters": (Query(text="بلدہ الھبیط"), "i2 i1 i4"),
    "the beginning of a word": (Query(text="قند"), "i3"),
    "every word must be there": (Query(text="قندهار الهبيط"), ""),
    "words that are syntax elsewhere": (Query(text="\" ' ) * : & | !"), "i2 i1 i4 i3"),
    "several at once": (Query(text="الهبيط", source="outlet-r1", contradiction=True), "i4"),
    "nothing": (Query(country="XX"), ""),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_finds_what_matches(ledger: Ledger, name: str) -> None:
    asked(ledger)
    query, expected = QUERIES[name]
    page = ledger.incidents(query)
    assert [i.id for i in page.items] == expected.split()
    assert page.total == len(expected.split())


@pytest.mark.parametrize("order", ["date", "killed", "reports"])
def test_pages_follow_one_another_without_gap_or_repeat(ledger: Ledger, order: str) -> None:
    ledger.replace_incidents(incident(f"i{n:02}", f"a{n}", start=None if n % 4 == 0 else dt.date(2023, 7, 1 + n % 3)) for n in range(23))
    whole = [i.id for i in ledger.incidents(Query(order=order, limit=100)).items]
    found: list[str] = []
    after: str | None = None
    while True:
        page = ledger.incidents(Query(order=order, limit=5, after=after))
        found += [i.id for i in page.items]
        assert page.total == 23
        if page.next is None:
            break
        after = page.next
    assert found == whole
    assert len(found) == 23


@pytest.mark.parametrize(
    "query", [Query(after="nonsense"), Query(after="x~i1", order="killed"), Query(order="colour")], ids=lambda q: q.after or q.order
)
def test_a_query_that_makes_no_sense_is_refused_in_one_sentence(ledger: Ledger, query: Query) -> None:
    with pytest.raises((LedgerConflict, UnknownName)):
        ledger.incidents(query)


def test_counts_show_what_each_filter_would_leave(ledger: Ledger) -> None:
    asked(ledger)
    counts = ledger.counts(Query(country="SY"))
    assert counts["country"] == {"SY": 2, "IQ": 1}, "the country asked for is no reason to hide the others"
    assert counts["event_type"] == {"airstrike": 1, "shelling": 1}
    assert counts["language"] == {"ar": 2}
    assert counts["source"] == {"outlet-r1": 1, "outlet-r2": 1, "outlet-r3": 1}
    assert counts["actor"] == {"Syrian Army": 2}
    assert counts["contradiction"] == {"no": 2}
    assert ledger.counts()["contradiction"] == {"yes": 1, "no": 3}


# -- opening -----------------------------------------------------------------------------------------------------------


def test_a_ledger_opened_again_has_what_it_had(ledger_url: str) -> None:
    first = open_ledger(ledger_url)
    filled(first)
    first.close()
    again = open_ledger(ledger_url)
    assert [r.id for r in again.reports()] == ["r1", "r2", "r3"]
    again.close()


def test_many_open_a_new_ledger_at_once(ledger_url: str) -> None:
    failed: list[BaseException] = []

    def work(name: str) -> None:
        try:
            ledger = open_ledger(ledger_url)
            ledger.append_document(document(name))
            ledger.close()
        except BaseException as e:
            failed.append(e)

    threads = [threading.Thread(target=work, args=(f"d{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    ledger = open_ledger(ledger_url)
    assert len([*ledger.documents()]) == 4
    ledger.close()


@pytest.mark.parametrize("url", ["mysql://host/x", "tahqiq.db", ""])
def test_an_address_of_no_known_kind_is_named(url: str) -> None:
    with pytest.raises(UnknownName, match="give sqlite:///FILE or postgresql://"):
        open_ledger(url)


def test_a_password_is_in_no_message() -> None:
    with pytest.raises(LedgerConflict) as caught:
        open_ledger("postgresql://someone:secret@127.0.0.1:1/none?connect_timeout=2")
    assert "secret" not in str(caught.value)
    with pytest.raises(UnknownName) as unknown:
        open_ledger("mysql://someone:secret@host/x")
    assert "secret" not in str(unknown.value)


def test_a_file_that_is_no_database_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "note.db").write_text("this is a note, not a database, and long enough to be looked at" * 20)
    with pytest.raises(LedgerConflict, match=r"note\.db"):
        open_ledger(f"sqlite:///{tmp_path / 'note.db'}")


def test_a_folder_that_is_not_there_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LedgerConflict, match="cannot be opened"):
        open_ledger(f"sqlite:///{tmp_path / 'none' / 'ledger.db'}")


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE report (x)")
    other.close()
    with pytest.raises(LedgerConflict, match="something else"):
        open_ledger(f"sqlite:///{tmp_path / 'other.db'}")


def test_the_same_ledger_has_the_same_bytes_of_json_whatever_the_order_of_keys(tmp_path: Path) -> None:
    texts = []
    for name, facts in (("x", {"a": "1", "b": "2"}), ("y", {"b": "2", "a": "1"})):
        ledger = open_ledger(f"sqlite:///{tmp_path / name}.db")
        ledger.append_links([Link("a", "b", 1.0, (Reason("same", facts=facts),))])
        ledger.close()
        with sqlite3.connect(tmp_path / f"{name}.db") as raw:
            texts.append(raw.execute("SELECT json FROM link").fetchall())
        raw.close()
    assert texts[0] == texts[1]


@pytest.mark.postgres
def test_postgresql_is_found_or_the_skip_says_how_to_get_it(new_database: Callable[[], str]) -> None:
    assert new_database().startswith("postgresql://tahqiq@/")


# -- persons -----------------------------------------------------------------------------------------------------------


def test_persons_are_found_by_their_names_in_any_letters_and_by_incident(ledger: Ledger) -> None:
    filled(ledger)
    ledger.replace_incidents([incident("i1", "a-r1"), incident("i2", "a-r2", "a-r3")])
    one = Person("p1", {"ar": ("أسامة المهاجر",)}, roles=("victim",), accounts=("a-r1", "a-r3"), incidents=("i1", "i2"))
    two = Person("p2", {"en": ("Khaled Masoud",)}, ages=(12, 13), accounts=("a-r2",), incidents=("i2",))
    pair = Alike("p1", "p2", 0.7, in_one_incident=True)
    ledger.replace_persons([two, one], [pair])
    assert ledger.person("p2") == two
    for name in ("أسامه", "Osama", "Usama al-Muhajir", "اسامہ", "مهاجر"):
        assert ledger.persons(name) == (one,), name
    assert ledger.persons("خالد") == ledger.persons("Masoud Khaled") == (two,)
    assert ledger.persons("Osama Masoud") == ()
    assert ledger.persons() == (one, two)
    assert ledger.persons(after="p1") == ledger.persons(limit=1, after="p1") == (two,)
    assert ledger.persons(incident="i1") == (one,)
    assert ledger.persons_alike() == (pair,)
    ledger.replace_persons([one])
    assert (ledger.persons(), ledger.persons_alike()) == ((one,), ())
    with pytest.raises(UnknownName, match="p2"):
        ledger.person("p2")
