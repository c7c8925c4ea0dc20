"""How many of whom came to what harm: numbers and people beside words of harm.

What comes in are an analysis, its numbers and entities; what goes out are `Row`s, each over its words, in text order. Which
happening a row belongs to is not decided here.

How it works
1. A group is a number with the people it counts (`three soldiers`, `six US soldiers`, `14 of the militia`), a dual, a single person
   (`a child`, a named one), or a plural without a number; a bare number only beside a word of harm (`12 dead`). Families are at least
   as many people. A noun that may be one or many is one before a postposition and with a verb of one (`محافظ کو`, `ڈرائیور ہلاک ہوا`).
2. Each word of harm takes the group that stands where its form wants it: the subject of a passive, the object of an active, what a
   noun is of, the number before `dead`. Sides come from the language's word order.
3. A group behind `including` is a part of the group before it and comes to the same harm.
4. `No casualties` is nought killed and nought injured; a negated harm with `any` is nought of its group.
Source: gold/GUIDE.md, "casualties", "Numbers", "Who".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tahqiq.fold import folded
from tahqiq.languages import Mark
from tahqiq.model import Casualty
from tahqiq.reading.actors import Entity
from tahqiq.reading.analysis import Analysis
from tahqiq.reading.numbers import Quantity

_REACH = {"person": 4, "passive": 14, "active": 14, "noun": 10}
_COUNTED_REACH = 20  # a counted subject may stand far before its verb: "30 people … in a blast in Baghdad were killed"
_PART_SENTENCES = 2  # sentences back in which the whole of a part is looked for: "The dead include …"
_JOINED = ("counted", "single", "named")  # groups that an `and` may join
_NOUN_REACH = 5  # tokens between a number and the people it counts ("5 of the group's fighters", "دو ایف سی کے اہلکار")
_UNHARMED = 2  # tokens between a person and the word that tells the person was not hurt
_OWNERS = 3  # tokens of an `and` with the owner behind it: "and her two children", "اور اس کے دو بچے"
_BARE_REACH = 2  # tokens between a bare number and the word of harm that makes it count people
_PARTITIVES = ("of", "من", "از")  # between a number and those whose part it counts
_LEADERS = ("leader", "commander", "chief", "spokesman", "army spokesman")  # english of titles that armed groups give as well
_LED = 5  # tokens between a leader's name or title and the armed group told beside
_OTHERS = frozenset(folded(word) for word in ("others", "other", "آخرين", "آخرون", "آخر", "دیگر", "ديگر"))
_ANY = frozenset(folded(word) for word in ("any", "أي", "أية", "هیچ", "کوئی", "کسی"))
_FAMILIES = ("families", "households")
_COMMAS = (",", "،")
_LONGEST_ASIDE = 25  # tokens
_DASHES = ("—", "–", "-", "--")
_EFFECTS = ("killed", "injured", "missing", "detained", "abducted", "displaced")


@dataclass(frozen=True, slots=True)
class Group:
    """People over tokens [first, last): how many and who. `sort` is counted, bare, single, plural, named or alias.

    An alias is the name of a force or group, with or without a people's noun in it (`US soldiers`): it is people only where counted.
    """

    first: int
    last: int
    min: int
    max: int | None
    qualifier: str
    who: str
    sort: str
    entity: Entity | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A toll over tokens [first, last), group and word of harm together. `is_part` marks a subgroup of the row before it."""

    first: int
    last: int
    effect: str
    who: str
    min: int
    max: int | None
    qualifier: str
    rule: str
    harm: Mark
    group: Group | None = None
    is_part: bool = False

    def casualty(self, analysis: Analysis) -> Casualty:
        """The row as a value with its words."""
        mention = analysis.mention(self.first, self.last, self.rule)
        return Casualty(mention, self.effect, self.who, self.min, self.max, self.qualifier)


def find_rows(analysis: Analysis, quantities: Sequence[Quantity], entities: Sequence[Entity], busy: frozenset[int]) -> list[Row]:
    """Every toll of the report. Tokens in `busy` belong to dates; their numbers count nobody."""
    groups = _groups(analysis, quantities, entities, busy)
    rows: list[Row] = []
    by_sentence: dict[int, list[Group]] = {}
    for group in groups:
        by_sentence.setdefault(analysis.sentence(group.first), []).append(group)
    for sentence, harms in _harms(analysis).items():
        rows += _rows_of_sentence(analysis, by_sentence.get(sentence, []), harms)
    rows += _parts_told_later(analysis, rows, by_sentence)
    return sorted(rows, key=lambda r: (r.first, r.last, r.effect))


