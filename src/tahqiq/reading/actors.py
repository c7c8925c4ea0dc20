"""Who is told of: forces, groups, offices, crowds and persons, by name or by description.

What comes in are an analysis and the registry; what goes out are `Entity` values over token spans. This file must not know
what they did or suffered.

How it works
1. A registry name is an entity. So is a head of the pack (`gunmen`, `قوات`, `ذرائع`) with what belongs to it: nationality words,
   modifiers, the names and places it is of, other heads that qualify it (`security sources`, `وزارة الدفاع السورية`).
2. A country's name is an entity too: what it did and said is told under its name.
3. A person is a title with the name it announces, or a run of name words: capitals where the script has them, else given names.
4. Where entities overlap the longer stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from tahqiq.languages import Mark
from tahqiq.model import Named
from tahqiq.reading.analysis import LEXICAL, Analysis
from tahqiq.registries import Actors, Places

_HEADS = ("force", "source", "people")
_GROUPS = ("rebel_group", "militia")
_STATE = ("state_forces", "police", "aircraft", "navy", "military")
_TOLD_AGAIN = ("the group", "party", "armed group")  # common nouns that, alone, are the armed group told last
_RECENT = 3  # sentences behind its name in which they are
_NO_NAME = ("trigger", "harm", "saying", "negation", "break", "marker", "people", "force", "site", "source", "off_topic", "general")
_NO_SURNAME = tuple(kind for kind in LEXICAL if kind != "people")
_LONGEST_NAME = 5  # words of a person's name


@dataclass(frozen=True, slots=True)
class Entity:
    """Words over tokens [first, last) that tell of someone. `kind` is actor, country, force, source, people, person or site.

    `role` is the finer kind of its head (aircraft, official, witness, hospital …), `who` the group its harmed would belong to.
    """

    first: int
    last: int
    kind: str
    name: str
    rule: str
    actor: str | None = None
    role: str = ""
    who: str = ""
    country: str | None = None
    weapons: tuple[str, ...] = ()
    clitics: str = ""
    title: str = ""
    is_unknown: bool = False
    head: int = -1
    parts: tuple["Entity", ...] = field(default=(), repr=False)

    @property
    def is_armed(self) -> bool:
        """True for whoever bears arms: forces, groups, aircraft, gunmen."""
        return self.role in ARMED_ROLES

    def named(self, analysis: Analysis) -> Named:
        """The entity as a value with its words."""
        mention = analysis.mention(self.first, self.last, self.rule, clitics=self.clitics)
        return Named(mention, self.name or mention.text, self.actor, self.role or self.kind)


# what a nationality before it describes: `an Israeli missile`, `a Syrian army post`
_DESCRIBED = ("weapon", "site", "force", "source", "people", "title", "trigger")
ARMED_ROLES = frozenset(
    ("state_forces", "rebel_group", "militia", "coalition", "unknown", "aircraft", "navy", "police", "intelligence", "armed_group")
)


def find_entities(analysis: Analysis, actors: Actors, places: Places) -> list[Entity]:
    """All entities in the order of the text, the longer of overlapping ones."""
    named = _registry(analysis, actors, places)
    atoms = _Atoms(analysis, places, named)
    phrases = [p for head in _heads(analysis) if not atoms.is_other_word(head) and (p := atoms.phrase(head))]
    persons = _persons(analysis, places)
    found = _longest([*named, *phrases, *persons, *_by_surname(analysis, persons)])
    return _groups_again(analysis, sorted(found, key=lambda e: (e.first, -e.last)))


def _groups_again(analysis: Analysis, entities: Sequence[Entity]) -> list[Entity]:
    """Entities, a bare `the group` under the name of the armed group told last before it."""
    found: list[Entity] = []
    last: Entity | None = None
    for entity in entities:
        if entity.kind == "actor" and entity.role in _GROUPS:
            last = entity
        elif last is not None and _is_told_again(analysis, entity, last):
            entity = replace(entity, name=last.name, actor=last.actor, role=last.role, who=last.who, country=last.country)
        found.append(entity)
    return found


def _is_told_again(analysis: Analysis, entity: Entity, named: Entity) -> bool:
    if entity.kind != "force" or entity.actor is not None or entity.name not in _TOLD_AGAIN:
        return False
    return analysis.sentence(entity.first) - analysis.sentence(named.first) <= _RECENT


def _longest(entities: Iterable[Entity]) -> list[Entity]:
    """Entities without those that a longer one covers; a person inside a longer phrase stays beside it."""
    kept: list[Entity] = []
    cover: dict[int, Entity] = {}
    order = {"actor": 0, "force": 1, "person": 1, "source": 2, "people": 3}
    for entity in sorted(entities, key=lambda e: (-(e.last - e.first), order.get(e.kind, 4), e.first, e.rule)):
        over = {cover[t] for t in range(entity.first, entity.last) if t in cover}
        if not over:
            cover.update(dict.fromkeys(range(entity.first, entity.last), entity))
            kept.append(entity)
        elif entity.kind == "person" and all(o.kind == "source" for o in over):
            kept.append(entity)
    return kept


def _registry(analysis: Analysis, actors: Actors, places: Places) -> list[Entity]:
    tokens = analysis.tokens
    at_of = [i for i, t in enumerate(tokens) if t.text not in ("-", "'", '"')]
    words = [tokens[i].text for i in at_of]
    heads_of = analysis.language.lexicon.heads(actors.begins)
    found: list[Entity] = []
    until = 0
    for n, heads in enumerate(map(heads_of.__getitem__, words)):
        if not heads:
            continue
        at = at_of[n]
        if at < until or not words[n][0].isalnum():
            continue
        best: Entity | None = None
        for head, clitics in heads:
            run = actors.longest([head, *words[n + 1 : n + 9]], 0, analysis.language.code, 9)
            if run is None:
                continue
            last = at_of[n + run.length - 1] + 1
            if (best and last <= best.last) or analysis.sentence(at) != analysis.sentence(last - 1):
                continue
            if run.weak and not _weak_believed(analysis, at, last):
                continue
            if analysis.language.direction == "ltr" and last == at + 1 and not analysis.is_capital(at):
                continue
            entry = actors.get(run.ids[0])
            is_country = entry.kind == "government" and entry.country and _is_country(entry.name, entry.country, places)
            best = Entity(
                at,
                last,
                "country" if is_country else "actor",
                entry.name,
                f"actors/{entry.id}",
                entry.id,
                entry.kind,
                _who(entry.kind),
                entry.country,
                clitics=clitics,
                head=at,
            )
        if best:
            found.append(best)
            until = best.last
    return found


def _is_country(name: str, code: str, places: Places) -> bool:
    """True for a state under its own name, which is a place as well."""
    country = places.country(code)
    return country is not None and country.name == name


def _weak_believed(analysis: Analysis, first: int, last: int) -> bool:
    """A form that names an actor in context only: in capitals with a verb of saying near, or more than one word."""
    near = [m for m in analysis.marks.get("saying", ()) if -4 <= m.first - last <= 6 or -6 <= first - m.last <= 4]
    return bool(near) and (analysis.language.direction != "ltr" or analysis.is_capital(first))


def _who(kind: str) -> str:
    if kind in ("rebel_group", "militia"):
        return "combatants"
    return "security_forces" if kind in ("state_forces", "police", "intelligence", "coalition") else ""


def _heads(analysis: Analysis) -> list[Mark]:
    """Heads of descriptions; of a people's noun only the plain ones (numbers take them as casualties elsewhere)."""
    return [m for kind in _HEADS for m in analysis.marks.get(kind, ())]


