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
6. What is said stands behind `that`, a colon or a quotation mark: nobody named there is the claimant. In English a claimant stands
   behind its verb only where the words said stand before it (`"…," said X`). Who was killed, a bare person, unknown gunmen and a country
   in which something was said say nothing; a byline (`Agency X: the police said …`) is a credit, not the subject of the sentence.
7. A statement is its issuer's word: `the statement said` goes on with the claimant before. `The paper`, `المصدر نفسه`, `این منابع` are
   the claimant told before under the same noun; an office is the person whom the report names in it.
"""

from collections.abc import Iterable, Mapping, Sequence
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
_NAME_REST = 3  # words of an organisation's name behind those by which the registry knows it
_QUOTES = ('"', "'")
_AGAIN_SENTENCES = 8  # sentences back in which the claimant is looked for that `the source`, `the paper` mean
_STATEMENT_SENTENCES = 2  # sentences back over which a statement is taken for the word of the claimant before
_LEDE = 2  # the last of the first sentences, in which an office may stand for who is named later
_NAMED_AFTER = 3  # sentences behind it in which the holder is named
_OFFICES = frozenset(("official", "spokesman", "minister", "police", "military", "monitor"))
_MEDIA_SORTS = frozenset(("agency", "outlet", "media"))
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
    harmed = {t for m in analysis.marks.get("harm", ()) for t in range(m.first, m.last)}
    speakers = [e for e in entities if _can_speak(e) and (e.kind != "people" or harmed.isdisjoint(range(e.first, e.last)))]
    speakers = [_with_name(analysis, e, speakers) for e in speakers]
    speakers = sorted([*speakers, *_names_by_place(analysis, speakers)], key=lambda e: (e.first, -e.last))
    bylines = [e for e in speakers if _is_byline(analysis, e)]
    speakers = [e for e in speakers if not any(e is b for b in bylines)]
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
            found += [replace(saying, claimant=other, negated=negated) for other in _told_together(analysis, saying, here)]
            found += _quoted_by_media(analysis, saying, here)
        elif _goes_on(analysis, mark, found):
            before = found[-1]
            found.append(Saying(before.claimant, mark.sense.value, mark, sentence, mark.sense.rule, continued=True, negated=negated))
    found += _credits(analysis, speakers, found)
    found += [Saying(b, "reports", None, analysis.sentence(b.first), "claims/byline") for b in bylines]
    found = _told_again(analysis, sorted(found, key=lambda s: (s.sentence, s.claimant.first)))
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
        if any(m.sense.form == "before" and m.sense.value != "source" for m in analysis.ending("marker", first)):
            continue  # `در جمع خبرنگاران گفت`: where, not who
        _keep_name(analysis, found, taken, first, last)
    return list(found.values())


def _same_sentence(analysis: Analysis, a: int, b: int) -> bool:
    return a >= 0 and analysis.sentence(a) == analysis.sentence(b)


def _keep_name(analysis: Analysis, found: dict[int, Entity], taken: set[int], first: int, last: int) -> None:
    """Keeps the run where it is long enough for a name and ends where a name ends; one word where capitals tell names."""
    if last - first < (1 if analysis.language.direction == "ltr" and analysis.at("saying", last) else 2):
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
        return entity.who in ("", "unspecified", "civilians") and entity.name != "person"
    return entity.role not in ("aircraft", "unknown") and entity.kind != "site"


def _with_name(analysis: Analysis, entity: Entity, speakers: Sequence[Entity]) -> Entity:
    """A medium under the name told right behind it: `وكالة "X"`, `the newspaper X`; other entities as they are."""
    if entity.kind != "source" or entity.role not in _MEDIA_SORTS or entity.actor or entity.last >= len(analysis.tokens):
        return entity
    quoted = analysis.tokens[entity.last].text == '"'
    first = entity.last + quoted
    named = next((e for e in speakers if e.first == first and e.actor and e.role in _MEDIA_SORTS), None)
    if named is not None:
        last = named.last + (quoted and named.last < len(analysis.tokens) and analysis.tokens[named.last].text == '"')
        return replace(named, first=entity.first, last=last, parts=(entity,))
    if not quoted:
        return entity
    closing = next(
        (t for t in range(first + 1, min(first + _NAME_WORDS + 1, len(analysis.tokens))) if analysis.tokens[t].text == '"'), None
    )
    if closing is None or not _same_sentence(analysis, entity.first, closing):
        return entity
    return replace(entity, last=closing + 1, name=analysis.text(first, closing), parts=(entity,))


def _is_byline(analysis: Analysis, entity: Entity) -> bool:
    """True for an agency that opens a sentence before a colon, where more is told behind it: `خبرگزاری X: پلیس اعلام کرد …`."""
    if not (entity.role in _MEDIA or (entity.role == "media" and entity.actor)) or entity.last >= len(analysis.tokens):
        return False
    first, last = analysis.bounds[analysis.sentence(entity.first)]
    return entity.first - first <= 1 and analysis.tokens[entity.last].text == ":" and last - entity.last > _REACH


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
        if overlaps and (entity.role == "statement" or mark.sense.value == "investigating"):
            continue  # part of the words of saying themselves: `in a statement`, `بفتح تحقيق`
        between = range(mark.last, entity.first) if after else range(entity.last, mark.first)
        if after and (_is_told(analysis, entity, between) or (side == "both" and not _is_inverted(analysis, mark, speakers))):
            continue
        if is_verb and (_is_elsewhere(analysis, entity) or (after and _is_accused(analysis, mark, entity))):
            continue
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
    claimant = _with_article(analysis, _joined(analysis, _by_its_name(analysis, best[1], speakers), speakers))
    return Saying(claimant, _stance(mark), mark, sentence, mark.sense.rule, int(best[0]))


def _by_its_name(analysis: Analysis, entity: Entity, speakers: Sequence[Entity]) -> Entity:
    """An organisation by its name where what it is follows: `the Syrian Observatory for Human Rights monitoring group`."""
    if entity.kind != "source" or entity.actor:
        return entity
    for named in speakers:
        if named.kind == "actor" and named.role == entity.role and 0 <= entity.first - named.last <= _NAME_REST:
            rest = range(named.last, entity.first)  # `… for Human Rights`, where the registry knows the name without it
            if all(analysis.is_capital(t) or t in analysis.function for t in rest):
                return replace(named, last=entity.first, parts=(entity,))
    return entity


def _with_article(analysis: Analysis, entity: Entity) -> Entity:
    """An unnamed claimant with the `a` before it: `a military source`, `ایک اہلکار`."""
    if entity.kind != "source" or entity.actor or not _same_sentence(analysis, entity.first - 1, entity.first):
        return entity
    return replace(entity, first=entity.first - 1) if analysis.ending("indefinite", entity.first) else entity


def _is_told(analysis: Analysis, entity: Entity, between: range) -> bool:
    """True where `that`, a colon or an opened quotation stands between a word of saying and an entity: it is part of what is said."""
    if any(analysis.at("complement", t) or analysis.tokens[t].text == ":" for t in between):
        return True
    if not any(analysis.tokens[t].text == '"' for t in between):
        return False
    behind = analysis.tokens[entity.last].text if entity.last < len(analysis.tokens) else ""
    return not (analysis.tokens[entity.first - 1].text == '"' and behind == '"')  # a name in quotation marks


def _is_inverted(analysis: Analysis, mark: Mark, speakers: Sequence[Entity]) -> bool:
    """True where a claimant may stand behind a verb: always but in English, there behind the words said (`…," said X`, `…, said X`)."""
    if analysis.language.order != "svo" or mark.sense.form != "verb":
        return True
    if mark.first == analysis.bounds[analysis.sentence(mark.first)][0]:
        return True
    before = analysis.tokens[mark.first - 1].text
    if before == ",":
        return not any(e.last == mark.first - 1 for e in speakers)
    return before in _QUOTES or bool(analysis.at("marker", mark.first - 1) or analysis.tokens[mark.first - 1].text == "as")


def _is_accused(analysis: Analysis, mark: Mark, entity: Entity) -> bool:
    """True for whom a verb of accusing names right behind it, what for right behind that: `تتهم إسرائيل بالوقوف وراء …`."""
    if mark.sense.value != "accuses" or analysis.language.order != "vso" or entity.last >= len(analysis.tokens) or entity.kind == "source":
        return False
    return any(clitics.removesuffix("ال") == "ب" for _, clitics in analysis.tokens[entity.last].forms)


def _is_elsewhere(analysis: Analysis, entity: Entity) -> bool:
    """True for a country in which, and for whoever to or by whom, something was said: `قال في العراق`, `قال لصحيفة`."""
    if any(c in entity.clitics.removesuffix("ال") for c in ("ب", "ل", "ك")):
        return True
    before = analysis.ending("marker", entity.first)
    return entity.kind == "country" and any(m.sense.value == "place" and m.sense.form == "before" for m in before)


def _opens_clause(analysis: Analysis, entity: Entity, speakers: Sequence[Entity]) -> bool:
    """True for the first speaker of a sentence whose verb ends it and marks no doer: the subject of a Persian sentence."""
    language = analysis.language
    if language.order != "sov" or language.genitive_order != "head_first" or analysis.role_words.get(entity.first):
        return False
    opens = analysis.bounds[analysis.sentence(entity.first)][0]
    at = entity.first - (analysis.tokens[entity.first - 1].text == '"' if entity.first > opens else 0)
    if at != opens and analysis.tokens[at - 1].text not in (",", ":") and entity.first - opens > 3:
        return False
    return all(other.first >= entity.first or "source" in analysis.role_words.get(other.first, ()) for other in speakers)


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
        behind = _past_titles(analysis, _past(analysis, first.last))
        if second.first - behind not in (0, 1) or _is_tied(analysis, behind, second.first):
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


def _past_titles(analysis: Analysis, token: int) -> int:
    """Behind the titles that stand between an office and a name: `spokeswoman Capt. X`, `المتحدث المقدم X`."""
    while titles := analysis.at("title", token):
        token = max(m.last for m in titles)
        while token < len(analysis.tokens) and analysis.tokens[token].text == ".":
            token += 1
    return token


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


def _told_again(analysis: Analysis, found: Sequence[Saying]) -> list[Saying]:
    """Sayings in text order, a claimant that only points back under the claimant told before, an office under its holder's name."""
    holders = _holders(analysis, found)
    kept: list[Saying] = []
    for saying in found:
        claimant = saying.claimant
        meant = _holder(analysis, claimant, holders) if claimant.kind == "source" and not claimant.parts else None
        if meant is None and claimant.role == "statement":
            meant = next((s.claimant for s in reversed(kept) if saying.sentence - s.sentence <= _STATEMENT_SENTENCES), None)
        if meant is None and claimant.kind in ("source", "force") and _points_back(analysis, claimant):
            meant = _meant(analysis, saying, kept)
        kept.append(
            saying if meant is None or meant is claimant else replace(saying, claimant=meant, continued=meant.first < claimant.first)
        )
    return [s for s in kept if s.claimant.role != "statement"]