def _harms(analysis: Analysis) -> dict[int, list[Mark]]:
    """Words of harm by sentence, but for harm that somebody only meant to do: `in order to arrest one man`, `گرفتار کرنے کے لیے`."""
    purposes = analysis.marks.get("purpose", ())
    meant = {m.last for m in purposes if m.sense.value == "before"}, {m.first for m in purposes if m.sense.value == "after"}
    found: dict[int, list[Mark]] = {}
    for mark in analysis.marks.get("harm", ()):
        if mark.sense.form == "person" or not (mark.first in meant[0] or mark.last in meant[1]):
            found.setdefault(analysis.sentence(mark.first), []).append(mark)
    return found


# -- groups -----------------------------------------------------------------------------------------------------------


def _groups(analysis: Analysis, quantities: Sequence[Quantity], entities: Sequence[Entity], busy: frozenset[int]) -> list[Group]:
    heads = _people(analysis, entities)
    nations = {e.first: e for e in entities if e.kind == "adjective"}
    groups: list[Group] = []
    counted: set[int] = set()
    for n, quantity in enumerate(quantities):
        if not busy.isdisjoint(range(quantity.first, quantity.last)) or _is_glued(analysis, quantity) or _is_described(analysis, quantity):
            continue
        if _is_age(analysis, quantity, heads):
            continue
        following = quantities[n + 1].first if n + 1 < len(quantities) else len(analysis.tokens)
        head = _counted_head(analysis, quantity, heads, following)
        if head is not None:
            counted.update(range(head.first, head.last))
            if head.who == "unspecified" and (finer := _of_whom(analysis, head.last, heads)):
                head = replace(head, who=finer.who, last=finer.last)
                counted.update(range(finer.first, finer.last))
            groups.append(_group(analysis, quantity, head))
        elif finer := _of_whom(analysis, quantity.last, heads):
            groups.append(_group(analysis, quantity, finer))
            counted.update(range(finer.first, finer.last))
        elif quantity.last in nations:
            groups.append(replace(_bare(quantity), last=nations[quantity.last].last, sort="counted"))
        elif _may_stand_alone(analysis, quantity):
            groups.append(_bare(quantity))
    for head in heads:
        if head.sort != "alias" and counted.isdisjoint(range(head.first, head.last)):
            groups.append(head)
    return sorted([*groups, *_one_more(analysis, heads)], key=lambda g: (g.first, g.last))


def _people(analysis: Analysis, entities: Sequence[Entity]) -> list[Group]:
    """People told without a number: duals, single ones, plurals, named persons."""
    found: list[Group] = []
    for entity in entities:
        if entity.kind == "person":
            found.append(Group(entity.first, entity.last, 1, 1, "exact", _who_named(analysis, entity, entities), "named", entity))
        elif entity.kind in ("people", "force", "actor") and entity.who:
            mark = next((m for k in ("people", "force") for m in analysis.at(k, entity.head)), None)
            is_one = mark is not None and mark.sense.text("number") == "singular" and entity.last - entity.first > mark.length
            # the name of a group or army counts nobody, one of its men does: `a Hamas fighter`
            if entity.kind == "actor" and not is_one and (mark is None or mark.sense.kind == "force"):
                found.append(Group(entity.first, entity.last, 2, None, "several", entity.who, "alias", entity))
                continue
            number = mark.sense.text("number") if mark else ""
            if number == "dual":
                found.append(Group(entity.first, entity.last, 2, 2, "exact", entity.who, "counted", entity))
            elif number == "singular" or (number == "either" and _has_postposition(analysis, entity.last)):
                found.append(Group(entity.first, entity.last, 1, 1, "exact", entity.who, "single", entity))
            else:
                found.append(Group(entity.first, entity.last, 2, None, "several", entity.who, "plural", entity))
    covered = {t for g in found for t in range(g.first, g.last)}
    return found + [g for mark in analysis.of_kind("people") if mark.first not in covered and (g := _said_to_speak(mark))]