class _Atoms:
    """The smallest parts around a head, and how far a phrase reaches over them."""

    def __init__(self, analysis: Analysis, places: Places, named: Sequence[Entity]) -> None:
        self.analysis = analysis
        self.places = places
        self.by_first = {e.first: e for e in named}
        self.by_last = {e.last: e for e in named}
        self.groups = {e.actor: e for e in named if e.actor and e.role in _GROUPS}
        self.code = analysis.language.code
        self._is_latin = analysis.language.direction == "ltr"
        self._adjectives = analysis.language.lexicon.known(places.adjectives(self.code))
        self._countries: dict[int, tuple[str, int] | None] = {}

    def adjective(self, token: int) -> str | None:
        if not 0 <= token < len(self.analysis.tokens):
            return None
        if self._is_latin and not self.analysis.is_capital(token):
            return None
        known = self._adjectives[self.analysis.tokens[token].text]
        return known[0] if known else None

    def is_other_word(self, head: Mark) -> bool:
        """True where capitals or what follows tell a word from its namesake: `dawn` is no newspaper, `an Israeli missile` nobody."""
        if not self._is_latin:
            return False
        if head.sense.flag("is_name") and not self.analysis.is_capital(head.first):
            return True
        is_nationality = head.length == 1 and head.sense.kind == "people" and self.adjective(head.first) is not None
        return is_nationality and any(m.first == head.last for kind in _DESCRIBED for m in self.analysis.at(kind, head.last))

    def country(self, token: int) -> tuple[str, int] | None:
        """(country, tokens) of a country's name that starts at a token."""
        if not 0 <= token < len(self.analysis.tokens) or (self.code == "en" and not self.analysis.is_capital(token)):
            return None
        if token not in self._countries:
            self._countries[token] = self._country(token)
        return self._countries[token]

    def _country(self, token: int) -> tuple[str, int] | None:
        tokens = self.analysis.tokens
        words: list[str] | None = None
        for form, _ in tokens[token].forms:
            if not self.places.begins(form):
                continue
            words = [t.text for t in tokens[token + 1 : token + 4]] if words is None else words
            run = self.places.longest([form, *words], 0)
            if run and run.ids:
                entry = self.places.get(run.ids[0])
                if entry.kind == "country" and entry.country:
                    return entry.country, run.length
        return None

    def phrase(self, head: Mark) -> Entity | None:
        """The description around a head mark."""
        first, last, country, actor, modifiers = head.first, head.last, None, None, []
        before_side = self.analysis.language.adjective == "before"
        sentence = self.analysis.sentence(head.first)
        moving = True
        while moving:
            moving = False
            step = self._left(first, sentence) if before_side else self._right(last, sentence)
            if step is None and before_side and last == head.last:
                step = self._announced(head) or self._of(last, sentence)
            if step is None:
                break
            a, b, kind, value = step
            if kind == "actor" and self._stands_apart(head, b):
                break
            first, last, moving = min(first, a), max(last, b), True
            if kind == "country":
                country = country or value
            elif kind == "actor":
                actor = actor or value
            elif kind == "modifier":
                modifiers.append(value)
        return self._entity(head, first, last, country, actor, modifiers)

    def _stands_apart(self, head: Mark, last: int) -> bool:
        """True for an armed group behind a state's force that is the object of the clause: «ارتش X را بمباران کرد»."""
        named = self.by_last.get(last)
        if named is None or named.role not in _GROUPS or head.sense.value not in _STATE or head.sense.english == "forces":
            return False
        return any(m.sense.form == "after" and m.sense.value == "object" for m in self.analysis.at("marker", last))

    def _left(self, first: int, sentence: int) -> tuple[int, int, str, str] | None:
        """What may stand before a head and belong to it, ending at `first`; a genitive may stand between."""
        analysis = self.analysis
        ends = [first]
        if analysis.language.genitive_order == "head_last":
            ends += [genitive.first for genitive in analysis.ending("genitive", first)]
        tokens = analysis.tokens
        for end in ends:
            at = end - 1
            if at < 0 or analysis.sentence(at) != sentence:
                continue
            if tokens[at].text == "-" and at:
                continue
            if code := self.adjective(at):
                return at, first, "country", code
            if end in self.by_last:
                entity = self.by_last[end]
                return entity.first, first, "actor", entity.actor or ""
            for kind in ("modifier", "force", "source", "title"):
                for mark in analysis.ending(kind, end):
                    return mark.first, first, "modifier", mark.sense.english if kind in ("modifier", "force") else ""
            for size in (1, 2, 3):
                found = self.country(end - size)
                if found and found[1] == size:
                    return end - size, first, "country", found[0]
            if end != first and at > 0 and self._is_place_name(at):
                return at, first, "place", tokens[at].text
        return None

    def _is_place_name(self, at: int) -> bool:
        run = self.places.longest([self.analysis.tokens[at].text], 0)
        return bool(run and run.ids and self.places.get(run.ids[0]).origin in ("own", "babel"))

    def _right(self, last: int, sentence: int) -> tuple[int, int, str, str] | None:
        """What may stand behind a head and belong to it, starting at `last`."""
        analysis = self.analysis
        if last >= len(analysis.tokens) or analysis.sentence(last) != sentence:
            return None
        token = analysis.tokens[last]
        clitics = min((c for _, c in token.forms if c), key=len, default="") if last not in self.by_first else ""
        if clitics and clitics[0] in "وف" and len(clitics) == 1:
            clitics = ""
        if code := self.adjective(last):
            return last, last + 1, "country", code
        if last in self.by_first and not self.by_first[last].clitics.removesuffix("ال"):
            entity = self.by_first[last]
            return last, entity.last, "actor", entity.actor or ""
        for kind in ("modifier", "force", "source", "people"):
            for mark in analysis.at(kind, last):
                if mark.clitics.removesuffix("ال") == "" and (kind != "people" or analysis.language.code == "ar"):
                    return last, mark.last, "modifier", mark.sense.english if kind in ("modifier", "force") else ""
        found = self.country(last)
        if found and not any(c.removesuffix("ال") for f, c in token.forms[1:2] if c):
            return last, last + found[1], "country", found[0]
        if token.text == '"' and last + 1 in self.by_first:
            entity = self.by_first[last + 1]
            end = entity.last + (entity.last < len(analysis.tokens) and analysis.tokens[entity.last].text == '"')
            return last, end, "actor", entity.actor or ""
        return self._of(last, sentence)

    def _of(self, last: int, sentence: int) -> tuple[int, int, str, str] | None:
        """`of` and the name behind it: forces of X, head of X."""
        analysis = self.analysis
        if analysis.language.genitive_order != "head_first":
            return None
        for genitive in analysis.at("genitive", last):
            after = genitive.last
            if after < len(analysis.tokens) and analysis.sentence(after) == sentence:
                if after in self.by_first:
                    return last, self.by_first[after].last, "actor", self.by_first[after].actor or ""
                if found := self.country(after):
                    return last, after + found[1], "country", found[0]
        return None

    def _announced(self, head: Mark) -> tuple[int, int, str, str] | None:
        """The armed group that a noun for armed groups names right behind it, or with its last word: `militant group X`."""
        if head.sense.kind != "force" or head.sense.value not in _GROUPS:
            return None
        for at in range(head.last, head.first, -1):
            named = self.by_first.get(at)
            if (
                named
                and named.last > head.last
                and named.role in _GROUPS
                and self.analysis.sentence(head.first) == self.analysis.sentence(at)
            ):
                return head.first, named.last, "actor", named.actor or ""
        return None

    def _entity(self, head: Mark, first: int, last: int, country: str | None, actor: str | None, modifiers: list[str]) -> Entity:
        sense = head.sense
        english = sense.english or self.analysis.text(head.first, head.last)
        parts = [m for m in reversed(modifiers) if m and m.lower() != english.lower()]
        if country:
            parts.insert(0, self._adjective_name(country))
        name = " ".join([*parts, english]).strip()
        kind = {"force": "force", "source": "source", "people": "people"}[sense.kind]
        role = sense.value if kind != "people" else "people"
        clitics = head.clitics if head.first == first else ""
        group = self.groups.get(actor or "")
        if group and kind == "force" and (sense.value == "unknown" or sense.value in _GROUPS):  # its gunmen are the group itself
            return Entity(
                first, last, "actor", group.name, sense.rule, actor, group.role, group.who, group.country,
                tuple(sense.words("weapons")), clitics, head=head.first,
            )  # fmt: skip
        return Entity(
            first, last, kind, name, sense.rule, actor, role, sense.text("who") or (sense.value if kind == "people" else ""), country,
            tuple(sense.words("weapons")), clitics, is_unknown=sense.value == "unknown", head=head.first,
        )  # fmt: skip

    def _adjective_name(self, code: str) -> str:
        country = self.places.country_codes(code)
        forms = country.adjectives.get("en", ()) if country else ()
        return forms[0] if forms else (country.name if country else code)


