"""A backup comes back whole on any machine and either database, or is refused in one sentence; broken off it ends the same."""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk_made import AT, Desk, acquired

from tahqiq.errors import CustodyBroken, LedgerConflict, NotKept
from tahqiq.evidence import Vault
from tahqiq.keeping import backing_up
from tahqiq.keeping.backing_up import back_up, restore
from tahqiq.keeping.verifying import verify
from tahqiq.ledger import Ledger, Query
from tahqiq.model import Decision

DAY = "2026-11-20T10:00:00Z"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "elsewhere.vault")


@pytest.fixture(params=["backup.tar", "backup.tar.gz"])
def backup(request: pytest.FixtureRequest, desk: Desk, tmp_path: Path) -> Path:
    desk.ledger.append_decision(Decision("d1", "same", desk.incident(), "A. Editor", "seen", AT))
    out = tmp_path / request.param
    done = back_up(desk.ledger, desk.vault, out, at=DAY)
    assert (done.documents, done.faults) == (4, [])
    return out


def everything(desk: Ledger) -> list[bytes]:
    return list(desk.copy_out())


def test_a_backup_comes_back_whole_on_either_database(desk: Desk, backup: Path, ledger: Ledger, elsewhere: Vault) -> None:
    restore(backup, ledger, elsewhere)
    assert everything(ledger) == everything(desk.ledger)
    assert elsewhere.lines() == desk.vault.lines()
    assert verify(ledger, elsewhere).faults == ()
    assert [r.text for r in ledger.reports()] == [r.text for r in desk.ledger.reports()]
    assert ledger.incidents(Query(text="neighbour")).total == 1, "words are found"


def test_a_restored_desk_goes_on(desk: Desk, backup: Path, ledger: Ledger, elsewhere: Vault, tmp_path: Path) -> None:
    restore(backup, ledger, elsewhere)
    again = Desk(ledger, elsewhere, tmp_path)
    again.take(acquired("new.txt", "9 killed in Dumayr, in all."), acquired("a.txt", "3 killed in Dumayr, said Nizar Qadri, a neighbour."))
    assert len(list(ledger.documents())) == 5
    assert len(ledger.incident(again.incident()).reports) == 4
    assert verify(ledger, elsewhere).faults == ()