def _who_named(analysis: Analysis, person: Entity, entities: Sequence[Entity]) -> str:
    """Of whom a named person is: by the noun right before the name, by a military rank, or by the armed group that a leader leads."""
    described = next((e for e in entities if e.kind in ("people", "force") and e.who and e.last == person.first), None)
    if described is not None and described.who != "unspecified":
        return described.who
    title = next((m for m in analysis.ending("title", person.first)), None)
    if title is None:
        return "unspecified"
    beside = (e for e in entities if e.who == "combatants" and (0 <= e.first - person.last <= _LED or 0 <= title.last - e.last <= _LED))
    if title.sense.english.lower() in _LEADERS:
        return "combatants" if any(analysis.sentence(e.first) == analysis.sentence(person.first) for e in beside) else "unspecified"
    return "security_forces" if title.sense.value == "military" else "unspecified"


def _said_to_speak(mark: Mark) -> Group | None:
    """People whose noun is also one of those who speak (`guard`, `families`, `قيادي`): they are harmed where one, or counted."""
    if mark.sense.text("number") == "singular":
        return Group(mark.first, mark.last, 1, 1, "exact", mark.sense.value, "single")
    return Group(mark.first, mark.last, 2, None, "several", mark.sense.value, "alias") if mark.sense.text("number") == "plural" else None


def _has_postposition(analysis: Analysis, token: int) -> bool:
    """True where a word that follows its noun stands at a token: `کو`, `کی`."""
    return bool(analysis.at("genitive", token)) or any(m.sense.form == "after" for m in analysis.at("marker", token))


def _counted_head(analysis: Analysis, quantity: Quantity, heads: Sequence[Group], following: int) -> Group | None:
    """The people that a number counts: behind it, nothing but qualifying words between, no other number."""
    sentence = analysis.sentence(quantity.first)
    best = None
    for head in heads:
        if head.sort == "named" or head.last <= quantity.last or analysis.sentence(head.first) != sentence:
            continue
        if head.sort == "alias" and not _is_counted_alias(analysis, quantity, head):
            continue
        gap = head.first - quantity.last
        if gap < 0:  # the number stands inside the description; where it is a word of the head ("two year old son") it counts nobody
            if head.entity is not None and head.entity.head >= quantity.last:
                return replace(head, first=quantity.first)
            continue
        if gap > _NOUN_REACH or head.first >= following:
            continue
        if any(_stops(analysis, t) for t in range(quantity.last, head.first)):
            continue
        if best is None or head.first < best.first:
            best = head
    return best


def _is_counted_alias(analysis: Analysis, quantity: Quantity, head: Group) -> bool:
    """True where a number stands right before a name that ends in a people's noun: `six US soldiers`, `18 بھارتی فوجی`."""
    if head.entity is None:
        return True
    return quantity.last == head.first and any(m.last == head.last for m in analysis.of_kind("people", "force") if m.first >= head.first)


def _of_whom(analysis: Analysis, at: int, heads: Sequence[Group]) -> Group | None:
    """Those whom people counted before token `at` are of: `27 persons from the fighters of X`, `22 نفر از مجروحان سرباز`.

    Where owners stand before what is theirs, nobody is counted of those who follow: `دو افراد کو پولیس نے …`.
    """
    if analysis.language.genitive_order == "head_last":
        return None
    for other in heads:
        gap = other.first - at
        is_of = (
            gap == 1 and (analysis.tokens[at].text in _PARTITIVES or at in analysis.function) and not _is_joined(analysis, at, other.first)
        )
        if other.sort == "plural" and other.who != "unspecified" and (is_of or gap == 0):
            return other
        if other.sort == "alias" and is_of and not (analysis.at("break", at) or analysis.at("weapon", at)):  # `أربعة برصاص قوات …`
            return other
    return None


def _is_age(analysis: Analysis, quantity: Quantity, heads: Sequence[Group]) -> bool:
    """True for a number between commas behind one person: `a farmer, 34, was killed`."""
    tokens, first, last = analysis.tokens, quantity.first, quantity.last
    if not 1 < first < last < len(tokens) or tokens[first - 1].text not in _COMMAS or tokens[last].text not in _COMMAS:
        return False
    return any(h.last == first - 1 and h.sort in ("named", "single") for h in heads)


def _is_described(analysis: Analysis, quantity: Quantity) -> bool:
    """True for a word that counts elsewhere but here begins a longer word for people: `نو عمر`, `نو مسلم`."""
    return not quantity.digits and any(m.last > quantity.last for kind in ("modifier", "people") for m in analysis.at(kind, quantity.first))