# -- persons ----------------------------------------------------------------------------------------------------------


def _persons(analysis: Analysis, places: Places) -> list[Entity]:
    titled = _titles(analysis, places)
    announced, given_struck = _announced_names(analysis), _given_and_struck(analysis)
    struck = {m.last for m in analysis.marks.get("harm", ()) if m.sense.form == "active"} if analysis.language.direction == "ltr" else set()
    found: list[Entity] = []
    given, kunyas = analysis.language.given_names, analysis.language.kunyas
    until = 0
    # a name that nothing announces begins with a forename or a kunya
    opening = (n for n, word in enumerate(analysis.words) if word in given or word in kunyas)
    for at in sorted({*titled, *struck, *announced, *opening}):
        if at < until or at >= len(analysis.tokens):
            continue
        title = titled.get(at)
        last = _name_from(analysis, places, at, titled=title is not None or at in given_struck)
        if last is None and at in announced:
            last = _unknown_name(analysis, places, at)
        if last is None and at in struck:
            last = _struck_name(analysis, places, at)
        if last is None:
            continue
        name = " ".join(w for w in analysis.text(at, last).split())
        rule = f"names/{title.sense.rule.rsplit('/', 1)[-1]}" if title else "names/name-words"
        found.append(Entity(at, last, "person", name, rule, role="person", title=title.sense.english if title else "", head=at))
        until = last
    return found


