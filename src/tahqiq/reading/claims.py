"""Who says it: the claimants of a report, what stance they take, and over which sentences their word reaches.

What comes in are an analysis and its entities; what goes out are `Saying`s. Which happening a saying is about is decided by
weights elsewhere.

How it works
1. A word of saying takes the entity on the side where its rule puts the claimant (`according to X`, `X said`, `قال X`, `X کے مطابق`),
   the nearest first, nothing but names and descriptions between.
2. `He said`, `وأضاف`, `انہوں نے کہا` go on with the claimant before.
3. A name that no list knows is a person where it stands beside a word of saying or an office: `said X Y`, `X Y, a spokesman`.
4. An office and the person named beside it are one claimant, told by both.
5. A word of declaring (`vowed`, `طالب`) tells its speaker too; so do an agency's credit and the agency somebody spoke to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tahqiq.languages import Mark
from tahqiq.reading.actors import Entity
from tahqiq.reading.analysis import Analysis

_REACH = 9  # tokens between a claimant and the word of saying
_MARKED_REACH = 30  # where a marker behind the claimant (`نے`) makes it the doer, the verb may stand at the sentence's end
_ADDRESSED = frozenset(("object", "target", "instrument"))
_MEDIA = ("agency", "outlet")
_NAME_WORDS = 4  # words of a name that only its place tells
_JOINED = 9  # tokens of an office and a name together
_BESIDE = (",", '"', "'", "(", ")")  # may stand between an office and the person who holds it
_NEGATED_REACH = 4  # tokens between a word of saying and what negates it
_SPOKEN_TO = 7  # tokens between `told` and the agency that was told
STANCES = ("reports", "confirms", "claims_responsibility", "accuses", "denies", "declines", "investigating")


@dataclass(frozen=True, slots=True)
class Saying:
    """A claimant with a stance. `continued` where the words name nobody and the claimant before goes on."""

    claimant: Entity
    stance: str
    mark: Mark | None
    sentence: int
    rule: str
    distance: int = 0
    continued: bool = False
    negated: bool = False

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The spans of the claimant's words and of the office and name it is made of."""
        return [(e.first, e.last) for e in (self.claimant, *self.claimant.parts)]

    @property
    def is_media(self) -> bool:
        return self.claimant.role in _MEDIA or self.claimant.role == "media"


def find_sayings(analysis: Analysis, entities: Sequence[Entity]) -> list[Saying]:
    """Every saying in text order; one entity may take several stances."""
    speakers = [e for e in entities if _can_speak(e)]
    speakers = sorted([*speakers, *_names_by_place(analysis, speakers)], key=lambda e: (e.first, -e.last))
    by_sentence: dict[int, list[Entity]] = {}
    for entity in speakers:
        by_sentence.setdefault(analysis.sentence(entity.first), []).append(entity)
    found: list[Saying] = []
    for mark in _words_of_saying(analysis):
        negated = _is_negated(analysis, mark)
        if mark.sense.value == "claims_responsibility" and negated:
            continue
        sentence = analysis.sentence(mark.first)
        here = by_sentence.get(sentence, [])
        saying = _with_claimant(analysis, mark, here)
        if saying is not None:
            found.append(replace(saying, negated=negated))
            found += _quoted_by_media(analysis, saying, here)
        elif _goes_on(analysis, mark, found):
            before = found[-1]
            found.append(Saying(before.claimant, mark.sense.value, mark, sentence, mark.sense.rule, continued=True, negated=negated))
    found += _credits(analysis, speakers, found)
    return sorted(found, key=lambda s: (s.sentence, s.claimant.first))


def _words_of_saying(analysis: Analysis) -> list[Mark]:
    """Words of saying, and those of declaring where no word of saying covers them."""
    says = [m for m in analysis.marks.get("saying", ()) if m.sense.rule.rsplit("/", 1)[-1] != "nobody-claimed"]
    taken = {t for m in analysis.marks.get("saying", ()) for t in range(m.first, m.last)}
    declared = [
        m
        for m in analysis.marks.get("trigger", ())
        if m.sense.value == "statement" and m.sense.form == "verb" and taken.isdisjoint(range(m.first, m.last))
    ]
    return sorted([*says, *declared], key=lambda m: (m.first, m.last))


def _stance(mark: Mark) -> str:
    return mark.sense.value if mark.sense.kind == "saying" else "reports"


def _goes_on(analysis: Analysis, mark: Mark, found: Sequence[Saying]) -> bool:
    if not found or mark.sense.kind != "saying" or mark.sense.form == "according":
        return False
    return found[-1].sentence >= analysis.sentence(mark.first) - 1


def _is_negated(analysis: Analysis, mark: Mark) -> bool:
    sentence = analysis.sentence(mark.first)
    return any(
        mark.first - m.last <= _NEGATED_REACH and m.first <= mark.last + 1
        for m in analysis.marks.get("negation", ())
        if m.last >= mark.first - _NEGATED_REACH and analysis.sentence(m.first) == sentence
    )


