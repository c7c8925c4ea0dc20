"""Who is told by name in an account, and what stands beside the name: age, sex, family.

What comes in are an account and its report's text; what goes out are mentions of persons. This file must not know other accounts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from tahqiq.fold import fold, folded
from tahqiq.model import Account, Named

_WINDOW = 40  # code points beside a name in which its age or family stands
_OLDEST = 110  # years
_PUBLIC = frozenset("official commander minister president spokesman spokesperson leader general governor ambassador judge".split())
_ARABIC = re.compile("[\u0600-\u06ff]")
_TAKEN = {"arrest": "detained", "abduction": "abducted"}
_EFFECTS = ("killed", "injured", "missing", "detained", "abducted")


@dataclass(frozen=True, slots=True)
class Told:
    """One telling of one person by name. `status` is what befell or who they are to the happening; None where it is not told."""

    account: str
    report: str
    name: str
    form: str
    start: int
    end: int
    language: str
    role: str
    status: str | None
    age: int | None = None
    sex: str | None = None
    family: str | None = None


def persons_told(account: Account, text: str, language: str) -> Iterator[Told]:
    """The persons whom the account names, each once."""
    seen: set[str] = set()
    for named, role in _sides(account):
        key = folded(named.name)
        if key in seen or not is_name(named, victim=role == "victim"):
            continue
        seen.add(key)
        m = named.mention
        around = _beside(text, m.start, m.end, language)
        status = _status(account) if role == "victim" else None
        yield Told(
            account.id,
            account.report,
            named.name,
            m.text or named.name,
            m.start,
            m.end,
            language,
            _role(account, named, role),
            status,
            **around,
        )


def _sides(account: Account) -> Iterator[tuple[Named, str]]:
    yield from ((named, "victim") for named in account.victims)
    yield from ((named, "target") for named in account.targets)
    yield from ((named, "perpetrator") for named in account.perpetrators)
    for claim in account.claims:
        yield from ((named, "speaker") for named in (claim.claimant, *claim.via))


def is_name(named: Named, *, victim: bool = False) -> bool:
    """True for a person's own name, not a description or a force."""
    if named.actor is not None or (named.kind != "person" and named.kind not in _PUBLIC and not victim):
        return False
    name = named.name.strip()
    if _ARABIC.search(name):
        return len(name.split()) > 1 or named.kind == "person"
    capitals = [word for word in re.findall(r"[^\W\d_]+", name) if word[0].isupper()]
    return len(capitals) > 1 or (named.kind == "person" and bool(capitals))


def _role(account: Account, named: Named, role: str) -> str:
    if role == "victim":
        return "detainee" if account.event_type in _TAKEN else "victim"
    return named.kind if named.kind in _PUBLIC else role


def _status(account: Account) -> str | None:
    if account.event_type in _TAKEN:
        return _TAKEN[account.event_type]
    told = {c.effect for c in account.casualties if c.effect in _EFFECTS and (c.max is None or c.max > 0)}
    return next(iter(told)) if len(told) == 1 else None


# -- what stands beside a name ----------------------------------------------------------------------------------------


def _beside(text: str, start: int, end: int, language: str) -> dict[str, Any]:
    before, after = fold(text[max(0, start - _WINDOW) : start]).text, fold(text[end : end + _WINDOW]).text
    known = _words().get(language)
    if known is None:
        return {}
    words = re.findall(r"\w+", before)[-3:]
    return {"age": _age(before, after, known), "sex": _sex(words, known), "family": _family(words, known)}


def _age(before: str, after: str, known: Mapping[str, Any]) -> int | None:
    aged, years, young = known["aged"], known["years"], known["year_old_before"]
    patterns = [
        (after, rf"^\s*[,(]\s*(\d{{1,3}})(?:\s*(?:{years}))?\s*[,).]"),
        (after, rf"^\s*[,(]?\s*(?:{aged})\s+(\d{{1,3}})\b"),
        (before, rf"\b(\d{{1,3}})[\s-]*(?:{young})(?:\s+\w+){{0,2}}\s*$"),
    ]
    for text, pattern in patterns:
        if "(?:)" not in pattern and (match := re.search(pattern, text)) and int(match[1]) <= _OLDEST:
            return int(match[1])
    return None


def _sex(words: list[str], known: Mapping[str, Any]) -> str | None:
    told = {sex for word in words for sex in ("female", "male") if word in known[sex]}
    return next(iter(told)) if len(told) == 1 else None


def _family(words: list[str], known: Mapping[str, Any]) -> str | None:
    return next((kin for word in reversed(words) for kin, forms in known["family"].items() if word in forms), None)


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, Any]]:
    """By language the words of `words.yaml`, folded; lists that go into patterns as one."""
    told = yaml.safe_load(files("tahqiq.persons").joinpath("words.yaml").read_text("utf-8"))
    found: dict[str, dict[str, Any]] = {}
    for language in told["years"]:
        one: dict[str, Any] = {}
        for name in ("years", "aged", "year_old_before"):
            one[name] = "|".join(re.escape(folded(word)).replace(r"\ ", r"[\s-]+") for word in told[name][language])
        for name in ("female", "male"):
            one[name] = frozenset(map(folded, told[name][language]))
        one["family"] = {kin: frozenset(map(folded, forms[language])) for kin, forms in told["family"].items()}
        found[language] = one
    return found