def _is_joined(analysis: Analysis, last: int, first: int) -> bool:
    return _is_and(analysis, last, first) or analysis.tokens[last].text == ","


def _is_glued(analysis: Analysis, quantity: Quantity) -> bool:
    """True for digits that are part of a word or name: `France24`, `20s`; clitics of one or two letters may stand before digits."""
    tokens = analysis.tokens
    before = tokens[quantity.first - 1] if quantity.first else None
    if quantity.digits and before and before.end == tokens[quantity.first].start and before.text.isalpha() and len(before.text) > 2:
        return True
    after = tokens[quantity.last] if quantity.last < len(tokens) else None
    is_ltr = analysis.language.direction == "ltr"
    return bool(quantity.digits and is_ltr and after and after.start == tokens[quantity.last - 1].end and after.text.isalpha())


def _stops(analysis: Analysis, token: int) -> bool:
    """What never stands between a number and its people; the points of `U.S.` do."""
    text = analysis.tokens[token].text
    if text == ".":
        return len(analysis.tokens[token - 1].text) > 1
    if text in (",", ";", ":", "(", ")", "%", "/"):
        return True
    return any(analysis.at(kind, token) for kind in ("harm", "saying", "break", "weapon", "trigger", "marker", "measure"))


def _group(analysis: Analysis, quantity: Quantity, head: Group) -> Group:
    """The people of a head in the number told; of families nobody knows the most."""
    is_families = any(m.sense.english in _FAMILIES for m in analysis.within("people", head.first, head.last))
    first, last = quantity.first, max(quantity.last, head.last)
    most = None if is_families else quantity.max
    return Group(first, last, quantity.min, most, quantity.qualifier, head.who, "counted", head.entity)


def _one_more(analysis: Analysis, heads: Sequence[Group]) -> list[Group]:
    """One more, told without a noun right before a word of harm: `and another wounded`, `a fourth was captured`."""
    before_harm = {m.first for m in analysis.marks.get("harm", ())}
    taken = {t for h in heads for t in range(h.first, h.last)}
    return [
        Group(at, at + 1, 1, 1, "exact", "unspecified", "bare")
        for at, token in enumerate(analysis.tokens)
        if at + 1 in before_harm and at not in taken and token.text in analysis.language.numbers.one_more
    ]


def _bare(quantity: Quantity) -> Group:
    return Group(quantity.first, quantity.last, quantity.min, quantity.max, quantity.qualifier, "unspecified", "bare")


def _may_stand_alone(analysis: Analysis, quantity: Quantity) -> bool:
    """A number beside no noun that it could count instead of people."""
    after = quantity.last
    if after < len(analysis.tokens) and analysis.tokens[after].text in ("%", "/", ":", "-", "km"):
        return False
    if analysis.at("trigger", after) and not analysis.at("harm", after):
        return False
    return not any(analysis.at(kind, after) for kind in ("weapon", "site", "measure"))


# -- rows -------------------------------------------------------------------------------------------------------------


def _rows_of_sentence(analysis: Analysis, groups: Sequence[Group], harms: Sequence[Mark]) -> list[Row]:
    rows: list[Row] = []
    used: set[Group] = set()
    asides = _asides(analysis, groups)
    for harm in sorted(harms, key=lambda h: (h.sense.form != "person", h.first)):
        if harm.sense.value.startswith("none"):
            rows += _nought(analysis, harm, groups)
            continue
        if harm.sense.value not in (*_EFFECTS, "combined"):
            continue
        near = (g for g in groups if not any(_is_said_aside(g, harm, aside) for aside in asides))
        fits = ((_fit(analysis, harm, g, harms, g in used, asides) - 0.9 * _is_part(analysis, g, groups), g.first, g) for g in near)
        ranked = sorted((fit for fit in fits if fit[0] > 0), key=lambda x: (-x[0], x[1]))
        if not ranked:
            continue
        group = ranked[0][2]
        used.add(group)
        if group.sort != "counted" and _is_negated(analysis, harm) and not _is_none_of(analysis, group):
            continue  # `he was not among the dead` tells of no toll, not even of nobody's
        row = _row(analysis, harm, _singular(analysis, harm, group))
        behind = next((g for g in groups if g is not group and g not in used and 0 <= g.first - harm.last <= 1 and g.sort == "bare"), None)
        if harm.sense.value == "combined" and behind and group.last <= harm.first:  # "12 dead and injured 48"
            used.add(behind)
            rows += [replace(row, effect="killed"), replace(row, effect="injured", first=harm.first, last=behind.last, min=behind.min,
                                                            max=behind.max, qualifier=behind.qualifier, group=behind)]  # fmt: skip
        elif harm.sense.value == "combined" or _shares(
            analysis, harm, group, harms, groups
        ):  # "seven killed and wounded": some of each, none counted
            rows += [replace(row, effect=effect, min=2, max=None, qualifier="several") for effect in ("killed", "injured")]
        else:
            rows.append(row)
    rows = list({(r.effect, r.group or r.first, r.min, r.max): r for r in reversed(rows)}.values())[::-1]
    rows = [replace(row, who=_who_understood(analysis, row, rows)) for row in rows]
    rows = _named_together([*rows, *_joined_by_and(analysis, rows, groups, used)])
    return rows + _parts(analysis, rows, groups, used)