def _holders(analysis: Analysis, found: Sequence[Saying]) -> dict[tuple[str, ...], Entity]:
    """Who holds an office, and which medium is meant by a noun, by the words for it, in the order of the text."""
    held: dict[tuple[str, ...], Entity] = {}
    for saying in found:
        for part in saying.claimant.parts:
            if part.kind == "source" and part.last - part.first > 1:
                held.setdefault(_words(analysis, part), saying.claimant)
    lede = next((s.claimant for s in found if s.sentence <= _LEDE and _is_one_official(analysis, s.claimant)), None)
    if lede is not None and not any(_is_part(_words(analysis, lede), office) for office in held):
        named = next((s for s in found if s.claimant.first > lede.first and s.mark is not None and s.claimant.kind == "person"), None)
        if named is not None and not named.claimant.parts and named.sentence - analysis.sentence(lede.first) <= _NAMED_AFTER:
            held[_words(analysis, lede)] = named.claimant
    return held


def _is_one_official(analysis: Analysis, entity: Entity) -> bool:
    """True for one person told by the office alone, in a language where the name often comes a sentence later: Persian."""
    language = analysis.language
    if language.order != "sov" or language.genitive_order != "head_first" or entity.kind != "source":
        return False
    return entity.role in _OFFICES and entity.last - entity.first > 1


