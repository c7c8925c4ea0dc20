"""The import contracts are kept, and folders, commands and docs say the same."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_import_contract_is_kept() -> None:
    done = subprocess.run([str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def test_reference_pages_say_what_the_code_says() -> None:
    done = subprocess.run([sys.executable, "tools/write_reference.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_named_after_nothing() -> None:
    forbidden = {"utils", "util", "helpers", "common", "base", "manager", "misc"}
    assert not [p for p in (ROOT / "src").rglob("*.py") if p.stem in forbidden]


_REGISTRY = re.compile(r"(?<!no-emit-)index[-]url|\"resolved\": \"http|find-links\s*=")
_MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/\w")


def test_no_file_holds_a_machine_path_or_a_registry() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in tracked:
        path = ROOT / name
        if path.suffix in (".png", ".woff2", ".pdf") or not path.is_file():
            continue
        text = path.read_text("utf-8", errors="ignore")
        assert not _REGISTRY.search(text), name
        assert not _MACHINE.search(text), name