def _who_understood(analysis: Analysis, row: Row, rows: Sequence[Row]) -> str:
    """Who is counted where the noun is left to the count before: `two civilians killed and eight wounded`, `… three others`."""
    group = row.group
    if group is None or row.who != "unspecified" or row.is_part or row.max == 0:
        return row.who
    words = {t.text for t in analysis.tokens[group.first : group.last]}
    if group.sort != "bare" and (group.sort != "counted" or words.isdisjoint(_OTHERS)):
        return row.who
    before = [
        r for r in rows if r.group is not None and r.group.sort == "counted" and r.effect != row.effect and r.group.last <= group.first
    ]
    last = max(before, key=lambda r: r.first, default=None)
    return last.who if last is not None and last.min > 1 and last.who in ("civilians", "security_forces") else row.who


def _shares(analysis: Analysis, harm: Mark, group: Group, harms: Sequence[Mark], groups: Sequence[Group]) -> bool:
    """True where two words of harm joined by `and` stand on one side of the only people beside them: `killed and wounded hundreds`."""
    if group.sort not in ("counted", "plural") or harm.sense.value not in ("killed", "injured"):
        return False
    for other in harms:
        if other.sense.value not in ("killed", "injured") or other.sense.value == harm.sense.value:
            continue
        left, right = (harm, other) if harm.first < other.first else (other, harm)
        if not _are_one_saying(analysis, left, right):
            continue
        outer = [g for g in groups if g.last <= left.first and left.first - g.last <= 2] if group.first >= right.last else []
        behind = [g for g in groups if 0 <= g.first - right.last <= 1] if group.last <= left.first else []
        if not outer and not behind:
            return True
    return False


def _are_one_saying(analysis: Analysis, left: Mark, right: Mark) -> bool:
    """True where nothing but an `and` stands between two words of harm; the first may end in it: `dead and wounded`."""
    if right.first - left.last == 1:
        return _is_and(analysis, left.last, right.first)
    return right.first == left.last and (_is_and(analysis, left.last, right.first) or _is_and(analysis, left.last - 1, right.first))


def _singular(analysis: Analysis, harm: Mark, group: Group) -> Group:
    """A described one whose verb is of one: `the attacker was killed` is one, though the description tells no number."""
    if group.sort != "plural" or group.entity is None or not _may_be_one(analysis, group.entity):
        return group
    is_one = any(
        harm.first <= m.first and m.last <= harm.last + 2
        for m in analysis.marks.get("singular", ())
        if m.first >= harm.first and (analysis.language.order != "vso" or group.last <= harm.first)
    )
    return replace(group, min=1, max=1, qualifier="exact", sort="single") if is_one else group


def _may_be_one(analysis: Analysis, entity: Entity) -> bool:
    """True for descriptions whose noun does not tell one from many."""
    if entity.kind in ("force", "actor"):
        return True
    return any(m.sense.text("number") == "either" for m in analysis.at("people", entity.head))


def _is_part(analysis: Analysis, group: Group, groups: Sequence[Group]) -> bool:
    """True where a group is told as a part of the number before it: `nine people, including three children, were killed`."""
    cues = analysis.marks.get("including", ())
    if not any(0 <= group.first - m.last <= 1 or 0 <= m.first - group.last <= 1 for m in cues):
        return False
    return any(g.sort in ("counted", "bare") and g.min > group.min and 0 <= group.first - g.last <= 6 for g in groups)