def _announced_names(analysis: Analysis) -> set[int]:
    """The tokens at which a word says that a name begins: `identified as …`, `المدعو …`."""
    found = set()
    for mark in analysis.marks.get("naming", ()):
        if mark.sense.value == "before":
            found.add(mark.last + (mark.last < len(analysis.tokens) and analysis.tokens[mark.last].text in (":", '"')))
    return found


def _given_and_struck(analysis: Analysis) -> set[int]:
    """Given names right behind a word of harm, in Arabic, where whom it struck stands: `قتل خالد …`, `اغتيال سمير …`."""
    if analysis.language.order != "vso":
        return set()
    ends = {m.last for m in analysis.marks.get("harm", ())} | {m.last for m in analysis.marks.get("trigger", ())}
    return {at for at in ends if at < len(analysis.tokens) and analysis.tokens[at].text in analysis.language.given_names}


def _unknown_name(analysis: Analysis, places: Places, at: int) -> int | None:
    """A run of two words or more that are no words of the pack and no place, where a word before says that a name follows."""
    last = _name_from(analysis, places, at, titled=True)
    if last is None or last - at < 2 or places.has(" ".join(t.text for t in analysis.tokens[at:last])):
        return None
    return None if any(analysis.at(kind, at) for kind in ("people", "force", "source")) else last


