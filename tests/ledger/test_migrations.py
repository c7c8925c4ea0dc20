"""Each migration fills the old shape, goes up, and is read through the ledger."""

import json
import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from tahqiq.errors import LedgerConflict
from tahqiq.ledger import Ledger, Poll, Query, migrating, open_ledger, tables
from tahqiq.ledger.dialects import make_engine
from tahqiq.model import Account, Document, Incident, Link, Medium, Mention, Place, Placed, Reading, Report, to_json

FILES = sorted(Path(migrating.__file__).with_name("migrations").glob("[0-9]*.py"))


def test_the_newest_file_is_the_one_a_ledger_is_brought_to() -> None:
    assert re.search(r'^revision = "(\w+)"', FILES[-1].read_text(), re.M)[1] == migrating.HEAD  # type: ignore[index]
    assert [f.name[:4] for f in FILES] == [f"{n:04}" for n in range(1, len(FILES) + 1)]


def test_the_migrations_make_the_tables_that_the_program_uses(ledger: Ledger, ledger_url: str) -> None:
    ledger.append_document(Document("d1", 1, "text/plain", "x", "file", "2023-07-09T00:00:00Z"))
    engine = make_engine(ledger_url)
    found = sa.inspect(engine)
    for table in tables.metadata.sorted_tables:
        columns = {c["name"]: c for c in found.get_columns(table.name)}
        assert columns.keys() == {c.name for c in table.columns}, table.name
        assert {n: c["nullable"] for n, c in columns.items()} == {c.name: c.nullable for c in table.columns}, table.name
        assert {i["name"] for i in found.get_indexes(table.name) if not i["unique"]} == {i.name for i in table.indexes}, table.name
        assert found.get_pk_constraint(table.name)["constrained_columns"] == [c.name for c in table.primary_key], table.name
        assert len(found.get_foreign_keys(table.name)) == len(table.foreign_keys), table.name
    engine.dispose()


def test_an_up_to_date_ledger_is_opened_without_the_migration_tool(tmp_path: Path) -> None:
    import subprocess
    import sys

    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    open_ledger(url).close()
    code = f"import sys; from tahqiq.ledger import open_ledger; open_ledger({url!r}); print('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_ledger_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    open_ledger(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(LedgerConflict, match="later version"):
        open_ledger(f"sqlite:///{path}")


def test_0002_keeps_what_a_first_ledger_held_and_takes_polls(ledger_url: str) -> None:
    engine = make_engine(ledger_url)
    migrating.bring_up_to_date(engine, to="0001")
    Ledger(engine).append_document(Document("d1", 1, "text/plain", "x", "file", "2023-07-09T00:00:00Z"))
    assert not sa.inspect(engine).has_table("poll")
    engine.dispose()
    opened = open_ledger(ledger_url)
    assert [document.id for document in opened.documents()] == ["d1"]
    opened.append_poll(Poll("https://example.org/rss", "2024-03-08T10:00:00Z", new=1, etag="e"), ["a", "b"])
    opened.append_poll(Poll("https://example.org/rss", "2024-03-08T11:00:00Z", problem="answers 500"), ["b"])
    assert [poll.new for poll in opened.polls("https://example.org/rss")] == [1, 0]
    assert [poll.problem for poll in opened.polls(last=1)] == ["answers 500"]
    assert opened.unseen("https://example.org/rss", ["b", "c", "a"]) == ["c"]
    assert opened.unseen("https://example.org/other", ["a"]) == ["a"]
    opened.close()


