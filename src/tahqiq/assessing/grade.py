"""The civilian-harm grade of a happening, with its reasons as codes and facts.

What comes in are accounts of one happening and the origins of their reports; what goes out is a grade and its reasons. Their words
stand in reasons.yaml, in each language of the interface. This file must not know how they are shown.

Source: Airwars' published grades. confirmed: a named party accepts the harm. fair: two or more credible sources, and likely or
confirmed action by a party. weak: one source, however detailed. contested: rival attributions. discounted: the dead were fighters.
none: nobody tells of harm to civilians, so there is nothing to grade.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from tahqiq.codebook.strict import open_yaml
from tahqiq.errors import CodebookError
from tahqiq.model import Account, Casualty, Claim, Named, Reason
from tahqiq.registries.relations import is_nobody, named_kinship

FILE = Path(__file__).with_name("reasons.yaml")
LANGUAGES = ("en", "ar", "ur", "fa")
_CIVILIANS = ("civilians", "children", "women", "mixed")
_HARM = ("killed", "injured")
_ARMED = frozenset(
    ("state_forces", "rebel_group", "militia", "coalition", "police", "intelligence", "aircraft", "navy", "military", "unknown")
)
_KIN = ("same", "part", "state", "allied")


def grade(accounts: Sequence[Account], origins: Mapping[str, str], contradictions: Sequence[str] = ()) -> tuple[str, tuple[Reason, ...]]:
    """The grade and why, the deciding reason first."""
    told = [account for account in accounts if account.status not in ("denied", "planned")]
    harmed = [account for account in told if _civilian_harm(account)]
    if not harmed:
        return "none", (_no_harm(accounts, told),)
    tellers = {origins.get(account.report, account.report) for account in harmed}
    notes = (*_denials(accounts), *_untold_status(harmed))
    fighters = {origins.get(a.report, a.report) for a in told if _fighters_only(a)} - tellers
    accepting = _accepting(harmed)
    if accepting:
        return "confirmed", (Reason("party_accepts", facts={"party": accepting}), *_told_by(tellers), *notes)
    if "perpetrators" in contradictions:
        return "contested", (Reason("rival_attributions", facts={"parties": ", ".join(_accused(told))}), *_told_by(tellers), *notes)
    if len(fighters) >= 2 and len(fighters) > len(tellers):
        return "discounted", (Reason("dead_were_fighters", facts={"n": str(len(fighters))}), *_told_by(tellers), *notes)
    if len(tellers) < 2:
        return "weak", (*_told_by(tellers), *notes)
    accused = _accused(told)
    if not accused:
        return "weak", (Reason("no_party_named"), *_told_by(tellers), *notes)
    return "fair", (Reason("action_by", facts={"party": ", ".join(accused)}), *_told_by(tellers), *notes)


def _no_harm(accounts: Sequence[Account], told: Sequence[Account]) -> Reason:
    if not told:
        return Reason("did_not_occur")
    rows = [c for a in accounts for c in a.casualties if c.effect in _HARM]
    if any(c.min > 0 for c in rows):
        return Reason("harmed_were_armed")
    return Reason("no_harm_told" if rows else "harm_not_told")


def _told_by(tellers: set[str]) -> tuple[Reason, ...]:
    if len(tellers) == 1:
        return (Reason("one_source"),)
    return (Reason("several_sources", facts={"n": str(len(tellers))}),)


def _civilian_harm(account: Account) -> bool:
    return any(_is_civilian(c, account) for c in account.casualties if c.effect in _HARM and (c.min > 0 or c.max is None))


def _is_civilian(casualty: Casualty, account: Account) -> bool:
    """Told as civilians; or of untold status where nothing that was struck bears arms."""
    if casualty.who in _CIVILIANS:
        return True
    return casualty.who == "unspecified" and account.event_type != "armed_clash" and not any(_is_armed(t) for t in account.targets)


def _is_armed(named: Named) -> bool:
    return named.kind in _ARMED


def _untold_status(harmed: Sequence[Account]) -> tuple[Reason, ...]:
    rows = [c for account in harmed for c in account.casualties if c.effect in _HARM and c.min > 0]
    return () if any(c.who in _CIVILIANS for c in rows) else (Reason("status_not_told"),)


def _fighters_only(account: Account) -> bool:
    harmed = [c for c in account.casualties if c.effect == "killed" and c.min > 0]
    return bool(harmed) and all(c.who in ("combatants", "security_forces") for c in harmed)


def _claims(accounts: Sequence[Account], *stances: str) -> list[tuple[Account, Claim]]:
    return [(account, claim) for account in accounts for claim in account.claims if claim.stance in stances]


def _accepting(harmed: Sequence[Account]) -> str:
    """The first party, by name, that says it did it or that confirms the harm of what it is told to have done."""
    found = {claim.claimant.name for _, claim in _claims(harmed, "claims_responsibility") if not is_nobody(claim.claimant)}
    for account, claim in _claims(harmed, "confirms"):
        if claim.about in ("event", "killed", "injured") and _is_party(claim.claimant, account.perpetrators):
            found.add(claim.claimant.name)
    return min(found, default="")


def _denials(accounts: Sequence[Account]) -> tuple[Reason, ...]:
    parties = {claim.claimant.name for _, claim in _claims(accounts, "denies")}
    return (Reason("party_denies", facts={"party": ", ".join(sorted(parties))}),) if parties else ()


def _is_party(claimant: Named, perpetrators: Sequence[Named]) -> bool:
    return any(named_kinship(claimant, perpetrator) in _KIN for perpetrator in perpetrators)


def _accused(accounts: Sequence[Account]) -> list[str]:
    return sorted({p.name for account in accounts for p in account.perpetrators if not is_nobody(p)})


# -- words ------------------------------------------------------------------------------------------------------------


def reason_text(reason: Reason, language: str) -> str:
    """The reason in words of en, ar, ur or fa, its facts in place.

    Raises: CodebookError for a code or language that reasons.yaml does not have.
    """
    words = load_reasons()
    if reason.code not in words or language not in words[reason.code]:
        raise CodebookError(f"{FILE.name}: {reason.code}: has no words in {language!r}")
    return words[reason.code][language].format(**reason.facts)


@lru_cache(maxsize=1)
def load_reasons() -> Mapping[str, Mapping[str, str]]:
    """Words by code and language; raises CodebookError naming the key that lacks them."""
    file = open_yaml(FILE, FILE.name)
    words = {}
    for code, row in file.section("reasons").sections():
        words[code] = {language: row.text(language) for language in LANGUAGES}
        row.end()
    file.end()
    return words
