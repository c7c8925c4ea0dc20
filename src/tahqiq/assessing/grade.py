"""The civilian-harm grade of a happening and of each party told to have done it, with reasons as codes and facts, and over time.

What comes in are accounts of one happening and who tells them; what goes out are grades, `Party`s and `GradeStep`s. The reasons' words
stand in reasons.yaml, in each language of the interface. This file must not know how they are shown, nor what a person decided.

How it works
1. Civilian harm is told where civilians, children or women were killed or injured; or people of untold status, where nothing that was
   struck bears arms and nobody says that the dead did. Accidents and disasters are no harm by a party.
2. Tellers are independent origins. The word of a party to the happening is told beside the grade and counts for no teller.
3. Parties that are told to have done it are joined where they are one force and its state. Each is graded on the accounts that blame
   it and on those that blame nobody:

   confirmed   it accepts it: it claims it, or confirms what it is told to have done
   discounted  another party accepts it, and it does not; or two tellers or more, and more than of civilians, say that the dead bore arms
   contested   others blame somebody who has nothing to do with it
   weak        fewer than two tellers; or nobody says whose "militants" they were; or nobody but its adversaries blame it
   fair        two tellers or more

4. The happening's grade is confirmed where any party accepts it, contested where parties that have nothing to do with each other are
   blamed, and weak, however many tell of it, where nobody says who did it.

Source: Airwars' published grades. confirmed: a named party accepts the harm. fair: two or more credible sources, and likely or
confirmed action by a party. weak: one source, however detailed. contested: rival attributions. discounted: the dead were fighters, or
another party most likely did it. none: nobody tells of harm to civilians, so there is nothing to grade.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tahqiq.assessing.identity import Held
from tahqiq.assessing.origins import ONE_WORD, Heard
from tahqiq.assessing.values import blamed
from tahqiq.codebook.strict import open_yaml
from tahqiq.errors import CodebookError
from tahqiq.fold import folded
from tahqiq.model import Account, Casualty, GradeStep, Named, Party, Reason, Speaker, Stand
from tahqiq.registries.relations import actor_entry, generation, is_nobody, named_kinship, state_of

FILE = Path(__file__).with_name("reasons.yaml")
LANGUAGES = ("en", "ar", "ur", "fa")
BETWEEN = "; "  # names of several parties in one fact
_CIVILIANS = ("civilians", "children", "women", "mixed")
_HARM = ("killed", "injured")
_ARMED = frozenset(
    ("state_forces", "rebel_group", "militia", "coalition", "police", "intelligence", "aircraft", "navy", "military", "unknown")
)
# Kinds that are no party unless a state is named with them: "drones" struck, but whose?
_TOOLS = frozenset({"aircraft", "vehicle", "people", "source", "person", "site"})
_SIDES = frozenset({"state", "police", "rebel_group", "militia", "coalition"})
# Happenings that nobody is accused of, though somebody is told to have done them.
_PEACEFUL = frozenset({"agreement", "talks", "statement", "deployment", "protest", "disaster", "encounter"})
# What a party says of it, the plainest first.
_STANCES = ("claims_responsibility", "confirms", "denies", "investigating", "declines")
_MOST_STEPS = 60  # days of telling that a grade is followed through, as with tolls; a happening told for longer on its last ones
_MOST_GRADED = 30_000  # accounts graded for it in all: a thousand accounts are followed on thirty days


@dataclass(frozen=True, slots=True)
class Accused:
    """One party, under all names of it that are told, and the accounts that blame it."""

    named: Named
    names: tuple[Named, ...]
    accounts: tuple[Account, ...]

    @property
    def name(self) -> str:
        """By what it is called: its usual name where a registry has it, whatever words a report used."""
        entry = actor_entry(self.named.actor)
        return entry.name if entry else self.named.name

    def blamed_in(self, account: Account) -> bool:
        return any(other.name == named.name for other in blamed(account) for named in self.names)

    def is_party(self, other: Named) -> bool:
        return any(named_kinship(name, other) in ONE_WORD for name in self.names)

    def is_kin(self, other: "Accused") -> bool:
        return any(self.is_party(name) for name in other.names)

    def is_rival(self, other: "Accused") -> bool:
        kin = {named_kinship(a, b) for a in self.names for b in other.names}
        return "none" in kin and kin <= {"none", "unknown"}


@dataclass(frozen=True, slots=True)
class Case:
    """One happening as the grade sees it: `told` without what is denied or planned, `harmed` of it those that tell of civilian harm."""

    accounts: tuple[Account, ...]
    told: tuple[Account, ...]
    harmed: tuple[Account, ...]
    harmed_ids: frozenset[str]
    fighters: tuple[Account, ...]
    agents: bool
    accused: tuple[Accused, ...]
    heard: Heard
    sides: Mapping[str, str | None]

    def origins(self, accounts: Iterable[Account]) -> set[str]:
        return {self.heard.origin[account.report] for account in accounts}

    def tellers(self, accounts: Iterable[Account]) -> set[str]:
        """The origins that are no party's."""
        return {origin for origin in self.origins(accounts) if not self.sides.get(origin)}

    def partial(self, accounts: Iterable[Account]) -> tuple[str, ...]:
        """Names of the parties among the origins."""
        wanted = {origin for origin in self.origins(accounts) if self.sides.get(origin)}
        return tuple(sorted({voice.speaker.name for voice in self.heard.voices if voice.id in wanted}))