def test_0003_keeps_what_a_ledger_held_and_takes_photos_of_reports(ledger_url: str) -> None:
    engine = make_engine(ledger_url)
    migrating.bring_up_to_date(engine, to="0002")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(tables.document.insert(), {"id": "d1", "json": '{"id":"d1","size":1,"media_type":"text/plain","origin":"x",'
                                                      '"method":"file","acquired_at":"2023-07-09T00:00:00Z"}'})  # fmt: skip
        report = '{"text":"3 killed in Sarmin","id":"r1","document":"d1","forwarded_from":null}'
        connection.execute(tables.report.insert(), {"id": "r1", "document": "d1", "json": report})
    assert not sa.inspect(engine).has_table("medium")
    engine.dispose()
    opened = open_ledger(ledger_url)
    kept = opened.report("r1")
    assert (kept.text, kept.media) == ("3 killed in Sarmin", ())
    photo = Medium("image", "shown", address="https://Example.org/a.jpg#x", caption="a street")
    assert not opened.append_report(replace(kept, media=(photo,)))
    assert opened.media(["r1"]) == {"r1": (photo,)}
    address = "https://example.org/a.jpg"
    assert opened.names_medium("p1", [address])
    opened.append_document(Document("p1", 1, "image/jpeg", address, "web", "2023-07-10T00:00:00Z"), addresses=[address])
    assert opened.media(["r1"]) == {"r1": (replace(photo, document="p1"),)}
    assert opened.reports_with_medium("p1") == ("r1",)
    opened.close()