def _holder(analysis: Analysis, claimant: Entity, holders: Mapping[tuple[str, ...], Entity]) -> Entity | None:
    words = _words(analysis, claimant)
    return next((holder for office, holder in holders.items() if _is_part(words, office)), None) if len(words) > 1 else holders.get(words)


def _is_part(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """True where an office begins or ends with the words of another: `وزير الداخلية`, `وزير الداخلية الماليزي`."""
    return long[: len(short)] == short or long[-len(short) :] == short


def _words(analysis: Analysis, entity: Entity) -> tuple[str, ...]:
    article = analysis.language.lexicon.letters.article
    return tuple(analysis.tokens[t].text.removeprefix(article or "\0") for t in range(entity.first, entity.last))


def _points_back(analysis: Analysis, claimant: Entity) -> bool:
    """True for a noun alone that `the`, `this` or `same` marks, and in a language without articles for any noun alone."""
    if claimant.actor or claimant.country or claimant.last - claimant.first > 2:
        return False
    article = analysis.language.lexicon.letters.article
    if article and analysis.tokens[claimant.head].text.startswith(article):
        return claimant.last - claimant.first == 1 or bool(analysis.ending("definite", claimant.last))
    if analysis.ending("definite", claimant.first) or analysis.at("definite", claimant.first):
        return True
    return claimant.last - claimant.first == 1 and analysis.language.order == "sov" and analysis.language.genitive_order != "head_first"


def _meant(analysis: Analysis, saying: Saying, before: Sequence[Saying]) -> Entity | None:
    """The claimant told last before under the same noun with more words, or a medium by its name."""
    claimant = saying.claimant
    head = (
        set(_words(analysis, claimant))
        if claimant.last - claimant.first == 1
        else {_words(analysis, replace(claimant, first=claimant.head, last=claimant.head + 1))[0]}
    )
    for other in reversed(before):
        if saying.sentence - other.sentence > _AGAIN_SENTENCES:
            return None
        told = other.claimant
        if told.first >= claimant.first:
            continue
        if claimant.role in _MEDIA_SORTS and told.role in _MEDIA_SORTS and told.actor:
            return told
        longer = told.last - told.first > claimant.last - claimant.first
        if longer and head & {w for e in (told, *told.parts) for w in _words(analysis, e)}:
            return told
    return None


def _told_together(analysis: Analysis, saying: Saying, speakers: Sequence[Entity]) -> list[Entity]:
    """Who says it together with the claimant: `the army and the coalition denied`, `قالت الشرطة ومصادر طبية`, `حکام اور عینی شاہدین نے`."""
    claimant = saying.claimant
    if claimant.kind == "people" or saying.mark is None or claimant.first < saying.mark.first < claimant.last:
        return []
    conjunctions = analysis.language.numbers.conjunctions
    if claimant.last <= saying.mark.first:  # the claimant nearest to its verb is the last of them
        at = claimant.first - 1
        at -= bool(analysis.at("definite", at))
        if at <= 0 or analysis.tokens[at].text not in conjunctions:
            return []
        return [e for e in speakers if e.last == at and e.kind != "people"]
    joined = [e for e in speakers if e.first == claimant.last and e.clitics.startswith("و")]
    if joined or claimant.last >= len(analysis.tokens) or analysis.tokens[claimant.last].text not in conjunctions:
        return [e for e in joined if e.kind != "people"]
    first = claimant.last + 1
    first += bool(analysis.at("definite", first))
    return [e for e in speakers if e.first == first and e.kind != "people"]


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
