"""How many of whom came to what harm: numbers and people beside words of harm.

What comes in are an analysis, its numbers and entities; what goes out are `Row`s, each over its words, in text order. Which
happening a row belongs to is not decided here.

How it works
1. A group is a number with the people it counts (`three soldiers`), a dual, a single person (`a child`, a named one), or a plural
   without a number; a bare number only beside a word of harm (`12 dead`).
2. Each word of harm takes the group that stands where its form wants it: the subject of a passive, the object of an active, what a
   noun is of, the number before `dead`. Sides come from the language's word order.
3. A group behind `including` is a part of the group before it and comes to the same harm.
4. `No casualties` is nought killed and nought injured; a negated harm with `any` is nought of its group.
Source: gold/GUIDE.md, "casualties", "Numbers", "Who".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tahqiq.languages import Mark
from tahqiq.model import Casualty
from tahqiq.reading.actors import Entity
from tahqiq.reading.analysis import Analysis
from tahqiq.reading.numbers import Quantity

_REACH = {"person": 4, "passive": 14, "active": 14, "noun": 10}
_NOUN_REACH = 5  # tokens between a number and the people it counts ("5 of the group's fighters", "دو ایف سی کے اہلکار")
_BARE_REACH = 2  # tokens between a bare number and the word of harm that makes it count people
_EFFECTS = ("killed", "injured", "missing", "detained", "abducted", "displaced")


@dataclass(frozen=True, slots=True)
class Group:
    """People over tokens [first, last): how many and who. `sort` is counted, bare, single, plural or named."""

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
    return sorted(rows, key=lambda r: (r.first, r.last, r.effect))


def _harms(analysis: Analysis) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = {}
    for mark in analysis.marks.get("harm", ()):
        found.setdefault(analysis.sentence(mark.first), []).append(mark)
    return found


# -- groups -----------------------------------------------------------------------------------------------------------


def _groups(analysis: Analysis, quantities: Sequence[Quantity], entities: Sequence[Entity], busy: frozenset[int]) -> list[Group]:
    heads = _people(analysis, entities)
    groups: list[Group] = []
    counted: set[int] = set()
    for n, quantity in enumerate(quantities):
        if not busy.isdisjoint(range(quantity.first, quantity.last)):
            continue
        following = quantities[n + 1].first if n + 1 < len(quantities) else len(analysis.tokens)
        head = _counted_head(analysis, quantity, heads, following)
        if head is not None:
            counted.update(range(head.first, head.last))
            groups.append(_group(quantity, head))
        elif _may_stand_alone(analysis, quantity):
            groups.append(Group(quantity.first, quantity.last, quantity.min, quantity.max, quantity.qualifier, "unspecified", "bare"))
    for head in heads:
        if counted.isdisjoint(range(head.first, head.last)):
            groups.append(head)
    return sorted(groups, key=lambda g: (g.first, g.last))


def _people(analysis: Analysis, entities: Sequence[Entity]) -> list[Group]:
    """People told without a number: duals, single ones, plurals, named persons."""
    found: list[Group] = []
    for entity in entities:
        if entity.kind == "person":
            found.append(Group(entity.first, entity.last, 1, 1, "exact", "unspecified", "named", entity))
        elif entity.kind in ("people", "force") and entity.who:
            mark = next((m for k in ("people", "force") for m in analysis.at(k, entity.head)), None)
            number = mark.sense.text("number") if mark else ""
            if number == "dual":
                found.append(Group(entity.first, entity.last, 2, 2, "exact", entity.who, "counted", entity))
            elif number == "singular":
                found.append(Group(entity.first, entity.last, 1, 1, "exact", entity.who, "single", entity))
            else:
                found.append(Group(entity.first, entity.last, 2, None, "several", entity.who, "plural", entity))
    return found


def _counted_head(analysis: Analysis, quantity: Quantity, heads: Sequence[Group], following: int) -> Group | None:
    """The people that a number counts: behind it, nothing but qualifying words between, no other number."""
    sentence = analysis.sentence(quantity.first)
    best = None
    for head in heads:
        if head.sort == "named" or head.last <= quantity.last or analysis.sentence(head.first) != sentence:
            continue
        gap = head.first - quantity.last
        if head.first < quantity.first:
            if head.last > quantity.last and head.entity is not None and head.entity.head >= quantity.last:
                return replace(head, first=quantity.first)
            continue
        if gap > _NOUN_REACH or head.first >= following:
            continue
        if any(_stops(analysis, t) for t in range(quantity.last, head.first)):
            continue
        if best is None or head.first < best.first:
            best = head
    return best


def _stops(analysis: Analysis, token: int) -> bool:
    """What never stands between a number and its people."""
    if analysis.tokens[token].text in (",", ";", ":", ".", "(", ")", "%", "/"):
        return True
    return any(analysis.at(kind, token) for kind in ("harm", "saying", "break", "weapon", "trigger", "marker", "measure"))


def _group(quantity: Quantity, head: Group) -> Group:
    return Group(
        quantity.first, max(quantity.last, head.last), quantity.min, quantity.max, quantity.qualifier, head.who, "counted", head.entity
    )  # fmt: skip


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
    for harm in sorted(harms, key=lambda h: (h.sense.form != "person", h.first)):
        if harm.sense.value.startswith("none"):
            rows += _nought(harm)
            continue
        if harm.sense.value not in (*_EFFECTS, "combined"):
            continue
        fits = ((_fit(analysis, harm, g, harms, g in used) - 0.9 * _is_part(analysis, g, groups), g.first, g) for g in groups)
        ranked = sorted((fit for fit in fits if fit[0] > 0), key=lambda x: (-x[0], x[1]))
        if not ranked:
            continue
        group = ranked[0][2]
        used.add(group)
        row = _row(analysis, harm, group)
        if harm.sense.value == "combined":  # "seven killed and wounded": some of each, none counted
            rows += [replace(row, effect=effect, min=2, max=None, qualifier="several") for effect in ("killed", "injured")]
        else:
            rows.append(row)
    rows += _joined_by_and(analysis, rows, groups, used)
    return rows + _parts(analysis, rows, groups, used)


def _is_part(analysis: Analysis, group: Group, groups: Sequence[Group]) -> bool:
    """True where a group is told as a part of the number before it: `nine people, including three children, were killed`."""
    cues = analysis.marks.get("including", ())
    if not any(0 <= group.first - m.last <= 1 or 0 <= m.first - group.last <= 1 for m in cues):
        return False
    return any(g.sort in ("counted", "bare") and g.min > group.min and 0 <= group.first - g.last <= 6 for g in groups)


def _joined_by_and(analysis: Analysis, rows: Sequence[Row], groups: Sequence[Group], used: set[Group]) -> list[Row]:
    """Groups that no word of harm took and that stand joined to one it took: `four children and two women were killed`."""
    found: list[Row] = []
    sharing = {r.group.first: r for r in rows if r.group is not None and r.group.sort in ("counted", "single") and r.max != 0}
    for group in reversed(groups):
        if group in used or group.sort != "counted" or _is_agent(analysis, group):
            continue
        following = next((sharing[at] for at in (group.last, group.last + 1) if at in sharing and _is_and(analysis, group.last, at)), None)
        if following is None:
            continue
        row = replace(following, first=group.first, last=group.last, who=following.harm.sense.text("who") or group.who, min=group.min,
                      max=group.max, qualifier=group.qualifier, group=group, rule="casualties/joined-by-and")  # fmt: skip
        used.add(group)
        sharing[group.first] = row
        found.append(row)
    return found


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
    if _is_negated(analysis, harm):
        low, high, qualifier = 0, 0, "none"
    who = harm.sense.text("who") or group.who
    return Row(first, last, harm.sense.value, who, low, high, qualifier, harm.sense.rule, harm, group)


def _is_negated(analysis: Analysis, harm: Mark) -> bool:
    return any(
        harm.first - 3 <= m.last <= harm.first or (m.first >= harm.last and m.first - harm.last <= 1)
        for m in analysis.marks.get("negation", ())
        if analysis.sentence(m.first) == analysis.sentence(harm.first)
    )


def _nought(harm: Mark) -> list[Row]:
    effects = {"none": ("killed", "injured"), "none_killed": ("killed",), "none_injured": ("injured",)}[harm.sense.value]
    who = harm.sense.text("who") or "unspecified"
    return [Row(harm.first, harm.last, effect, who, 0, 0, "none", harm.sense.rule, harm) for effect in effects]


def _fit(analysis: Analysis, harm: Mark, group: Group, harms: Sequence[Mark], is_used: bool) -> float:
    """How well a group stands where a word of harm wants its people; 0 or less where it does not."""
    form = harm.sense.form or "person"
    side = "inside" if group.first < harm.last and harm.first < group.last else "before" if group.last <= harm.first else "after"
    gap = 0 if side == "inside" else (harm.first - group.last if side == "before" else group.first - harm.last)
    if side == "inside" and group.sort != "counted" and form != "person":
        return 0.0
    if _is_agent(analysis, group):
        return 0.0
    reach = _REACH.get(form, 8)
    if group.sort == "bare":
        reach = _BARE_REACH
    elif group.sort in ("single", "plural"):
        reach = min(reach, 6)
    if gap > reach:
        return 0.0
    score = _side_score(analysis, form, side)
    score -= gap / reach
    between = range(group.last, harm.first) if side == "before" else range(harm.last, group.first)
    score -= 0.8 * sum(1 for h in harms if h is not harm and h.first in between and h.sense.value != harm.sense.value)
    score -= 0.5 * sum(1 for t in between if analysis.at("break", t) or analysis.tokens[t].text in (";", ":"))
    score += {"counted": 0.6, "named": -0.1, "bare": 0.3, "single": -0.1, "plural": -0.6}[group.sort]
    score -= 0.9 if is_used else 0.0
    if group.sort == "plural" and form == "person":
        return 0.0
    return score


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