def _joined_by_and(analysis: Analysis, rows: Sequence[Row], groups: Sequence[Group], used: set[Group]) -> list[Row]:
    """Groups that no word of harm took and that stand joined to one it took: `four children and two women were killed`."""
    found: list[Row] = []
    sharing = [r for r in rows if r.group is not None and r.group.sort in _JOINED and r.max != 0 and r.qualifier != "several"]
    waiting = [g for g in groups if g not in used and g.sort in _JOINED and not _is_agent(analysis, g)]
    is_growing = True
    while is_growing:
        is_growing = False
        for group in reversed(waiting):
            beside = next((r for r in sharing if r.group and _are_joined(analysis, group, r.group)), None)
            if beside is None:
                continue
            row = replace(beside, first=group.first, last=group.last, who=beside.harm.sense.text("who") or group.who, min=group.min,
                          max=group.max, qualifier=group.qualifier, group=group, rule="casualties/joined-by-and")  # fmt: skip
            used.add(group)
            waiting.remove(group)
            sharing.append(row)
            found.append(row)
            is_growing = True
            break
    return found


def _named_together(rows: Sequence[Row]) -> list[Row]:
    """Rows with names that `and` joins under one word of harm as one: `X and Y were killed` is two killed, told once."""
    together: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        if row.group is not None and row.group.sort == "named" and row.max == 1:
            together.setdefault((row.harm.first, row.effect), []).append(row)
    made: list[Row] = []
    for row in rows:
        named = together.get((row.harm.first, row.effect), [])
        if row not in named or len(named) == 1:
            made.append(row)
        elif row is named[0]:
            first, last = min(r.first for r in named), max(r.last for r in named)
            groups = sorted((r.group for r in named if r.group is not None), key=lambda g: g.first)
            who = {r.who for r in named}
            group = replace(groups[0], last=groups[-1].last, min=len(named), max=len(named))
            made.append(replace(row, first=first, last=last, who=who.pop() if len(who) == 1 else "unspecified", min=len(named),
                                max=len(named), group=group))  # fmt: skip
    return made


def _are_joined(analysis: Analysis, a: Group, b: Group) -> bool:
    """True where one group stands right before the other with an `and` between, both counted or both named."""
    left, right = (a, b) if a.first < b.first else (b, a)
    if (left.sort == "named") != (right.sort == "named") and "single" not in (left.sort, right.sort):
        return False
    gap = right.first - left.last
    if (
        right.sort in ("counted", "single")
        and 2 <= gap <= _OWNERS
        and analysis.tokens[left.last].text in analysis.language.numbers.conjunctions
    ):
        # `a woman and her two children`, `an officer and his driver`
        return not any(_stops(analysis, t) for t in range(left.last + 1, right.first))
    return 0 <= gap <= 1 and _is_and(analysis, left.last, right.first)


def _is_and(analysis: Analysis, last: int, first: int) -> bool:
    """True where two groups are joined: by one word for `and`, a comma, or a clitic on the second."""
    if first == last:
        return any(clitics.startswith("و") for _, clitics in analysis.tokens[first].forms)
    return analysis.tokens[last].text in analysis.language.numbers.conjunctions or analysis.tokens[last].text == ","


def _row(analysis: Analysis, harm: Mark, group: Group) -> Row:
    first, last = min(group.first, harm.first), max(group.last, harm.last)
    if last - first > group.last - group.first + harm.length + 4:
        first, last = group.first, group.last
    low, high, qualifier = group.min, group.max, group.qualifier
    if _is_none_of(analysis, group) and _is_negated(analysis, harm):
        low, high, qualifier = 0, 0, "none"
    who = harm.sense.text("who") or group.who
    return Row(first, last, harm.sense.value, who, low, high, qualifier, harm.sense.rule, harm, group)


def _is_negated(analysis: Analysis, harm: Mark) -> bool:
    return any(
        harm.first - 3 <= m.last <= harm.first or (m.first >= harm.last and m.first - harm.last <= 1)
        for m in analysis.marks.get("negation", ())
        if analysis.sentence(m.first) == analysis.sentence(harm.first)
    )


