"""Photos and films of reports go where documents go: into custody, proofs, packs, backups and archives; `tahqiq media` lists them."""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner

from pictures import MP4, SVG, png
from plain_stages import PLAIN
from tahqiq.cli import cli
from tahqiq.evidence import Vault
from tahqiq.evidence.proving import prove
from tahqiq.keeping.backing_up import back_up, restore
from tahqiq.keeping.packing import pack
from tahqiq.keeping.verifying import verify
from tahqiq.ledger import Ledger, Query, open_ledger
from tahqiq.pipeline import ingest

DAY = "2026-11-20T10:00:00Z"
NAMED = "https://news.example/lead.jpg"


class Kept:
    """A ledger with a letter that has a photo, a film and a drawing, and names a picture elsewhere."""

    def __init__(self, folder: Path) -> None:
        letter = EmailMessage()
        letter["From"], letter["Subject"] = "desk@news.example", "Sarmin"
        letter.set_content("3 killed in Sarmin")
        letter.add_alternative(f'<p>3 killed in Sarmin</p><img src="cid:s1" alt="دمار <b>"><img src="{NAMED}">', subtype="html")
        letter.add_attachment(png(), maintype="image", subtype="png", cid="<s1>", filename="street.png")
        letter.add_attachment(MP4, maintype="video", subtype="mp4", filename="v.mp4")
        letter.add_attachment(SVG, maintype="image", subtype="svg+xml", filename="map.svg")
        (folder / "x.eml").write_bytes(bytes(letter))
        self.folder = folder
        self.ledger: Ledger = open_ledger(f"sqlite:///{folder / 'tahqiq.db'}")
        self.vault = Vault(folder / "tahqiq.db.vault")
        ingest([folder / "x.eml"], self.ledger, self.vault, stages=PLAIN)

    def packed(self, policy: str) -> Path:
        (incident,) = self.ledger.incidents(Query(limit=9)).items
        return pack(self.ledger, self.vault, incident.id, self.folder / policy, policy=policy, at=DAY).path / "data"


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_each_has_its_entry_and_its_proof_and_is_verified(kept: Kept) -> None:
    media = [d for d in kept.ledger.documents() if d.is_medium]
    assert len(media) == 3
    for document in media:
        entry = json.loads(prove(kept.vault, document.id)["entry"])
        assert (entry["sha256"], entry["within"].partition(" ")[0]) == (document.id, "x.eml")
    assert verify(kept.ledger, kept.vault).faults == ()
    place = kept.vault.place(media[0].id)
    place.chmod(0o644)
    place.write_bytes(b"another")
    assert [fault.subject for fault in verify(kept.ledger, kept.vault).faults] == [media[0].id]


def test_an_internal_pack_holds_them_with_what_is_said_and_nothing_in_it_runs_when_opened(kept: Kept) -> None:
    data = kept.packed("internal")
    rows = [json.loads(line) for line in (data / "media.jsonl").read_text("utf-8").splitlines()]
    files = {Path(row["file"]).suffix: (data / row["file"]).read_bytes() for row in rows if "file" in row}
    assert files == {".png": png(), ".mp4": MP4, ".bin": SVG}
    assert [row["caption"] for row in rows if row["role"] == "shown"] == ["دمار <b>", ""]
    html = (data / "index.html").read_text("utf-8")
    assert "دمار &lt;b&gt;" in html and NAMED in html and "<img" not in html and "<video" not in html


@pytest.mark.parametrize("policy", ["public", "partner"])
def test_of_what_leaves_the_desk_only_their_hashes_do(kept: Kept, policy: str) -> None:
    data = kept.packed(policy)
    listed = [json.loads(line)["media_type"] for line in (data / "documents.jsonl").read_text("utf-8").splitlines()]
    assert sorted(listed) == ["image/png", "image/svg+xml", "message/rfc822", "video/mp4"]
    assert not (data / "media.jsonl").exists() and not (data / "documents").exists()
    for path in data.rglob("*"):
        assert not path.is_file() or "دمار" not in path.read_text("utf-8", "replace")


def test_a_backup_brings_them_back_with_their_links(kept: Kept, tmp_path: Path) -> None:
    back_up(kept.ledger, kept.vault, tmp_path / "b.tar", at=DAY)
    ledger, vault = open_ledger(f"sqlite:///{tmp_path / 'other.db'}"), Vault(tmp_path / "other")
    restore(tmp_path / "b.tar", ledger, vault)
    assert dict(ledger.media(r.id for r in ledger.reports())) == dict(kept.ledger.media(r.id for r in kept.ledger.reports()))
    assert sorted(vault.bytes(d.id) for d in ledger.documents() if d.is_medium) == sorted([png(), MP4, SVG])
    assert verify(ledger, vault).faults == ()


def test_the_command_lists_them_and_gives_the_addresses_of_those_that_are_only_named(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(kept.folder)
    assert CliRunner().invoke(cli, ["media", "--missing"]).output == f"{NAMED}\n"
    lines = [json.loads(line) for line in CliRunner().invoke(cli, ["media", "--json"]).output.splitlines()]
    assert [line["kind"] for line in lines] == ["image", "image", "video", "image"]
    shown = CliRunner().invoke(cli, ["media"]).output
    assert shown.count("not held") == 1 and "دمار" in shown