def _names_by_place(analysis: Analysis, speakers: Sequence[Entity]) -> list[Entity]:
    """Runs of unknown words that stand where only a name can: beside a word of saying or an office."""
    taken = {t for e in speakers for t in range(e.first, e.last)}
    found: dict[int, Entity] = {}
    order = analysis.language.order
    starts: list[int] = []
    ends: list[int] = []
    for mark in analysis.marks.get("saying", ()):
        if mark.sense.form == "verb":
            if order != "sov":
                starts.append(mark.last)
            if order != "vso":
                ends.append(mark.first)
    speaks = {analysis.sentence(m.first) for m in analysis.marks.get("saying", ())}
    for mark in analysis.marks.get("marker", ()):
        if order == "sov" and analysis.sentence(mark.first) in speaks and mark.sense.form == "after" and mark.sense.value == "agent":
            ends.append(mark.first)
    for entity in speakers:
        if entity.kind == "source":
            starts.append(_past(analysis, entity.last))
            if (before := _before(analysis, entity.first)) != entity.first:
                ends.append(before)
    for first in starts:
        last = first
        while last - first < _NAME_WORDS and _is_name_word(analysis, last, taken) and analysis.sentence(last) == analysis.sentence(first):
            last += 1
        _keep_name(analysis, found, taken, first, last)
    for last in ends:
        first = last
        while last - first < _NAME_WORDS and _is_name_word(analysis, first - 1, taken) and _same_sentence(analysis, first - 1, last - 1):
            first -= 1
        _keep_name(analysis, found, taken, first, last)
    return list(found.values())


def _same_sentence(analysis: Analysis, a: int, b: int) -> bool:
    return a >= 0 and analysis.sentence(a) == analysis.sentence(b)


def _keep_name(analysis: Analysis, found: dict[int, Entity], taken: set[int], first: int, last: int) -> None:
    """Keeps the run where it is long enough for a name and ends where a name ends."""
    if last - first < 2:
        return
    if last < len(analysis.tokens) and last not in taken and last - first == _NAME_WORDS and _is_name_word(analysis, last, taken):
        return
    taken.update(range(first, last))
    found[first] = Entity(first, last, "person", analysis.text(first, last), "names/by-place", role="person", head=first)


def _is_name_word(analysis: Analysis, token: int, taken: set[int]) -> bool:
    if not 0 <= token < len(analysis.tokens) or token in taken or token in analysis.lexical or token in analysis.function:
        return False
    text = analysis.tokens[token].text
    if len(text) < 2 or not text.isalpha() or text in analysis.language.not_names:
        return False
    return analysis.language.direction != "ltr" or analysis.is_capital(token)


def _past(analysis: Analysis, token: int) -> int:
    while token < len(analysis.tokens) and analysis.tokens[token].text in _BESIDE:
        token += 1
    return token


def _before(analysis: Analysis, token: int) -> int:
    while token > 0 and analysis.tokens[token - 1].text in _BESIDE:
        token -= 1
    return token


def _can_speak(entity: Entity) -> bool:
    if entity.kind == "people":
        return entity.who in ("", "unspecified", "civilians")
    return entity.role not in ("aircraft",) and entity.kind != "site"


def _with_claimant(analysis: Analysis, mark: Mark, speakers: Sequence[Entity]) -> Saying | None:
    """The saying of a mark by the likeliest speaker of its sentence, None where nobody can have said it."""
    side = mark.sense.text("side") or ("after" if mark.sense.form == "according" else _usual_side(analysis, mark))
    sentence = analysis.sentence(mark.first)
    best: tuple[float, Entity] | None = None
    for entity in speakers:
        after = entity.first >= mark.last
        overlaps = entity.first < mark.last and mark.first < entity.last
        gap = 0 if overlaps else (entity.first - mark.last if after else mark.first - entity.last)
        is_verb = mark.sense.form != "according" and not overlaps
        roles = _marked(analysis, entity) if is_verb else frozenset()
        if roles & _ADDRESSED and "agent" not in roles:
            continue
        subject = is_verb and not after and _opens_clause(analysis, entity, speakers)
        far = "agent" in roles or subject
        if gap > (_MARKED_REACH if far else _REACH) or (side != "both" and (side == "after") != after and not overlaps):
            continue
        between = range(mark.last, entity.first) if after else range(entity.last, mark.first)
        cost: float = 0.2 * gap if "agent" in roles else min(gap, 1) if subject else gap
        if not subject:
            cost += 4 * sum(1 for t in between if analysis.at("break", t) or analysis.tokens[t].text in (";", ":", '"'))
        if not far:
            cost += 3 * sum(1 for other in speakers if other is not entity and other.first in between)
            if is_verb and analysis.language.order == "sov" and analysis.language.genitive_order == "head_first":
                cost += 5 if analysis.role_words.get(entity.first) else 2
        cost += {"people": 2.0, "country": 1.0}.get(entity.kind, 0.0)
        if best is None or cost < best[0]:
            best = (cost, entity)
    if best is None or best[0] > _REACH:
        return None
    return Saying(_joined(analysis, best[1], speakers), _stance(mark), mark, sentence, mark.sense.rule, int(best[0]))