def test_a_restore_that_was_broken_off_ends_the_same(
    desk: Desk, backup: Path, empty: Ledger, elsewhere: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "copy_in", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            restore(backup, empty, elsewhere)
    restore(backup, empty, elsewhere)
    assert everything(empty) == everything(desk.ledger)
    assert verify(empty, elsewhere).faults == ()


def test_nothing_that_is_there_is_written_over(desk: Desk, backup: Path, empty: Ledger, tmp_path: Path) -> None:
    with pytest.raises(LedgerConflict, match="ledger holds something"):
        restore(backup, desk.ledger, desk.vault)
    other = Vault(tmp_path / "other.vault")
    found = acquired("x.txt", "something else")
    other.keep(found.document, found.data)
    with pytest.raises(LedgerConflict, match="holds something else"):
        restore(backup, empty, other)
    with pytest.raises(LedgerConflict, match="never written over"):
        back_up(desk.ledger, desk.vault, backup, at=DAY)
    assert len(other.lines()) == 1


def rewritten(backup: Path, change: Callable[[str, bytes], tuple[str, bytes]]) -> Path:
    out = backup.with_name("changed.tar")
    with tarfile.open(backup) as given, tarfile.open(out, "w") as made:
        for member in given:
            file = given.extractfile(member)
            assert file
            name, data = change(member.name, file.read())
            if name:
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                made.addfile(entry, io.BytesIO(data))
    return out


HARMS: dict[str, tuple[Callable[[str, bytes], tuple[str, bytes]], str]] = {
    "a document altered": (lambda n, d: (n, d.replace(b"killed", b"k1lled") if "documents" in n else d), "are not those of its name"),
    "a row altered": (lambda n, d: (n, d.replace(b"3 killed", b"9 killed") if n == "ledger.jsonl" else d), "ledger.jsonl is not as it was"),
    "custody altered": (lambda n, d: (n, d.replace(b"a.txt", b"z.txt") if "custody" in n else d), "custody.jsonl is not as it was"),
    "custody left out": (lambda n, d: ("" if "custody" in n else n, d), "should be"),
    "a path that leads out": (lambda n, d: ("../../out" if "custody" in n else n, d), "should be"),
    "no head": (lambda n, d: ("other.json" if n == "backup.json" else n, d), "is no backup"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_backup_that_was_changed_is_refused_and_leaves_an_empty_ledger(
    desk: Desk, tmp_path: Path, empty: Ledger, elsewhere: Vault, harm: str
) -> None:
    backup = tmp_path / "backup.tar"
    back_up(desk.ledger, desk.vault, backup, at=DAY)
    change, said = HARMS[harm]
    with pytest.raises((CustodyBroken, LedgerConflict), match=said):
        restore(rewritten(backup, change), empty, elsewhere)
    assert list(empty.documents()) == [] and empty.stamp() == "0:0:0"
    assert not (tmp_path.parent / "out").exists()


@pytest.mark.parametrize("data", [b"", b"nothing of the kind" * 100], ids=["empty", "text"])
def test_what_is_no_backup_is_said(tmp_path: Path, empty: Ledger, elsewhere: Vault, data: bytes) -> None:
    file = tmp_path / "x.tar"
    file.write_bytes(data)
    with pytest.raises(CustodyBroken, match="is no backup"):
        restore(file, empty, elsewhere)


def test_a_backup_that_breaks_off_is_refused(backup: Path, empty: Ledger, elsewhere: Vault) -> None:
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    with pytest.raises((CustodyBroken, NotKept)):
        restore(backup, empty, elsewhere)
    assert list(empty.documents()) == []


def test_a_document_that_is_not_as_it_was_kept_is_named_and_not_taken_along(desk: Desk, tmp_path: Path) -> None:
    document = desk.document("a.txt")
    desk.vault.place(document.id).write_bytes(b"another")
    done = back_up(desk.ledger, desk.vault, tmp_path / "b.tar", at=DAY)
    assert done.documents == 3
    (fault,) = done.faults
    assert "a.txt" in fault and "is missing or altered" in fault


def test_a_disk_that_fills_leaves_nothing_of_a_backup(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backing_up, "_add", full)
    with pytest.raises(NotKept, match="No space left"):
        back_up(desk.ledger, desk.vault, tmp_path / "b.tar", at=DAY)
    assert not list(tmp_path.glob("b.tar*"))


# -- withheld ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def withheld(desk: Desk) -> Iterator[str]:
    from tahqiq.keeping.withholding import withhold

    document = desk.document("a.txt").id
    withhold(desk.ledger, desk.vault, document, reason="a witness is in danger", who="A. Editor", at=DAY)
    yield document


@pytest.mark.parametrize("erased", [False, True])
def test_what_is_withheld_stays_withheld_where_it_is_restored(
    desk: Desk, withheld: str, empty: Ledger, elsewhere: Vault, tmp_path: Path, erased: bool
) -> None:
    if erased:
        desk.vault.withhold(withheld, reason="the court's order", who="A. Editor", at=DAY, erase=True)
    back_up(desk.ledger, desk.vault, tmp_path / "b.tar", at=DAY)
    restore(tmp_path / "b.tar", empty, elsewhere)
    found = verify(empty, elsewhere)
    assert (found.faults, found.withheld) == ((), 1)
    stone = json.loads((elsewhere.folder / withheld[:2] / f"{withheld}.withheld").read_text("utf-8"))
    assert (stone["reason"], stone["bytes"]) == (("the court's order", "erased") if erased else ("a witness is in danger", "kept"))
    assert elsewhere.size(withheld) is None if erased else elsewhere.size(withheld)