def case_of(accounts: Sequence[Account], held: Mapping[str, Held], heard: Heard) -> Case:
    """The happening as the grade sees it; `held` is whom each account holds the killed for."""
    told = tuple(account for account in accounts if account.status not in ("denied", "planned"))
    harmed = tuple(a for a in told if a.event_type != "disaster" and _civilian_harm(a, held=frozenset(held[a.id])))
    ids = frozenset(account.id for account in harmed)
    fighters = tuple(a for a in told if _fighters_only(a) or (set(held[a.id]) == {"fighter"} and a.id not in ids))
    agents = any("agent" in held[account.id] for account in harmed)
    return Case(
        tuple(accounts), told, harmed, ids, fighters, agents, accused(told, heard), heard, {voice.id: voice.side for voice in heard.voices}
    )


def accused(told: Sequence[Account], heard: Heard) -> tuple[Accused, ...]:
    """The parties that are told to have done it, the most independently told first; a force and its state are one."""
    by_name: dict[str, Named] = {}
    for account in told:
        if account.event_type not in _PEACEFUL:
            for named in blamed(account):
                if _can_be_accused(named):
                    by_name.setdefault(named.name, named)
    groups: list[list[Named]] = []
    namesakes = _namesakes(told)
    for name in sorted(by_name, key=lambda n: (not _is_known(by_name[n]), n)):
        joined = _groups_of(by_name[name], groups, namesakes)
        groups = [group for group in groups if group not in joined] + [[*(n for group in joined for n in group), by_name[name]]]
    found = [_accused(group, told, heard) for group in groups]
    return tuple(sorted(found, key=lambda party: (-len({heard.origin[a.report] for a in party.accounts}), party.name)))


def _namesakes(told: Iterable[Account]) -> frozenset[tuple[str, str]]:
    """Names that one account gives whom it blames and who claims it, one of them within the other: the Taliban, of Pakistan."""
    pairs = set()
    for account in told:
        for claim in account.claims:
            for named in account.perpetrators if claim.stance == "claims_responsibility" else ():
                short, long = sorted((named.name, claim.claimant.name), key=len)
                if folded(short) in folded(long):
                    pairs |= {(short, long), (long, short)}
    return frozenset(pairs)


def _groups_of(named: Named, groups: Sequence[list[Named]], namesakes: frozenset[tuple[str, str]]) -> list[list[Named]]:
    """The groups that a name joins: of its kin; of a bare word ("the coalition", "militants") the only one of its kind."""
    if _is_known(named):
        return [group for group in groups if any(_are_one(named, other) or (named.name, other.name) in namesakes for other in group)]
    alike = [group for group in groups if any(_kind(named) == _kind(other) for other in group)]
    return alike if len(alike) == 1 else []