def _struck_name(analysis: Analysis, places: Places, at: int) -> int | None:
    """A run of capitals right behind a word that kills or wounds, of two words or more and no place: `killed Usamah al-Muhajir`."""
    last = _capital_name(analysis, places, at, True)
    if last is None or last - at < 2 or places.has(" ".join(t.text for t in analysis.tokens[at:last])):
        return None
    return None if any(analysis.at(kind, at) for kind in ("people", "force")) else last


def _titles(analysis: Analysis, places: Places) -> dict[int, Mark]:
    """Each title by the token behind it, where adjectives follow their nouns behind a nationality too: `وزير الدفاع التركي X`."""
    titled: dict[int, Mark] = {}
    follows, code = analysis.language.adjective == "after", analysis.language.code
    for mark in analysis.marks.get("title", ()):
        last = mark.last
        while follows and last < len(analysis.tokens) and any(places.adjective(form, code) for form, _ in analysis.tokens[last].forms):
            last += 1
        titled[last] = mark
    return titled


def _by_surname(analysis: Analysis, persons: Sequence[Entity]) -> list[Entity]:
    """Persons told again by one word of a name given before: `Donald Trump … Trump said`; by the first in scripts without capitals."""
    full: dict[str, Entity] = {}
    for person in persons:
        word = analysis.tokens[person.last - 1].text
        if person.last - person.first > 1 and len(word) > 3 and person.last - 1 not in analysis.lexical:
            full.setdefault(word, person)
    if analysis.language.direction == "rtl":
        _add_first_names(analysis, persons, full)
    taken = {t for p in persons for t in range(p.first, p.last)}
    latin = analysis.language.direction == "ltr"
    found = []
    for at, token in enumerate(analysis.tokens) if full else ():
        first = full.get(token.text.removesuffix("'s")) if at not in taken else None
        if first is not None and at > first.last and (analysis.is_capital(at) or not latin):
            found.append(Entity(at, at + 1, "person", first.name, "names/surname", role="person", title=first.title, head=at))
    return found