def _is_none_of(analysis: Analysis, group: Group) -> bool:
    """True where people are told as none: `no person`, `أي جندي` behind `لم`, `کوئی شخص` with `نہیں`."""
    if group.sort in ("counted", "named"):
        return False
    beside = analysis.tokens[max(0, group.first - 1) : group.first + 1]
    if any(form in _ANY for token in beside for form, _ in token.forms):
        return True
    return any(m.last in (group.first, group.first - 1) or m.first == group.last for m in analysis.of_kind("negation"))


def _nought(analysis: Analysis, harm: Mark, groups: Sequence[Group]) -> list[Row]:
    """Nobody killed, nobody hurt: of the people named in or right beside the words, else of anyone; not where one is told unharmed."""
    if any(g.sort == "named" and 0 <= harm.first - g.last <= _UNHARMED for g in groups):
        return []
    effects = {"none": ("killed", "injured"), "none_killed": ("killed",), "none_injured": ("injured",)}[harm.sense.value]
    people = [m for m in analysis.marks.get("people", ()) if m.first < harm.last + 2 and harm.first - 2 < m.last]
    who = harm.sense.text("who") or next((m.sense.value for m in people if m.sense.value != "unspecified"), "unspecified")
    return [Row(harm.first, harm.last, effect, who, 0, 0, "none", harm.sense.rule, harm) for effect in effects]


def _asides(analysis: Analysis, groups: Sequence[Group]) -> list[tuple[int, int]]:
    """Tokens [first, last) that two dashes set apart in the sentence of the groups: `four people — a cook and three guards — died`."""
    if not groups:
        return []
    first, last = analysis.bounds[analysis.sentence(groups[0].first)]
    dashes = [t for t in range(first, last) if analysis.tokens[t].text in _DASHES and _stands_free(analysis, t)]
    pairs = pairwise(dashes)
    return [(a, b + 1) for a, b in pairs if any(g.last == a and g.sort == "counted" for g in groups) and b - a <= _LONGEST_ASIDE]


def _stands_free(analysis: Analysis, token: int) -> bool:
    """True for a sign with a space on both sides, or a long dash: no hyphen."""
    if analysis.tokens[token].text in ("—", "–"):
        return True
    tokens = analysis.tokens
    if not 0 < token < len(tokens) - 1:
        return False
    return tokens[token - 1].end < tokens[token].start and tokens[token].end < tokens[token + 1].start


def _is_said_aside(group: Group, harm: Mark, aside: tuple[int, int]) -> bool:
    """True for people told between two dashes, where the word of harm stands outside: they are some of those told before."""
    return aside[0] <= group.first < aside[1] and not aside[0] <= harm.first < aside[1]


def _fit(
    analysis: Analysis, harm: Mark, group: Group, harms: Sequence[Mark], is_used: bool, asides: Sequence[tuple[int, int]] = ()
) -> float:
    """How well a group stands where a word of harm wants its people; 0 or less where it does not. Asides do not part them."""
    form = harm.sense.form or "person"
    side = "inside" if group.first < harm.last and harm.first < group.last else "before" if group.last <= harm.first else "after"
    gap = 0 if side == "inside" else (harm.first - group.last if side == "before" else group.first - harm.last)
    skipped = {t for a, b in asides for t in range(a, b) if side == "before" and group.last <= a and b <= harm.first}
    gap -= len(skipped)
    if side == "inside" and group.sort != "counted" and form != "person":
        return 0.0
    if _is_agent(analysis, group) and harm.sense.value != "displaced":  # who flees does it: `افراد نے نقل مکانی کی`
        return 0.0
    reach = _REACH.get(form, 8)
    if group.sort == "bare":
        reach = _BARE_REACH
        if side == "after" and form == "passive" and _is_taken_behind(harm, group, harms):
            return 0.0
    elif group.sort == "counted" and form in ("passive", "active"):
        reach = _COUNTED_REACH
    elif group.sort in ("single", "plural"):
        reach = min(reach, 6)
    if gap > reach:
        return 0.0
    score = _side_score(analysis, form, side)
    score -= gap / reach
    between = {*(range(group.last, harm.first) if side == "before" else range(harm.last, group.first))} - skipped
    score -= 1.2 * sum(1 for h in harms if h is not harm and h.first in between and h.sense.value != harm.sense.value)
    score -= 0.5 * sum(1 for t in between if analysis.at("break", t) or analysis.tokens[t].text in (";", ":"))
    score += {"counted": 0.6, "named": -0.1, "bare": 0.3, "single": -0.1, "plural": -0.6}[group.sort]
    score -= 0.9 if is_used else 0.0
    if group.sort == "plural" and form == "person":
        return 0.0
    return score