def _are_one(a: Named, b: Named) -> bool:
    return named_kinship(a, b) in ("same", "part", "state")


def _is_known(named: Named) -> bool:
    return named.actor is not None or state_of(named.name, None, named.kind) is not None


def _is_named(party: Accused) -> bool:
    """Of a known group or state; a bare police or army is that of the place, bare militants are nobody's."""
    return any(_is_known(named) or _kind(named) in ("state", "police") for named in party.names)


def _kind(named: Named) -> str:
    entry = actor_entry(named.actor)
    kind = (entry.kind if entry else named.kind) or ""
    return "state" if kind in ("state_forces", "government", "military", "navy", "aircraft", "intelligence") else kind


def _accused(group: Sequence[Named], told: Sequence[Account], heard: Heard) -> Accused:
    names = {named.name for named in group}
    blaming = tuple(account for account in told if any(named.name in names for named in blamed(account)))
    times = Counter(named.name for account in blaming for named in {n.name: n for n in blamed(account)}.values() if named.name in names)
    chief = min(group, key=lambda named: (not _is_known(named), named.actor is None, *_rank(named), -times[named.name], named.name))
    return Accused(chief, tuple(sorted(group, key=lambda n: n.name)), blaming)


def _rank(named: Named) -> tuple[int, bool]:
    """A state before its forces, a force before its parts: the party is called by what answers for it."""
    entry = actor_entry(named.actor)
    return (generation(entry.id), entry.kind != "government") if entry else (0, named.kind != "government")


def _can_be_accused(named: Named) -> bool:
    return named.actor is not None or named.kind not in _TOOLS or state_of(named.name, None, named.kind) is not None


# -- the happening ----------------------------------------------------------------------------------------------------


def grade(case: Case) -> tuple[str, tuple[Reason, ...]]:
    """The grade of the happening and why, the deciding reason first."""
    if not case.harmed:
        return "none", (_no_harm(case),)
    tellers = case.tellers(case.harmed)
    notes = (*_told_by(case, case.harmed), *_notes(case, case.accused))
    accepting = [party for party in case.accused if _accepts(party, case)]
    if accepting:
        return "confirmed", (Reason("party_accepts", facts={"party": _named(accepting)}), *notes)
    rivals = [party for party in case.accused if _rivals(party, case)]
    if rivals:
        return "contested", (Reason("rival_attributions", facts={"parties": _named(rivals)}), *notes)
    if _are_fighters(case, tellers):
        return "discounted", (_fighters(case), *notes)
    if len(tellers) < 2:
        return "weak", notes
    if not case.accused:
        return "weak", (Reason("no_party_named"), *notes)
    if not any(_is_named(party) for party in case.accused):
        return "weak", (Reason("party_unnamed", facts={"party": _named(case.accused)}), *notes)
    if all(_only_adversaries(party, case) for party in case.accused):
        return "weak", (Reason("only_adversaries_blame", facts={"party": _named(case.accused)}), *notes)
    return "fair", (Reason("action_by", facts={"party": _named(case.accused)}), *notes)


def _no_harm(case: Case) -> Reason:
    if not case.told:
        return Reason("did_not_occur")
    if all(account.event_type == "disaster" for account in case.told):
        return Reason("no_attack")
    rows = [c for a in case.told for c in a.casualties if c.effect in _HARM]
    if any(c.min > 0 for c in rows):
        return Reason("harmed_were_armed")
    return Reason("no_harm_told" if rows else "harm_not_told")


def _told_by(case: Case, harmed: Sequence[Account]) -> tuple[Reason, ...]:
    tellers, partial = case.tellers(harmed), case.partial(harmed)
    found = [Reason("one_source")] if len(tellers) == 1 else []
    found += [Reason("several_sources", facts={"n": str(len(tellers))})] if len(tellers) > 1 else []
    if partial:
        found.append(Reason("party_tells" if tellers else "only_party_tells", facts={"party": BETWEEN.join(partial)}))
    return tuple(found)