def _add_first_names(analysis: Analysis, persons: Sequence[Entity], full: dict[str, Entity]) -> None:
    """First names by which one person alone of the report may be told again."""
    bearers: dict[str, set[str]] = {}
    for person in persons:
        bearers.setdefault(analysis.tokens[person.first].text, set()).add(person.name)
    for person in persons:
        word = analysis.tokens[person.first].text
        is_own = len(bearers[word]) == 1 and word in analysis.language.given_names and person.first not in analysis.lexical
        if is_own and person.last - person.first > 1 and len(word) > 3:
            full.setdefault(word, person)


def _name_from(analysis: Analysis, places: Places, at: int, *, titled: bool) -> int | None:
    """Where a person's name that starts at a token ends, None where none starts there."""
    return (
        _capital_name(analysis, places, at, titled) if analysis.language.direction == "ltr" else _plain_name(analysis, places, at, titled)
    )


def _capital_name(analysis: Analysis, places: Places, at: int, titled: bool) -> int | None:
    last, words, known = at, 0, 0
    sentence = analysis.sentence(at)
    language = analysis.language
    while last < len(analysis.tokens) and analysis.sentence(last) == sentence and words < _LONGEST_NAME:
        text = analysis.tokens[last].text
        text = text.removesuffix("'s")
        if text == "-" or (text in language.name_particles and words + titled):
            # `al-` takes its hyphen along: the capital stands behind it
            ahead = last + 1 + (last + 1 < len(analysis.tokens) and analysis.tokens[last + 1].text == "-")
            if ahead < len(analysis.tokens) and analysis.is_capital(ahead):
                last += 1
                continue
            break
        if text == "." and last - 1 >= at and len(analysis.tokens[last - 1].text) == 1:
            last += 1
            continue
        if not (text.isalpha() and analysis.is_capital(last)) or text in language.not_names or last in analysis.lexical:
            break
        if text in language.name_particles and not (
            last + 1 < len(analysis.tokens) and (analysis.is_capital(last + 1) or analysis.tokens[last + 1].text == "-")
        ):
            break
        known += text in language.given_names
        words += text not in language.name_particles or text in language.kunyas
        last += 1
        if analysis.tokens[last - 1].text.endswith("'s"):
            break
    while last > at and not analysis.tokens[last - 1].text[0].isalpha():
        last -= 1
    if titled and words >= 1:
        return last
    if (
        words >= 2
        and (known or not places.has(" ".join(t.text for t in analysis.tokens[at:last])))
        and (analysis.tokens[at].text in language.given_names or analysis.tokens[at].text in language.kunyas)
    ):
        return last
    return None


