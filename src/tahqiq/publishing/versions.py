"""Which codebook, packs, rules, weights and software made a number: by version where there is one, else by a digest of the files."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tahqiq import __version__
from tahqiq.codebook import LANGUAGES

_ROOT = Path(__file__).parents[1]
# Each part by the files that hold it: another letter in one of them, another digest.
_PARTS = {
    "codebook": ("codebook/closed_lists.yaml", "codebook/event_types/*.yaml", "codebook/vocabularies/*.yaml"),
    "rules": ("assessing/casualties.py", "assessing/values.py", "assessing/origins.py"),
    "grades": ("assessing/grade.py", "assessing/identity.py", "assessing/*.yaml"),
    "weights": ("linking/*.yaml",),
    "protection": ("protection.py",),
}


@cache
def method_versions() -> dict[str, str]:
    """The parts of this program that make and protect numbers, each with its version."""
    packs = {f"pack {code}": (f"languages/{code}/*.yaml", "languages/_arabic_script/*.yaml") for code in LANGUAGES}
    return {"software": __version__, **{name: _digest(patterns) for name, patterns in (*_PARTS.items(), *packs.items())}}


def versions_of(readers: Iterable[str], languages: Iterable[str]) -> dict[str, str]:
    """Those that stand behind one incident: the packs of its languages alone, and the readers that read its reports."""
    used = {f"pack {code}" for code in languages}
    told = {name: version for name, version in method_versions().items() if not name.startswith("pack ") or name in used}
    return {**told, "readers": ", ".join(sorted(set(readers)))}


def _digest(patterns: Iterable[str]) -> str:
    whole = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in _ROOT.glob(pattern)):
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:12]
