"""What keeps coming is taken in as it comes: files of a folder that fills."""

from pathlib import Path

from tahqiq.watching import filling


def test_a_file_is_given_once_when_it_stands_still_and_again_when_it_changed(tmp_path: Path) -> None:
    rounds = 0

    def sleep(seconds: float) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            (tmp_path / "b.txt").write_text("begun")
        if rounds == 2:
            (tmp_path / "b.txt").write_text("begun and ended")
        if rounds == 5:
            (tmp_path / "a.txt").write_text("one, mended")

    (tmp_path / "a.txt").write_text("one")
    seen = [[path.name for path in found] for found in filling([tmp_path], rounds=8, sleep=sleep)]
    assert seen == [[], ["a.txt"], [], ["b.txt"], [], [], ["a.txt"], []]