def _plain_name(analysis: Analysis, places: Places, at: int, titled: bool) -> int | None:
    """A name in a script without capitals: after a title the words that are no words of the pack, else given names in a row."""
    language = analysis.language
    last, words, given = at, 0, 0
    sentence = analysis.sentence(at)
    quoted = analysis.tokens[at].text in ('"', "'") and titled
    if quoted:
        last = at + 1
    kunya = _kunya(analysis, last)
    if kunya is not None:
        last, words, given = kunya, 2, 1
    while last < len(analysis.tokens) and analysis.sentence(last) == sentence and words < _LONGEST_NAME:
        token = analysis.tokens[last]
        text = token.text
        if quoted and text in ('"', "'"):
            return last + 1 if words else None
        if not text.isalpha() or text in language.not_names:
            break
        is_given = text in language.given_names
        particle = text in language.name_particles
        if not (is_given or particle) and (
            not (_could_be_name(analysis, last) or (given and _has_article(analysis, last)))
            or (words + given and not titled and not _has_article(analysis, last))
        ):
            break
        if not is_given and not particle and not titled and not given:
            break
        if not is_given and words >= (2 if given or titled else 0) and not particle and not _has_article(analysis, last):
            break
        given += is_given
        words += 1
        last += 1
    while (
        last > at
        and analysis.tokens[last - 1].text in language.name_particles
        and analysis.tokens[last - 1].text not in language.given_names
    ):
        last -= 1
        words -= 1
    if titled and words >= 1 and (given or words >= 2 or _could_be_name(analysis, at)):
        return last
    if words >= 2 and given >= 1 and (kunya is not None or analysis.tokens[at].text in language.given_names):
        return last
    return last + 1 if not titled and given and words == given and _is_family_name(analysis, places, last) else None


def _is_family_name(analysis: Analysis, places: Places, token: int) -> bool:
    """True for a word behind a given name that is no other word, in a script and language whose words take no article: Persian."""
    language = analysis.language
    if language.lexicon.letters.article or language.genitive_order != "head_first" or token >= len(analysis.tokens):
        return False
    text = analysis.tokens[token].text
    if not text.isalpha() or len(text) < 4 or text in language.not_names or analysis.sentence(token) != analysis.sentence(token - 1):
        return False
    return token not in analysis.lexical and not any(analysis.at(kind, token) for kind in _NO_NAME) and not places.has(text)


def _has_article(analysis: Analysis, token: int) -> bool:
    """True for a word with an Arabic article that is no word of the pack, or only one for people: `أسامة المهاجر`, خالد المسعود."""
    articles = analysis.language.name_articles
    text = analysis.tokens[token].text
    if not articles or not text.startswith(articles) or len(text) <= 4:
        return False
    return token not in analysis.lexical or not any(analysis.at(kind, token) for kind in _NO_SURNAME)


def _kunya(analysis: Analysis, at: int) -> int | None:
    """Where `Abu X` ends: a name of two words by itself, whatever X is."""
    tokens = analysis.tokens
    if at + 1 >= len(tokens) or tokens[at].text not in analysis.language.kunyas or analysis.sentence(at) != analysis.sentence(at + 1):
        return None
    text = tokens[at + 1].text
    is_name = text.isalpha() and (_could_be_name(analysis, at + 1) or text in analysis.language.given_names)
    return at + 2 if is_name and text not in analysis.language.not_names else None


def _could_be_name(analysis: Analysis, token: int) -> bool:
    text = analysis.tokens[token].text
    return len(text) >= 3 and token not in analysis.lexical


def with_country(entities: Sequence[Entity], country_marks: Iterable[tuple[int, int, str, str]]) -> list[Entity]:
    """Entities with countries told by name added, where no longer entity holds them.

    Args: `country_marks` as (first, last, country code, English name).
    """
    taken = {t for e in entities for t in range(e.first, e.last)}
    added = [
        Entity(first, last, "country", name, "places/country", role="government", country=code, head=first)
        for first, last, code, name in country_marks
        if taken.isdisjoint(range(first, last))
    ]
    return sorted([*entities, *added], key=lambda e: (e.first, -e.last))


def find_adjectives(analysis: Analysis, places: Places, entities: Sequence[Entity]) -> list[Entity]:
    """Nationality words that belong to no entity: `Israeli strikes`, `غارات إسرائيلية` tell who struck."""
    taken = {t for e in entities for t in range(e.first, e.last)}
    latin = analysis.language.direction == "ltr"
    found = []
    known = analysis.language.lexicon.known(places.adjectives(analysis.language.code))
    for at in sorted(analysis.capitals) if latin else range(len(analysis.tokens)):
        hit = known[analysis.words[at]] if at not in taken else None
        country = places.country(hit[0]) if hit else None
        if hit and country:
            found.append(
                Entity(
                    at, at + 1, "adjective", country.name, "places/adjective", role="government", country=hit[0], clitics=hit[1], head=at
                )
            )
    return found