def _opens_clause(analysis: Analysis, entity: Entity, speakers: Sequence[Entity]) -> bool:
    """True for the first speaker of a sentence whose verb ends it and marks no doer: the subject of a Persian sentence."""
    language = analysis.language
    if language.order != "sov" or language.genitive_order != "head_first" or analysis.role_words.get(entity.first):
        return False
    opens = analysis.bounds[analysis.sentence(entity.first)][0]
    return entity.first - opens <= 3 and all(other.first >= entity.first for other in speakers)


def _marked(analysis: Analysis, entity: Entity) -> frozenset[str]:
    """Roles that a marker right behind an entity gives it, in languages that mark the doer there."""
    if analysis.language.order != "sov":
        return frozenset()
    at = entity.last + (entity.last < len(analysis.tokens) and analysis.tokens[entity.last].text in ('"', "'"))
    return frozenset(m.sense.value for m in analysis.at("marker", at) if m.sense.form == "after")


def _joined(analysis: Analysis, entity: Entity, speakers: Sequence[Entity]) -> Entity:
    """An office and the person named right beside it as one, under the person's name; else the entity itself."""
    wanted = {"source": "person", "person": "source"}.get(entity.kind)
    if wanted is None:
        return entity
    for other in speakers:
        if other.kind != wanted:
            continue
        first, second = sorted((entity, other), key=lambda e: e.first)
        if first.last > second.first:  # a person inside the words of an office
            return other if wanted == "person" else entity
        if second.first - _past(analysis, first.last) not in (0, 1) or _is_tied(analysis, first.last, second.first):
            continue
        if second.last - first.first > _JOINED or not _same_sentence(analysis, first.first, second.first):
            continue
        person, office = (entity, other) if entity.kind == "person" else (other, entity)
        return replace(
            person,
            first=first.first,
            last=second.last,
            role=office.role,
            clitics=first.clitics,
            country=office.country,
            parts=(first, second),
        )
    return entity


def _is_tied(analysis: Analysis, first: int, last: int) -> bool:
    """True where a word other than an article stands between, so that two are told of and not one."""
    return any(t in analysis.function or t in analysis.lexical for t in range(first, last) if analysis.tokens[t].text not in _BESIDE)


def _usual_side(analysis: Analysis, mark: Mark) -> str:
    if mark.sense.kind != "saying":
        return "both" if analysis.language.order == "vso" else "before"
    return "both" if analysis.language.order in ("vso", "svo") else "before"


def _quoted_by_media(analysis: Analysis, saying: Saying, speakers: Sequence[Entity]) -> list[Saying]:
    """Whom an agency quotes right behind its name: `ونقلت وكالة X عن Y`, `AFP quoting Y`."""
    if not saying.is_media or saying.mark is None or saying.claimant.first < saying.mark.last:
        return []
    for entity in speakers:
        if 0 < entity.first - saying.claimant.last <= 3 and "source" in analysis.role_words.get(entity.first, ()):
            whole = _joined(analysis, entity, speakers)
            return [Saying(whole, "reports", saying.mark, saying.sentence, "claims/quoted-by-media", saying.distance)]
    return []


def _credits(analysis: Analysis, speakers: Iterable[Entity], found: Sequence[Saying]) -> list[Saying]:
    """Agencies in brackets or told to without a saying of their own: `Baghdad (AFP)`, `an official told AFP`."""
    known = {s.claimant.first for s in found}
    said: dict[int, list[Mark]] = {}
    for saying in found:
        if saying.mark is not None:
            said.setdefault(saying.sentence, []).append(saying.mark)
    credits = []
    for entity in speakers:
        is_media = entity.role in _MEDIA or (entity.role == "media" and entity.last - entity.first > 1)
        if not is_media or entity.first in known:
            continue
        sentence = analysis.sentence(entity.first)
        before = analysis.tokens[entity.first - 1].text if entity.first else ""
        behind = analysis.tokens[entity.last].text if entity.last < len(analysis.tokens) else ""
        if entity.actor and before in ("(", "[", "/") and behind in (")", "]", "-", "/"):
            credits.append(Saying(entity, "reports", None, sentence, "claims/credit"))
        elif any(abs(entity.first - m.last) <= _SPOKEN_TO or abs(m.first - entity.last) <= _SPOKEN_TO for m in said.get(sentence, ())):
            credits.append(Saying(entity, "reports", None, sentence, "claims/told-to"))
    return credits