def test_0004_and_0005_keep_incidents_and_index_words_and_names_anew(ledger_url: str) -> None:
    engine = make_engine(ledger_url)
    migrating.bring_up_to_date(engine, to="0003")
    report = Report("وقالت القوات الأمريكيه إن الضربة كانت قرب المدينة", "r1", language="ar", source="outlet")
    place = Placed(Mention(0, 5, "المدينة"), Place("Deir ez-Zor", "p1", "SY", "Deir ez-Zor", 35.3, 40.1))
    account = Account("a1", "r1", "airstrike", Mention(0, 5, "وقالت"), place=place)
    incident = Incident("i1", "airstrike", ("a1",), ("r1",), ("ar",), place=place.place, contradictions=("killed",))
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        rows = {
            "document": {"id": "d1", "json": json.dumps(to_json(Document("d1", 1, "text/plain", "x", "file", "2023-07-09T00:00:00Z")))},
            "report": {"seq": 7, "id": "r1", "document": "d1", "language": "ar", "source": "outlet", "json": json.dumps(to_json(report))},
            "reading": {"seq": 3, "id": "g1", "report": "r1", "json": json.dumps(to_json(Reading("r1", "rules", "1", "ar", True)))},
            "account": {"reading": "g1", "id": "a1", "position": 0, "json": json.dumps(to_json(account))},
            "standing_reading": {"report": "r1", "reading": "g1"},
            "incident": {
                "id": "i1", "event_type": "airstrike", "country": "SY", "day": "2023-07-07", "last_day": "2023-07-07", "killed": 3,
                "reports": 1, "grade": "fair", "review": "proposed", "contradicted": True, "lat": 35.3, "lon": 40.1,
                "json": json.dumps(to_json(incident)),
            },
            "incident_account": {"account": "a1", "incident": "i1"},
            "incident_report": {"incident": "i1", "report": "r1"},
            "incident_facet": {"incident": "i1", "field": "language", "value": "ar"},
        }  # fmt: skip
        for table, row in rows.items():
            values = ", ".join(f":{column}" for column in row)
            connection.execute(sa.text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"), row)
    engine.dispose()
    opened = open_ledger(ledger_url)
    assert opened.incident("i1") == incident
    for query in (
        Query(text="أمريكية"), Query(text="قالت"), Query(text="Deir"), Query(text="دیر"), Query(country="SY", admin1="Deir ez-Zor"),
        Query(language="ar"), Query(contradiction=True, near=(35.3, 40.2, 20)), Query(place="p1"),
    ):  # fmt: skip
        assert opened.incidents(query).items == (incident,), query
    assert opened.incidents(Query(text="Daraa")).total == 0
    assert opened.incidents_of_report("r1") == opened.incidents_of_accounts(["a1"]) == (incident,)
    opened.replace_incidents([incident], decided=[account])
    assert opened.accounts_of(["a1"]) == (account,)
    opened.close()


def test_0008_has_incidents_computed_anew_so_that_copies_are_kept(ledger_url: str) -> None:
    engine = make_engine(ledger_url)
    migrating.bring_up_to_date(engine, to="0007")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(tables.computed.insert(), {"name": "incidents", "value": "as of before"})
    engine.dispose()
    opened = open_ledger(ledger_url)
    assert (opened.incidents_stamp(), opened.same_text("r2")) == ("", ())
    opened.replace_copies({"r1": "r1", "r2": "r1", "r3": "r1", "r4": "r4"})
    assert opened.same_text("r2") == opened.same_text("r1") == ("r1", "r2", "r3")
    assert opened.same_text("r4") == ()
    opened.close()


def test_0010_keeps_persons_notes_and_incidents_and_computes_what_they_are_made_of_next(ledger_url: str) -> None:
    engine = make_engine(ledger_url)
    migrating.bring_up_to_date(engine, to="0009")
    person = '{"id":"p1","names":{"en":["Person Seventeen"]}}'
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(sa.text("INSERT INTO person (id, json) VALUES ('p1', :json)"), {"json": person})
        connection.execute(sa.text("INSERT INTO desk_note (account, who, at, text) VALUES ('a1', 'Coder 1', '1', 'seen before')"))
        connection.execute(sa.text("INSERT INTO computed (name, value) VALUES ('incidents', 'x')"))
    engine.dispose()
    opened = open_ledger(ledger_url)
    assert opened.person("p1").names == {"en": ("Person Seventeen",)}
    assert [(one.text, one.report) for one in opened.people.notes(("a1",))] == [("seen before", None)]
    assert opened.incidents_stamp() == ""
    assert opened.things.tallies("part").items == () and opened.things.series().items == ()
    opened.close()


def test_0014_finds_the_accounts_that_count_by_their_ids_without_walking_all_readings(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    engine = make_engine(url)
    migrating.bring_up_to_date(engine, to="0013")
    engine.dispose()
    open_ledger(url).close()
    asked = "SELECT account.json FROM account JOIN standing_reading ON standing_reading.reading = account.reading WHERE account.id = 'a'"
    with sqlite3.connect(tmp_path / "ledger.db") as raw:
        steps = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {asked}")]
    raw.close()
    assert not [step for step in steps if step.startswith("SCAN")]


def test_0016_keeps_links_and_incidents_and_has_all_computed_anew_once(ledger_url: str) -> None:
    engine = make_engine(ledger_url)
    migrating.bring_up_to_date(engine, to="0015")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(tables.computed.insert(), {"name": "incidents", "value": "as of before"})
        connection.execute(
            tables.link.insert(), {"a": "a1", "b": "a2", "standing": True, "json": json.dumps(to_json(Link("a1", "a2", 20.0)))}
        )
    engine.dispose()
    opened = open_ledger(ledger_url)
    assert (opened.incidents_stamp(), opened.shelf.fact("made by"), opened.shelf.count()) == ("", "", 0)
    assert list(opened.links()) == [Link("a1", "a2", 20.0)]
    opened.shelf.enter([(7, (2, 2**62)), (7, (1, 5)), (8, (1, 5))])
    opened.shelf.leave([(8, (1, 5))])
    assert opened.shelf.members([7, 8]) == {7: [(1, 5), (2, 2**62)]}
    opened.close()


def test_0013_tells_the_incidents_that_are_there_as_new(ledger_url: str) -> None:
    engine = make_engine(ledger_url)
    migrating.bring_up_to_date(engine, to="0012")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for n, name in enumerate(("i2", "i1")):
            row = {"n": n, "id": name, "event_type": "shelling", **dict.fromkeys(("country", "admin1", "place", "precision"), "")}
            row |= {"day": "", "last_day": ""}
            more = {"killed": 0, "reports": 1, "grade": "none", "review": "proposed", "contradicted": False, "lat": None, "lon": None}
            connection.execute(tables.incident.insert(), row | more)
    engine.dispose()
    opened = open_ledger(ledger_url)
    assert [(change.incident, change.what) for change in opened.changes()] == [("i1", "new"), ("i2", "new")]
    assert opened.keys.all() == ()
    opened.close()
