"""What an incident is assessed to be, in the reader's words: disputes, parties, voices, and how numbers and grade came about.

What comes in is an incident with its accounts and reports; what goes out is an `Assessed`. Nothing is assessed here: every number and
grade is the incident's, every value is told by the same words as in the matrix.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tahqiq.assessing.values import days, toll_words
from tahqiq.model import Account, Dispute, GradeStep, Incident, Mention, Party, Reason, Report, Stand, Told, Toll, Voice
from tahqiq.web import tolls
from tahqiq.web.contexts import (
    Assessed,
    Cited,
    CourseLine,
    DisputeLine,
    DisputeSide,
    Grade,
    IdentityLine,
    PartyLine,
    Quote,
    ReasonLine,
    StandLine,
    StepLine,
    ViewLine,
    VoiceLine,
)
from tahqiq.web.matrix import rule_words
from tahqiq.web.reasons import grade_reason
from tahqiq.web.told import Teller, incident_address, report_address

BETWEEN = "; "  # names of several parties in one fact of a reason
EFFECTS = frozenset(tolls.EFFECTS)
_NAMES = {"acled": "ACLED", "ucdp": "UCDP GED", "airwars": "Airwars"}


@dataclass(frozen=True, slots=True)
class Words:
    """Words for the parts of one incident."""

    incident: Incident
    accounts: Sequence[Account]
    reports: Mapping[str, Report]
    teller: Teller

    # -- reasons ------------------------------------------------------------------------------------------------------

    def reasons(self, reasons: Iterable[Reason]) -> tuple[ReasonLine, ...]:
        """Reasons with the parties that they name in the reader's language."""
        known = self._known()
        return tuple(grade_reason(self._in_words(reason, known), self.teller.wording) for reason in reasons)

    def _in_words(self, reason: Reason, known: Mapping[str, str]) -> Reason:
        facts = dict(reason.facts)
        for fact in ("party", "parties"):
            if fact in facts:
                told = [known.get(name, name) for name in facts[fact].split(BETWEEN)]
                facts[fact] = self.teller.wording.together(tuple(dict.fromkeys(told)))
        return Reason(reason.code, reason.weight, facts)

    def _known(self) -> dict[str, str]:
        """Everybody who is named, in the reader's language, by the English name that reasons bear."""
        named = (n for a in self.accounts for n in (*a.perpetrators, *a.targets, *(c.claimant for c in a.claims)))
        speakers = (*(voice.speaker for voice in self.incident.voices), *(party.speaker for party in self.incident.parties))
        return {n.name: self.teller.actor(n) for n in named} | {s.name: self.teller.speaker(s) for s in speakers if s.id}

    # -- voices -------------------------------------------------------------------------------------------------------

    def voice(self, voice: Voice) -> VoiceLine:
        wording = self.teller.wording
        chains = tuple(tuple(self.teller.speaker(speaker) for speaker in chain) for chain in voice.chains)
        return VoiceLine(
            speaker=self._whose(voice),
            party=wording(f"assessed.side.{voice.side}") if voice.side else "",
            since=self.day(voice.since),
            chains=tuple(dict.fromkeys(chain for chain in chains if len(chain) > 1)),
            reports=self.cited(voice.reports),
        )

    def _whose(self, voice: Voice) -> str:
        """An outlet by the name that it has everywhere on the page, any other speaker in the reader's language."""
        report = self.reports.get(voice.id)
        is_own = len(voice.chains) == 1 and len(voice.chains[0]) == 1
        if report is not None and (is_own or not voice.speaker.name):
            return self.teller.outlet(report)
        return self.teller.speaker(voice.speaker)

    def voices_of(self, accounts: Iterable[str]) -> tuple[VoiceLine, ...]:
        reports = {account.report for account in self.accounts if account.id in set(accounts)}
        return tuple(self.voice(voice) for voice in self.incident.voices if reports & set(voice.reports))

    def cited(self, reports: Iterable[str]) -> tuple[Cited, ...]:
        known = (self.reports[name] for name in reports if name in self.reports)
        return tuple(Cited(self.teller.outlet(report), report_address(report.id)) for report in known)

    def day(self, day: dt.date | None) -> str:
        return self.teller.wording.day(day) if day else ""

    # -- disputes -----------------------------------------------------------------------------------------------------

    def dispute(self, dispute: Dispute) -> DisputeLine:
        wording = self.teller.wording
        heading = self.teller.field(dispute.field)
        if dispute.who and dispute.who != "unspecified":
            heading = wording("told.of_effect", effect=heading, who=wording.label("who", dispute.who))
        told = {one.value: one for one in self.incident.values.get(dispute.field, ())}
        sides = []
        for value in dispute.values:
            one = told.get(value)
            label = self._value(dispute.field, value)
            accounts = one.accounts if one else ()
            where = dict.fromkeys(account.report for account in self.accounts if account.id in accounts)
            sides.append(DisputeSide(label, self.day(one.since) if one else "", self.voices_of(accounts), self.cited(where)))
        ranked = sorted(sides, key=lambda side: (-len(side.voices), side.value))
        return DisputeLine(heading, self.day(dispute.since), tuple(ranked))

    def _value(self, field: str, value: str) -> str:
        """The value in the words of the matrix."""
        if field == "identity":
            return self.teller.wording(f"assessed.identity.{value}")
        if field in ("event_type", "status"):
            return self.teller.wording.label("event_types" if field == "event_type" else "status", value)
        return next((found for account in self.accounts if (found := self._of(account, field, value))), value)

    def _of(self, account: Account, field: str, value: str) -> str | None:
        if field in EFFECTS:
            rows = (c for c in account.casualties if c.effect == field)
            return next((self.teller.casualty(c) for c in rows if toll_words(c.min, c.max, c.who, c.qualifier) == value), None)
        if field == "place" and account.place and value in (account.place.place.id, account.place.place.name):
            return self.teller.place(account.place.place)
        if field == "date" and account.date and days(account.date.start, account.date.end) == value:
            return self.teller.days(account.date)
        if field == "perpetrators":
            named = (*account.perpetrators, *(claim.claimant for claim in account.claims))
            return next((self.teller.actor(n) for n in named if value in (n.actor, n.name)), None)
        return None

    # -- parties ------------------------------------------------------------------------------------------------------

    def party(self, party: Party) -> PartyLine:
        return PartyLine(
            name=self.teller.speaker(party.speaker),
            grade=self.grade(party.grade),
            reasons=self.reasons(party.reasons),
            stands=tuple(self._stand(stand) for stand in party.stands),
        )

    def _stand(self, stand: Stand) -> StandLine:
        text = self.teller.wording(f"assessed.stand.{stand.stance}")
        return StandLine(text, self.day(stand.since), self.cited(stand.reports), stand.stance in ("silent", "declines"))

    def grade(self, grade: str) -> Grade:
        return Grade(grade, self.teller.wording.grade_letter(grade), self.teller.wording.label("grades", grade))

    # -- over time ----------------------------------------------------------------------------------------------------

    def course(self, toll: Toll) -> CourseLine:
        scale = tolls.linear(max(1, tolls.axis_limit([toll]), *(step.high or step.best for step in toll.steps)))
        steps = []
        for step in toll.steps:
            shown = tolls.line(Toll(toll.effect, toll.who, step.low, step.best, step.high, step.rule), self.teller, scale)
            steps.append(StepLine(self.day(step.day), self._as_of(step.day), self.cited(step.reports), toll=shown))
        return CourseLine(tolls.label(toll, self.teller), tuple(steps))

    def grade_step(self, step: GradeStep) -> StepLine:
        return StepLine(
            self.day(step.day), self._as_of(step.day), self.cited(step.reports), self.grade(step.grade), self.reasons(step.reasons)
        )

    def _as_of(self, day: dt.date) -> str:
        return f"{incident_address(self.incident.id)}/as-of/{day.isoformat()}"

    # -- who the dead were --------------------------------------------------------------------------------------------

    def identity(self, told: Told) -> IdentityLine:
        label = self.teller.wording(f"assessed.identity.{told.value}")
        return IdentityLine(label, self.voices_of(told.accounts), self.quotes(told.mentions, label))

    def quotes(self, spans: Iterable[tuple[str, int, int]], gloss: str) -> tuple[Quote, ...]:
        """The words of spans, but for those of reports whose words are withheld."""
        there = ((self.reports[name], start, end) for name, start, end in spans if name in self.reports and self.reports[name].text)
        return tuple(self.teller.quote(report, Mention(start, end, ""), gloss) for report, start, end in there)

    def views(self) -> tuple[ViewLine, ...]:
        range_, words = self.teller.wording.range, self.teller
        return tuple(
            ViewLine(
                _NAMES[view.name], tuple((tolls.label(t, words), range_(t.low, t.high), rule_words(t.rule, words)) for t in view.tolls)
            )
            for view in self.incident.views
        )


def build(words: Words) -> Assessed:
    """What the page says of how the incident was assessed."""
    incident = words.incident
    claimed = any(stand.stance in ("claims_responsibility", "confirms") for party in incident.parties for stand in party.stands)
    return Assessed(
        identities=tuple(words.identity(told) for told in incident.values.get("identity", ())),
        disputes=tuple(words.dispute(dispute) for dispute in incident.disputes),
        parties=tuple(words.party(party) for party in incident.parties),
        unclaimed=incident.event_type != "disaster" and bool(incident.tolls or incident.parties) and not claimed,
        unclaimed_words=words.quotes(incident.unclaimed, words.teller.wording("assessed.unclaimed_told")),
        voices=tuple(
            words.voice(voice) for voice in sorted(incident.voices, key=lambda v: (-len(v.reports), v.since or dt.date.max, v.id))
        ),
        tolls=tuple(words.course(toll) for toll in incident.tolls if len(toll.steps) > 1),
        grades=tuple(words.grade_step(step) for step in incident.grade_steps) if len(incident.grade_steps) > 1 else (),
        views=words.views(),
    )