def _is_taken_behind(harm: Mark, group: Group, harms: Sequence[Mark]) -> bool:
    """True where another word of harm follows a number at once: the 13 of `three killed and 13 wounded` are not the killed."""
    return any(h.sense.value != harm.sense.value and 0 <= h.first - group.last <= 1 for h in harms)


def _is_agent(analysis: Analysis, group: Group) -> bool:
    """True where the words beside a group make it the doer: `by two gunmen`, `پولیس نے`."""
    return any(
        m.sense.value == "agent" and (m.last == group.first if m.sense.form == "before" else m.first == group.last)
        for m in analysis.marks.get("marker", ())
    )


def _side_score(analysis: Analysis, form: str, side: str) -> float:
    """How well a side suits a form in the language's word order."""
    if side == "inside":
        return 1.2
    order = analysis.language.order
    head_first = analysis.language.genitive_order == "head_first"
    wanted = {
        "person": "before",
        "passive": "after" if order == "vso" else "before",
        "active": "before" if order == "sov" else "after",
        "noun": "after" if head_first else "before",
    }.get(form, "before")
    if side == wanted:
        return 1.0
    return {"person": 0.4, "passive": 0.35, "active": 0.0, "noun": 0.3}.get(form, 0.2)


def _parts(analysis: Analysis, rows: Sequence[Row], groups: Sequence[Group], used: set[Group]) -> list[Row]:
    """Rule 3: groups behind `including` share the harm of the row before them."""
    parts: list[Row] = []
    cues = analysis.marks.get("including", ())
    counted = [r for r in rows if r.group is not None and r.max != 0]
    for group in groups:
        if group in used or group.sort not in ("counted", "single"):
            continue
        cue = next((m for m in cues if -1 <= group.first - m.last <= 8 or -1 <= m.first - group.last <= 3), None)
        if cue is None:
            continue
        large = [r for r in counted if r.group is not None and r.group.min >= group.min]
        whole = [r for r in large if r.first < group.first]
        if cue.first >= group.last and analysis.language.order == "sov":  # "three children, including them, ten people"
            behind = [r for r in large if r.first >= group.last]
            whole = behind[:1] or whole
        if not whole:
            continue
        row = max(whole, key=lambda r: (r.last <= group.first, r.first))
        parts.append(replace(row, first=group.first, last=group.last, who=group.who, min=group.min, max=group.max,
                             qualifier=group.qualifier, group=group, is_part=True, rule="numbers/including"))  # fmt: skip
    return parts


def _parts_told_later(analysis: Analysis, rows: Sequence[Row], by_sentence: dict[int, list[Group]]) -> list[Row]:
    """Parts of a toll told in a sentence before: `The dead include two women and four children`, `مرنے والوں میں …`."""
    found: list[Row] = []
    telling = {analysis.sentence(r.first) for r in rows if r.group is not None and r.group.sort in ("counted", "bare")}
    for cue in analysis.marks.get("including", ()):
        sentence = analysis.sentence(cue.first)
        effects = {m.sense.value for m in analysis.marks.get("harm", ()) if cue.first - 3 <= m.first < cue.last}
        people = [g for g in by_sentence.get(sentence, ()) if g.sort in ("counted", "single")]
        opens = cue.first - analysis.bounds[sentence][0] <= 3
        groups = [g for g in people if (opens and 0 <= g.first - cue.last <= 12) or (effects and 0 <= cue.first - g.last <= 2)]
        if sentence in telling or not groups:
            continue
        wholes = [
            r
            for r in rows
            if r.group is not None and not r.is_part and r.max != 0 and 0 < sentence - analysis.sentence(r.first) <= _PART_SENTENCES
            and (not effects or r.effect in effects) and all(r.min >= g.min for g in groups)
        ]  # fmt: skip
        if not wholes:
            continue
        whole = max(wholes, key=lambda r: (analysis.sentence(r.first), r.effect == "killed", -r.first))
        found += [
            replace(whole, first=g.first, last=g.last, who=g.who, min=g.min, max=g.max, qualifier=g.qualifier, group=g, is_part=True,
                    rule="numbers/including-later")
            for g in groups
        ]  # fmt: skip
    return found
