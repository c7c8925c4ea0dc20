"""A disk that fills at any moment of an intake: one clear sentence, nothing half-kept, and the same end when there is room again."""

import errno
import os
from pathlib import Path

import pytest

from plain_stages import PLAIN
from tahqiq.errors import NotKept
from tahqiq.evidence import Vault, vault
from tahqiq.ledger import open_ledger
from tahqiq.pipeline import ingest, verify

FORCED = 9  # an intake of two documents forces so many writings to the disk


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("3 killed in Homs")
    (folder / "b.txt").write_text("4 killed in Hama")
    return folder


@pytest.mark.parametrize("moment", range(FORCED))
def test_a_disk_that_fills_is_said_and_the_next_run_ends_the_same(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    keeping, desk = Vault(tmp_path / "v"), open_ledger(f"sqlite:///{tmp_path / 'l.db'}")
    calls = 0
    force = os.fsync

    def full(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls > moment:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        force(handle)

    with monkeypatch.context() as patched:
        patched.setattr(vault.os, "fsync", full)
        with pytest.raises(NotKept, match=r"^[ab]\.txt: the vault .* cannot be written: No space left on device; run it again"):
            ingest([inbox], desk, keeping, stages=PLAIN)
    assert ingest([inbox], desk, keeping, stages=PLAIN).refused == []
    assert verify(desk, keeping) == []
    assert sorted(report.text for report in desk.reports()) == ["3 killed in Homs", "4 killed in Hama"]
    assert len([*keeping.custody()]) == 2
    assert not list((keeping.folder / "tmp").iterdir())
