"""Who the killed were, as each account holds: fighters, civilians, agents; and whether that is in dispute.

What comes in are accounts with their reports; what goes out are `Told` values of the field `identity`, and a `Dispute`. Group and number
come from the accounts; of a single person the words beside the name speak (identity.yaml), each kept with its span.

How it works
1. Killed combatants are told to be fighters; killed civilians, children and women to be civilians.
2. Of a named victim the words of the sentence count that stand near the name; that somebody was an agent may be told anywhere in the
   sentence that tells of the death.
3. Fighter stands against civilian and against agent, where two hands tell it, neither knows of the other's dead, and both may be
   speaking of the same ones: their numbers of all killed can both hold.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from tahqiq.assessing.casualties import WHOLE
from tahqiq.assessing.origins import Heard
from tahqiq.codebook.strict import open_yaml
from tahqiq.fold import fold, folded
from tahqiq.model import Account, Dispute, Mention, Report, Told

FILE = Path(__file__).with_name("identity.yaml")
IDENTITIES = ("fighter", "civilian", "agent")
LANGUAGES = ("en", "ar", "ur", "fa")
_CIVILIAN = frozenset({"civilians", "children", "women"})
_NEAR = 60  # letters between a name and a word that says who he was: an apposition, not the next clause
_SENTENCE = 300  # letters looked at on each side: newspapers' longest sentences
_FEW = 3  # killed, up to whom a sentence may say who they were
_BEFORE = 14  # letters before a word within which a `not` undoes it
Held = Mapping[str, tuple[Mention, ...]]  # who the killed are held for, with the words
_END = re.compile(r"[.!?؟۔\n]")


def identities(account: Account, report: Report | None) -> Held:
    """Who the account holds the killed for, with the words it stands on."""
    found: dict[str, list[Mention]] = {}
    for casualty in account.casualties:
        if casualty.effect == "killed" and casualty.min > 0:
            if casualty.who == "combatants":
                found.setdefault("fighter", []).append(casualty.mention)
            elif casualty.who in _CIVILIAN:
                found.setdefault("civilian", []).append(casualty.mention)
    if report is not None and report.language in LANGUAGES:
        for identity, mention in _by_words(account, report):
            found.setdefault(identity, []).append(mention)
    return {identity: tuple(dict.fromkeys(found[identity])) for identity in IDENTITIES if identity in found}


def _by_words(account: Account, report: Report) -> Iterator[tuple[str, Mention]]:
    killed = [c for c in account.casualties if c.effect == "killed" and 0 < c.min <= _FEW]
    if not killed:
        return
    named = [victim.mention for victim in account.victims]
    for mention in dict.fromkeys([*named, *(c.mention for c in killed)]):
        start, end = _sentence(report.text, mention)
        window = fold(report.text[start:end])
        at = (len(folded(report.text[start : mention.start])), len(folded(report.text[start : mention.end])))
        for identity, words, nots in _patterns(report.language or ""):
            if identity != "agent" and mention not in named:
                continue
            for match in words.finditer(window.text):
                gap = max(at[0] - match.end(), match.start() - at[1])
                if (identity == "agent" or gap <= _NEAR) and not nots.search(window.text[max(0, match.start() - _BEFORE) : match.start()]):
                    first, last = window.original(match.start(), match.end())
                    yield identity, Mention(start + first, start + last, report.text[start + first : start + last], f"identity/{identity}")


def _sentence(text: str, mention: Mention) -> tuple[int, int]:
    low, high = max(0, mention.start - _SENTENCE), min(len(text), mention.end + _SENTENCE)
    before = [match.end() for match in _END.finditer(text, low, mention.start)]
    after = _END.search(text, mention.end, high)
    return (before[-1] if before else low), (after.start() if after else high)


def told_identities(accounts: Sequence[Account], held: Mapping[str, Held], heard: Heard) -> tuple[Told, ...]:
    """Each identity that the killed are given, the most independently told first; `held` is by account."""
    found: dict[str, list[tuple[Account, tuple[Mention, ...]]]] = {}
    for account in accounts:
        for identity, mentions in held[account.id].items():
            found.setdefault(identity, []).append((account, mentions))
    told = []
    for identity, rows in found.items():
        voices = sorted({heard.origin[a.report] for a, _ in rows})
        days = [day for a, _ in rows if (day := heard.day[a.report])]
        spans = {(a.report, m.start, m.end) for a, mentions in rows for m in mentions}
        told.append(
            Told(
                identity,
                identity,
                tuple(sorted(a.id for a, _ in rows)),
                tuple(sorted({c.claimant.name for a, _ in rows for c in a.claims if c.stance != "declines"})),
                len(voices),
                tuple(sorted(spans)),
                tuple(voices),
                min(days, default=None),
            )
        )
    return tuple(sorted(told, key=lambda t: (-t.independent, -len(t.accounts), IDENTITIES.index(t.value))))


def identity_dispute(accounts: Sequence[Account], held: Mapping[str, Held], heard: Heard) -> tuple[Dispute, ...]:
    """That some hold the dead for fighters whom others hold for civilians or agents, where this is told."""
    fighters = _distinct([a for a in accounts if set(held[a.id]) == {"fighter"}], held, heard)
    others = _distinct([a for a in accounts if held[a.id] and "fighter" not in held[a.id]], held, heard)
    pairs = [(a, b) for a in fighters for b in others if heard.first[a.report] != heard.first[b.report] and _may_be_the_same(a, b)]
    if not pairs:
        return ()
    values = {identity for pair in pairs for account in pair for identity in held[account.id]}
    days = [max(one, other) for a, b in pairs if (one := heard.day[a.report]) and (other := heard.day[b.report])]
    return (Dispute("identity", tuple(i for i in IDENTITIES if i in values), "", min(days, default=None)),)


def _distinct(accounts: Sequence[Account], held: Mapping[str, Held], heard: Heard) -> list[Account]:
    """Of accounts that hold the same of as many dead, the first told and one of another hand."""
    kept: dict[object, list[Account]] = {}
    for account in sorted(accounts, key=lambda a: (heard.day[a.report] or dt.date.max, a.id)):
        row = kept.setdefault((tuple(held[account.id]), _killed(account)), [])
        if len(row) < 2 and all(heard.first[a.report] != heard.first[account.report] for a in row):
            row.append(account)
    return [account for row in kept.values() for account in row]


def _may_be_the_same(a: Account, b: Account) -> bool:
    """True where the numbers of all that were killed can both hold; an account that tells only parts tells no less than them."""
    (low, high), (least, most) = _killed(a), _killed(b)
    return (high is None or high >= least) and (most is None or most >= low)


def _killed(account: Account) -> tuple[int, int | None]:
    rows = [c for c in account.casualties if c.effect == "killed"]
    whole = [c for c in rows if c.who in WHOLE] or [c for c in rows if c.min > 0]
    if not whole:
        return 0, None
    most = max(whole, key=lambda c: (c.min, c.max is None, c.max or 0))
    return most.min, most.max


@lru_cache(maxsize=8)
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    words, nots = load_words()
    return tuple((identity, _any_of(words[identity][language]), _any_of(nots[language])) for identity in IDENTITIES)


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    forms = sorted({folded(word) for word in words}, key=lambda w: (-len(w), w))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, forms)) + r")(?!\w)")


@lru_cache(maxsize=1)
def load_words() -> tuple[Mapping[str, Mapping[str, tuple[str, ...]]], Mapping[str, tuple[str, ...]]]:
    """Words by identity and language, and each language's words of denial; raises CodebookError naming the key that is wrong."""
    file = open_yaml(FILE, FILE.name)
    file.text("source")
    section, found = file.section("words"), {}
    for identity in IDENTITIES:
        row = section.section(identity)
        found[identity] = {language: row.texts(language) for language in LANGUAGES}
        row.end()
    section.end()
    row = file.section("not")
    nots = {language: row.texts(language) for language in LANGUAGES}
    row.end()
    file.end()
    return found, nots
