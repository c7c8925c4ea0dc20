"""Why a report was read as it was: for each value what weighed for it, and what was considered for its slot and refused.

What comes in is a report; what goes out is an `Explanation`. Reading knows nothing of it and pays nothing for it.

How it works
1. The report is told once more by the steps of `rules`. What was chosen is taken from the telling itself, never decided anew, so that
   an explanation cannot say otherwise than the reading.
2. Each slot's proposals are made once more. The one that a value was made of gives the features it was chosen by; the others were
   refused: for their sum where that is below nought, else for the outcome that follows from what was chosen.
3. What words alone decide (a trigger that names its weapon) has no sum.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tahqiq.languages import identify, supported
from tahqiq.model import Account, Casualty, Claim, Dated, Figure, Mention, Named, Placed, Reason, Report
from tahqiq.reading import default_reader, with_small_letters
from tahqiq.reading.actors import Entity
from tahqiq.reading.casing import as_found
from tahqiq.reading.casualties import Row
from tahqiq.reading.choosing import Features, load_weights, score
from tahqiq.reading.claims import Saying
from tahqiq.reading.dates import DateMark
from tahqiq.reading.figures import find_figures, placed, taken_spans
from tahqiq.reading.figures import proposals as figure_proposals
from tahqiq.reading.guide import filler
from tahqiq.reading.happenings import Facts, Happening, believed_features, believed_happenings, find_happenings, main_features
from tahqiq.reading.naming import load_feature_words
from tahqiq.reading.places import PlaceMark
from tahqiq.reading.relevance import conflict_features, is_of_conflict
from tahqiq.reading.rules import WITHOUT_WEAPONS, RulesReader, Telling, account, state_features, told_of, weapon_marks
from tahqiq.reading.scene import Scene, find_scene
from tahqiq.reading.slots import (
    Proposal,
    propose_dates,
    propose_places,
    propose_rows,
    propose_sides,
    propose_sources,
    propose_victims,
)
from tahqiq.reading.triggers import SPOKEN, Trigger, candidates, find_triggers, off_topic_words, trigger_features

_MOST = 5  # features that are named of a sum
_BIAS = "bias"
_STATUSES = ("foiled", "planned", "denied")

Value = Dated | Placed | Named | Casualty | Claim | Figure | str | bool | tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A value that was considered, with its words and what weighed.

    `question` is that of `weights.yaml` which was asked, empty where words alone decide; then `weight` is None. `weight` is the sum
    of `outset`, what any candidate has before its features, and of all features; `reasons` are those that weighed most. `outcome`
    says why it was refused, empty where it was chosen.
    """

    value: Value
    mention: Mention
    question: str = ""
    weight: float | None = None
    outset: float = 0.0
    reasons: tuple[Reason, ...] = ()
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """What fills a slot of an account, in the account's order, and what was refused for it, the likeliest first."""

    slot: str
    chosen: tuple[Weighed, ...]
    refused: tuple[Weighed, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """An account with the choices it was made by."""

    account: Account
    slots: tuple[SlotChoice, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The accounts in the order of the reading; words refused as telling of nothing; happenings told but not believed; standing figures."""

    accounts: tuple[Explained, ...] = ()
    triggers: tuple[Weighed, ...] = ()
    disbelieved: tuple[Weighed, ...] = ()
    figures: SlotChoice = SlotChoice("figures", ())


def explain(report: Report, reader: RulesReader | None = None) -> Explanation:
    """Why the reader over packs and registries reads the report as it does; empty where no pack reads it."""
    reader = reader or default_reader()
    language = report.language or identify(report.text)
    if language is None or language not in supported() or not report.text.strip():
        return Explanation()
    plain = with_small_letters(report, language)
    explanation = _explanation(find_scene(plain, language, reader.places, reader.actors))
    return explanation if plain is report else as_found(explanation, report.text)


def _explanation(scene: Scene) -> Explanation:
    triggers, _ = find_triggers(scene)
    believed_ones = believed_happenings(scene, triggers)
    kept = believed_ones if is_of_conflict(scene, believed_ones) else []
    facts, joined = Facts(scene, triggers), dict[Trigger, Features]()
    found = find_happenings(scene, triggers, facts, joined)
    told = sorted((told_of(scene, h, kept) for h in kept), key=lambda t: (t.background, t.happening.order))
    off_topic = off_topic_words(scene)

    def believed(happening: Happening, outcome: str = "") -> Weighed:
        words = _words(scene, happening.main)
        return _weighed("believed", believed_features(scene, happening, found, facts), happening.event_type, words, outcome)

    def tells(trigger: Trigger, event_type: str, outcome: str = "") -> Weighed:
        return _weighed("happening", trigger_features(scene, trigger, off_topic), event_type, _words(scene, trigger), outcome)

    by_order = {h.order: h for h in found}
    accounts = []
    for telling in told:
        main = telling.happening
        event = SlotChoice("event", (tells(main.main, main.event_type), believed(by_order[main.order])))
        accounts.append(_Account(scene, telling, kept).explained(event, _named_by(scene, main, facts), _told_again(scene, main, joined)))
    orders, inherited = {h.order for h in believed_ones}, {t for h in believed_ones for t in h.triggers}
    lost = [h for h in found if h.order not in orders]
    off_topic_ones = [] if kept else believed_ones
    return Explanation(
        tuple(accounts),
        tuple(tells(t, t.event_type, "against") for t in candidates(scene) if t not in triggers),
        (
            *(_of_no_conflict(scene, h, believed_ones) for h in off_topic_ones),
            *(believed(h, "against" if inherited.isdisjoint(h.triggers) else "joined") for h in lost),
        ),
        _figures(scene, told) if kept else SlotChoice("figures", ()),
    )


def _of_no_conflict(scene: Scene, happening: Happening, told: Sequence[Happening]) -> Weighed:
    """A happening that was believed by itself, in a report that as a whole tells of no conflict."""
    return _weighed("conflict", conflict_features(scene, told), happening.event_type, _words(scene, happening.main), "off_topic")


def _named_by(scene: Scene, happening: Happening, facts: Facts) -> SlotChoice:
    """Which of the sentences that tell a happening names it; nothing where one alone does."""
    by_sentence: dict[int, Trigger] = {}
    for trigger in sorted((t for t in happening.triggers if not t.points_back), key=lambda t: (t.is_harm, t.is_weak, t.first)):
        by_sentence.setdefault(trigger.sentence, trigger)
    if len(by_sentence) < 2:
        return SlotChoice("named", ())

    def weighed(sentence: int, trigger: Trigger, outcome: str = "") -> Weighed:
        return _weighed("main", main_features(scene, sentence, happening, facts), trigger.event_type, _words(scene, trigger), outcome)

    named = happening.main.sentence
    others = (weighed(n, t, "likelier") for n, t in by_sentence.items() if n != named)
    return SlotChoice("named", (weighed(named, happening.main),), _likeliest_first(others))


def _told_again(scene: Scene, happening: Happening, joined: Mapping[Trigger, Features]) -> SlotChoice:
    """The words that tell the happening beside those that opened it: by weight, or by pointing back (`the incident`)."""
    again = happening.triggers[1:]
    return SlotChoice(
        "told_again",
        tuple(
            _weighed("same", joined[t], t.event_type, _words(scene, t)) if t in joined else Weighed(happening.event_type, _words(scene, t))
            for t in again
        ),
    )


def _figures(scene: Scene, told: Sequence[Telling]) -> SlotChoice:
    """Standing numbers, and numbers that are none."""
    taken = taken_spans([row for telling in told for row in telling.rows])
    figures = {(f.mention.start, f.mention.end, f.measure): f for f in find_figures(scene, taken, scene.analysis.report.id)}
    chosen, refused = [], []
    for measure, first, last, (least, most), features in figure_proposals(scene, taken):
        words = scene.analysis.mention(first, last, f"figures/{measure}")
        figure = figures.get((words.start, words.end, measure))
        if figure is not None:
            chosen.append(_weighed("figure", features, figure, words))
        else:
            none = Figure("", scene.analysis.report.id, measure, words, least, most)
            refused.append(_weighed("figure", features, none, words, "against"))
    return SlotChoice("figures", tuple(chosen), _likeliest_first(refused))


def _words(scene: Scene, trigger: Trigger) -> Mention:
    return scene.analysis.mention(trigger.first, trigger.last, trigger.mark.sense.rule)


# -- sums -------------------------------------------------------------------------------------------------------------


def _weighed(question: str, features: Features, value: Value, mention: Mention, outcome: str = "") -> Weighed:
    """The value with its sum. Of what was refused for its sum those features are named that spoke against it."""
    weights = load_weights().get(question, {})
    parts = [Reason(n, round(weights[n] * v, 2)) for n, v in features.items() if n in weights and n != _BIAS]
    parts = [p for p in parts if p.weight < 0] if outcome in ("against", "joined") else [p for p in parts if p.weight]
    parts.sort(key=lambda p: (-abs(p.weight), p.code))
    return Weighed(value, mention, question, round(score(question, features), 2), weights.get(_BIAS, 0.0), tuple(parts[:_MOST]), outcome)


Taken = tuple[object, Value, Mention]  # the candidate that was chosen, the value made of it, its words
Made = tuple[Value, Mention]


def _choice(
    slot: str,
    question: str,
    proposals: Sequence[Proposal],
    taken: Sequence[Taken],
    made: Callable[[Any], Made],
    outcome: Callable[[Any], str],
) -> SlotChoice:
    """The slot's values with the sums of the proposals they were made of, and the proposals that became none."""
    of = {_key(candidate): features for candidate, features in reversed(proposals)}
    chosen = []
    for candidate, value, mention in taken:
        features = of.get(_key(candidate))
        chosen.append(Weighed(value, mention) if features is None else _weighed(question, features, value, mention))
    keys, values = {_key(candidate) for candidate, *_ in taken}, [value for _, value, _ in taken]
    refused = []
    for candidate, features in proposals:
        if _key(candidate) in keys:
            continue
        value, mention = made(candidate)
        if value not in values:
            why = outcome(candidate) if score(question, features) > 0 else "against"
            refused.append(_weighed(question, features, value, mention, why))
    return SlotChoice(slot, tuple(chosen), _likeliest_first(refused))


def _likeliest_first(refused: Iterable[Weighed]) -> tuple[Weighed, ...]:
    return tuple(sorted(refused, key=lambda w: (-(w.weight or 0.0), w.mention.start, w.mention.end)))


def _key(candidate: object) -> object:
    """What makes a proposal the same when it is made again, though a toll's group may have been told more exactly since."""
    if isinstance(candidate, Row):
        return candidate.first, candidate.last, candidate.effect, candidate.min, candidate.max, candidate.rule
    return candidate.claimant if isinstance(candidate, Saying) else candidate


# -- slots ------------------------------------------------------------------------------------------------------------


class _Account:
    """The choices behind one account."""

    def __init__(self, scene: Scene, telling: Telling, others: Sequence[Happening]) -> None:
        self.scene, self.telling, self.others = scene, telling, others
        self.happening = telling.happening
        self.account = account(scene, telling)

    def explained(self, *event: SlotChoice) -> Explained:
        """The slots in the order of an account; those for which nothing was ever considered are left out."""
        slots = (
            *event,
            *self._states(),
            self._date(),
            self._place(),
            self._side("perpetrators", "perpetrator", self.telling.perpetrators, self.account.perpetrators),
            self._side("targets", "target", self.telling.targets, self.account.targets),
            self._victims(),
            self._weapons(),
            self._casualties(),
            self._sources(),
        )
        return Explained(self.account, tuple(s for s in slots if s.chosen or s.refused))

    def _date(self) -> SlotChoice:
        def made(date: DateMark) -> Made:
            assert date.start and date.end
            words = self.scene.analysis.mention(date.first, date.last, date.rule)
            return Dated(words, date.start, date.end, date.grain), words

        told = self.account.date
        taken = [(self.telling.date, told, told.mention)] if told else []
        return _choice("date", "date", propose_dates(*self._asked), taken, made, lambda _: "likelier")

    def _place(self) -> SlotChoice:
        def made(place: PlaceMark) -> Made:
            found = placed(self.scene, place)
            return found, found.mention

        told = self.account.place
        taken = [(self.telling.place, told, told.mention)] if told else []
        return _choice("place", "place", propose_places(*self._asked), taken, made, lambda _: "likelier")

    @property
    def _asked(self) -> tuple[Scene, Happening, Sequence[Happening]]:
        return self.scene, self.happening, self.others

    def _side(self, slot: str, question: str, entities: Sequence[Entity], named: Sequence[Named]) -> SlotChoice:
        taken = [(entity, one, one.mention) for entity, one in zip(entities, named, strict=True)]

        def outcome(entity: Entity) -> str:
            if slot == "targets" and any(_is_one(entity, other) for other in self.telling.perpetrators):
                return "did_it"
            if any(_is_one(entity, other) for other in entities):
                return "same"
            return "apart" if slot == "perpetrators" and len(entities) == 1 else "full"

        return _choice(slot, question, propose_sides(*self._asked, question), taken, self._named, outcome)

    def _named(self, entity: Entity) -> Made:
        named = entity.named(self.scene.analysis)
        return named, named.mention

    def _victims(self) -> SlotChoice:
        if self.happening.event_type in SPOKEN:
            return SlotChoice("victims", ())
        pairs = [(person, person.named(self.scene.analysis)) for person in self.telling.victims]
        taken = [(person, named, named.mention) for person, named in pairs if named in self.account.victims]
        names = {named.name for named in self.account.victims}
        proposals = propose_victims(*self._asked)
        return _choice("victims", "victim", proposals, taken, self._named, lambda p: "same" if p.name in names else "full")

    def _casualties(self) -> SlotChoice:
        def made(row: Row) -> Made:
            told = row.casualty(self.scene.analysis)
            return told, told.mention

        taken = [(row, told, told.mention) for row, told in zip(self.telling.rows, self.account.casualties, strict=True)]
        return _choice("casualties", "casualty", propose_rows(*self._asked), taken, made, lambda _: "same")

    def _sources(self) -> SlotChoice:
        claimants = [claimant for claimant, *_ in self.telling.sayings]

        def made(saying: Saying) -> Made:
            named = saying.claimant.named(self.scene.analysis)
            return Claim(named, saying.stance), named.mention

        def outcome(saying: Saying) -> str:
            return "same" if any(_is_one(saying.claimant, other) for other in claimants) else "full"

        taken = [(who, claim, claim.claimant.mention) for who, claim in zip(claimants, self.account.claims, strict=True)]
        return _choice("sources", "source", propose_sources(*self._asked), taken, made, outcome)

    def _weapons(self) -> SlotChoice:
        """A weapon is told by the words that name the happening, by words near them, or by who struck (`warplanes`)."""
        if self.happening.event_type in WITHOUT_WEAPONS:
            return SlotChoice("weapons", ())
        by_words: dict[str, Weighed] = {}
        weighed: dict[str, Weighed] = {}
        for trigger in self.happening.triggers:
            words = _words(self.scene, trigger)
            for weapon in trigger.mark.sense.words("weapons"):
                by_words.setdefault(weapon, Weighed(weapon, words))
            for features, mark in weapon_marks(self.scene, self.happening, trigger):
                weapon, where = mark.sense.value, self.scene.analysis.mention(mark.first, mark.last, mark.sense.rule)
                outcome = "" if weapon in self.account.weapons else "against" if score("weapon", features) <= 0 else "more_exact"
                found = _weighed("weapon", features, weapon, where, outcome)
                if weapon not in weighed or (found.weight or 0.0) > (weighed[weapon].weight or 0.0):
                    weighed[weapon] = found
        for entity in self.telling.perpetrators:
            for weapon in entity.weapons:
                by_words.setdefault(weapon, Weighed(weapon, entity.named(self.scene.analysis).mention))
        told = self.account.weapons
        chosen = tuple(by_words.get(weapon) or weighed[weapon] for weapon in told)
        left = [w for weapon, w in weighed.items() if weapon not in told]
        left += [Weighed(w.value, w.mention, outcome="more_exact") for weapon, w in by_words.items() if weapon not in (*told, *weighed)]
        return SlotChoice("weapons", chosen, _likeliest_first(left))

    def _states(self) -> tuple[SlotChoice, ...]:
        """Status, certainty, background and count: yes or no of the happening as a whole, on the words that name it."""
        told, words = self.account, self.account.trigger
        features = state_features(self.scene, self.happening, self.telling.sayings, self.telling.date, self.others)

        def of(slot: str, question: str, yes: Value, no: Value, is_so: bool) -> SlotChoice:
            likely = score(question, features) > 0
            if is_so:  # by words alone where its sum says no
                return SlotChoice(slot, (_weighed(question, features, yes, words) if likely else Weighed(yes, words),))
            refused = () if likely else (_weighed(question, features, yes, words, "against"),)
            return SlotChoice(slot, (Weighed(no, words),), refused)

        count = (SlotChoice("count", (Weighed(told.count, words),)),) if told.count else ()
        return (
            self._status(features),
            of("certainty", "alleged", "alleged", "asserted", told.certainty == "alleged"),
            of("background", "background", True, False, told.background),
            *count,
        )

    def _status(self, features: Features) -> SlotChoice:
        told, words = self.account.status, self.account.trigger
        if self.happening.main.mark.sense.text("status"):
            return SlotChoice("status", (Weighed(told, words),))
        weighed = {s: _weighed(s, features, s, words, "" if s == told else "against") for s in _STATUSES}
        refused = [w if (w.weight or 0.0) <= 0 else _weighed(s, features, s, words, "likelier") for s, w in weighed.items() if s != told]
        chosen = weighed.get(told)
        by_sum = chosen is not None and (chosen.weight or 0.0) > 0
        return SlotChoice("status", (chosen if chosen and by_sum else Weighed(told, words),), _likeliest_first(refused))


def _is_one(a: Entity, b: Entity) -> bool:
    """True for two mentions of one: words they share, one entry of the registry, or one name."""
    return (a.first < b.last and b.first < a.last) or (a.actor is not None and a.actor == b.actor) or a.name == b.name


# -- as data ----------------------------------------------------------------------------------------------------------


def to_record(explanation: Explanation) -> dict[str, Any]:
    """The explanation in the guide's shape, features with their English words."""
    return {
        "events": [_event(explained) for explained in explanation.accounts],
        "refused": [{"slot": "event", "event_type": w.value, **_grounds(w)} for w in explanation.triggers],
        "disbelieved": [{"event_type": w.value, **_grounds(w)} for w in explanation.disbelieved],
        "figures": [_record("figures", w) for w in explanation.figures.chosen],
        "refused_figures": [_record("figures", w) for w in explanation.figures.refused],
    }


def _event(explained: Explained) -> dict[str, Any]:
    told = explained.account
    return {
        "event_type": told.event_type,
        "trigger": told.trigger.text,
        "values": [_record(s.slot, w) for s in explained.slots for w in s.chosen],
        "refused": [_record(s.slot, w) for s in explained.slots for w in s.refused],
    }


def _record(slot: str, weighed: Weighed) -> dict[str, Any]:
    return {"slot": slot, "value": _value(weighed.value), **_grounds(weighed)}


def _value(value: Value) -> object:
    """The value alone: its words stand beside it."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, tuple):
        return {"min": value[0], "max": value[1]}
    if isinstance(value, Figure):
        return {"measure": value.measure, "min": value.min, "max": value.max}
    of_words = ("text", "span") if isinstance(value, Dated) else ("text", "start", "end")
    return {key: part for key, part in filler(value).items() if key not in of_words}


def _grounds(weighed: Weighed) -> dict[str, Any]:
    """Words, rule and sum; why it was refused where it was."""
    words, mention = load_feature_words(), weighed.mention
    record: dict[str, Any] = {"text": mention.text, "start": mention.start, "end": mention.end, "rule": mention.rule}
    if weighed.outcome:
        record["why"] = words.outcome(weighed.outcome, "en")
    if weighed.weight is None:
        return record
    named = [{"feature": r.code, "weight": r.weight, "words": words.of(weighed.question, r.code, "en")} for r in weighed.reasons]
    return {**record, "question": weighed.question, "weight": weighed.weight, "outset": weighed.outset, "features": named}