def _notes(case: Case, parties: Sequence[Accused]) -> tuple[Reason, ...]:
    """What stands beside the grade: denials, inquiries, refusals to comment, untold status, disputed identity."""
    found = []
    for stance, code in (("denies", "party_denies"), ("investigating", "party_investigates"), ("declines", "party_declines")):
        names = sorted(
            {c.claimant.name for a in case.accounts for c in a.claims if c.stance == stance and _speaks_for(c.claimant, parties)}
        )
        found += [Reason(code, facts={"party": BETWEEN.join(names)})] if names else []
    rows = [c for account in case.harmed for c in account.casualties if c.effect in _HARM and c.min > 0]
    if not any(c.who in _CIVILIANS for c in rows):
        found.append(Reason("told_as_agents" if case.agents else "status_not_told"))
    if case.origins(case.fighters) - case.origins(case.harmed):
        found.append(Reason("identity_disputed"))
    return tuple(found)


def _speaks_for(claimant: Named, parties: Sequence[Accused]) -> bool:
    """Of an accused party; where nobody is accused, of a known state or group."""
    return any(party.is_party(claimant) for party in parties) or (not parties and _is_known(claimant) and _kind(claimant) in _SIDES)


def _are_fighters(case: Case, tellers: set[str]) -> bool:
    fighters = case.tellers(case.fighters) - tellers
    return len(fighters) >= 2 and len(fighters) > len(tellers)


def _fighters(case: Case) -> Reason:
    return Reason("dead_were_fighters", facts={"n": str(len(case.tellers(case.fighters) - case.tellers(case.harmed)))})


def _named(parties: Sequence[Accused]) -> str:
    return BETWEEN.join(party.name for party in parties)


# -- each party -------------------------------------------------------------------------------------------------------


def parties(case: Case) -> tuple[Party, ...]:
    """Each party that is told to have done it, what it says itself and how the harm by it is graded."""
    return tuple(_party(one, case) for one in case.accused)


def _party(one: Accused, case: Case) -> Party:
    decided, reasons = _grade_of(one, case)
    return Party(
        speaker=Speaker(one.name, one.named.actor, one.named.kind),
        names=tuple(named.name for named in one.names),
        voices=tuple(sorted(case.origins(one.accounts))),
        grade=decided,
        reasons=reasons,
        stands=_stands(one, case),
    )


def _grade_of(one: Accused, case: Case) -> tuple[str, tuple[Reason, ...]]:
    rivals = _rivals(one, case)
    blaming_others = {a.id for other in rivals for a in other.accounts} - {a.id for a in one.accounts}
    harmed = tuple(account for account in case.harmed if account.id not in blaming_others)
    if not harmed:
        return "none", (_no_harm(case) if not case.harmed else Reason("harm_not_told_of_it"),)
    notes = (*_told_by(case, harmed), *_notes(case, [one]))
    party = {"party": one.name}
    if _accepts(one, case):
        return "confirmed", (Reason("party_accepts", facts=party), *notes)
    accepting = [other for other in rivals if _accepts(other, case)]
    if accepting:
        return "discounted", (Reason("another_accepts", facts={"party": _named(accepting)}), *notes)
    if _are_fighters(case, case.tellers(case.harmed)):
        return "discounted", (_fighters(case), *notes)
    if rivals:
        return "contested", (Reason("rival_attributions", facts={"parties": _named([one, *rivals])}), *notes)
    if len(case.tellers(harmed)) < 2:
        return "weak", notes
    if not _is_named(one):
        return "weak", (Reason("party_unnamed", facts=party), *notes)
    if _only_adversaries(one, case):
        return "weak", (Reason("only_adversaries_blame", facts=party), *notes)
    return "fair", (Reason("action_by", facts=party), *notes)


def _rivals(one: Accused, case: Case) -> list[Accused]:
    """Parties that have nothing to do with it, nor with a coalition of which it is told to be: two of its states are no rivals."""
    allies = [other for other in case.accused if other is not one and other.is_kin(one)]
    return [other for other in case.accused if one.is_rival(other) and not any(ally.is_kin(other) for ally in allies)]


def _accepts(one: Accused, case: Case) -> bool:
    """It says that it did it, or confirms the harm of what it is told to have done."""
    for account in case.told:
        for claim in account.claims:
            if claim.stance == "claims_responsibility" and not is_nobody(claim.claimant) and one.is_party(claim.claimant):
                return True
            confirms = claim.stance == "confirms" and claim.about in ("event", *_HARM) and account.id in case.harmed_ids
            if confirms and one.blamed_in(account) and one.is_party(claim.claimant):
                return True
    return False


def _only_adversaries(one: Accused, case: Case) -> bool:
    """Nobody blames it but whom it struck."""
    return all(case.sides.get(origin) == "targets" for origin in case.origins(one.accounts))


def _stands(one: Accused, case: Case) -> tuple[Stand, ...]:
    """What the party says of it, the plainest first; that it is silent where no report gives a word of it."""
    found = []
    for stance in _STANCES:
        told = {a.report for a in case.accounts for c in a.claims if c.stance == stance and one.is_party(c.claimant)}
        if told:
            days = [day for report in told if (day := case.heard.day[report])]
            found.append(Stand(stance, min(days, default=None), tuple(sorted(told))))
    quoted = {a.report for a in case.accounts for c in a.claims if c.stance in ("reports", "accuses") and one.is_party(c.claimant)}
    if not found and quoted:
        days = [day for report in quoted if (day := case.heard.day[report])]
        return (Stand("reports", min(days, default=None), tuple(sorted(quoted))),)
    return tuple(found) or (Stand("silent"),)


# -- harm -------------------------------------------------------------------------------------------------------------


def _civilian_harm(account: Account, *, held: frozenset[str] = frozenset()) -> bool:
    return any(_is_civilian(c, account, held) for c in account.casualties if c.effect in _HARM and (c.min > 0 or c.max is None))


def _is_civilian(casualty: Casualty, account: Account, held: frozenset[str]) -> bool:
    """Told as civilians; or of untold status where nothing that was struck bears arms and the killed are not held for fighters."""
    if casualty.who in _CIVILIANS:
        return True
    if casualty.who != "unspecified" or account.event_type == "armed_clash":
        return False
    if (casualty.effect == "killed" and held == {"fighter"}) or _tells_of_armed(account):
        return False
    return not any(_is_armed(target) for target in account.targets) or "agent" in held


def _tells_of_armed(account: Account) -> bool:
    """It says of some that they bore arms, of none that he did not, and tells of no more than these: three dead, three soldiers."""
    harmed = [c for c in account.casualties if c.effect in _HARM and c.min > 0]
    armed = [c for c in harmed if c.who in ("combatants", "security_forces")]
    if not armed or any(c.who in _CIVILIANS for c in harmed):
        return False
    whole = {c.effect: c.min for c in harmed if c.who == "unspecified"}
    return all(whole.get(effect, 0) <= sum(c.min for c in armed if c.effect == effect) for effect in {c.effect for c in armed})


def _is_armed(named: Named) -> bool:
    return named.kind in _ARMED


def _fighters_only(account: Account) -> bool:
    harmed = [c for c in account.casualties if c.effect == "killed" and c.min > 0]
    return bool(harmed) and all(c.who in ("combatants", "security_forces") for c in harmed)


# -- over time --------------------------------------------------------------------------------------------------------


def steps(
    accounts: Sequence[Account], heard: Heard, graded: Callable[[Sequence[Account]], tuple[str, tuple[Reason, ...]]]
) -> tuple[GradeStep, ...]:
    """The grade from day to day of telling, where the days are known; because of which reports it changed.

    Args:
        graded: the grade of those accounts that were told by then.
    """
    days = sorted({day for account in accounts if (day := heard.day[account.report])})
    days = days[-max(3, min(_MOST_STEPS, _MOST_GRADED // max(1, len(accounts)))) :]
    found: list[GradeStep] = []
    for day in days:
        known = [account for account in accounts if (told := heard.day[account.report]) and told <= day]
        now, reasons = graded(known)
        if not found or found[-1].grade != now:
            because = {a.report for a in known if heard.day[a.report] == day and heard.first[a.report] == a.report}
            found.append(GradeStep(day, now, reasons, tuple(sorted(because))))
    return tuple(found)


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
