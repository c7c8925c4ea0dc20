"""How many were harmed: the tolls near a happening, which of several happenings each stands nearest to, and what vies with it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tahqiq.reading.casualties import Row
from tahqiq.reading.figures import is_standing
from tahqiq.reading.happenings import Happening
from tahqiq.reading.scene import Scene
from tahqiq.reading.slots.around import Proposal, Surroundings, family, with_pairs
from tahqiq.reading.triggers import HARMFUL

_SPANS = ("since", "days", "weeks", "months", "years", "year", "y", "y-y")
_CUES = ("negation", "hypothetical")
_CUE_REACH = 3  # tokens between a word of harm and what denies or supposes it
_SIZES = ((1, "one"), (19, "few"), (99, "dozens"), (999, "hundreds"))
_FAR_LARGER = 5  # times a toll told before
_MANY = 100  # harmed: with a span of time beside it, seldom one happening's
_VYING = 4  # times the lower of two tolls that can still tell of one happening
VAGUE = ("dozens", "scores", "hundreds", "thousands", "tens_of_thousands", "millions")
_PAIRED = frozenset(("same_sentence", "own_harm", "next_1", "closest"))


def propose_rows(scene: Scene, happening: Happening, others: Sequence[Happening], around: Surroundings | None = None) -> list[Proposal]:
    """Tolls near the happening, and those farther off that no other stands nearer to; what vies for the same place is marked."""
    around = around or Surroundings(scene, happening, others)
    kind = family(happening)
    closest = {id(r) for r in scene.rows if nearest(scene, r, others) is happening}
    near = [r for r in scene.rows if scene.sentence(r.first) in around.near or id(r) in closest]
    near = [r for r in near if not is_standing(scene, r)]
    near = _reconciled(scene, near, closest)
    near = [r for r in near if not any(_is_closed_twin(r, open_row) for open_row in near)]
    far = {id(r): _row_distance(scene, r, happening) for r in near}
    own_harms = _harms_of([happening])
    other_harms = _harms_of(h for h in others if h is not happening)
    proposals: list[Proposal] = []
    for row in near:
        seat = around.seat(row.first, row.last)
        cues = _row_cues(scene, row)
        names = (
            *around.names(seat, row.first, row.last),
            f"effect_{row.effect}", f"sort_{row.group.sort if row.group else 'none'}", f"form_{row.harm.sense.form or 'person'}",
            "own_harm" if row.harm.first in own_harms else None,
            "other_harm" if row.harm.first in other_harms else None,
            "part" if row.is_part else None,
            "nought" if row.max == 0 else None, "harmful" if happening.event_type in HARMFUL else "harmless",
            f"type_{happening.event_type}",
            "negated" if "negation" in cues else None,
            "hypothetical" if "hypothetical" in cues else None,
            "several" if row.qualifier == "several" else None,
            f"who_{row.who}", f"{kind}&effect_{row.effect}",
            "closest" if id(row) in closest else "not_closest",
            "last_told" if _last_told(row, others) is happening else None,
            "one_happening" if len(others) == 1 else None,
            *_rivalry(scene, row, near, far),
            *_whose(scene, row, happening, others, around),
            *_standing(scene, row),
            f"size_{_size(row)}", f"{happening.event_type}&effect_{row.effect}",
            "since" if any(d.first < row.first and d.value.split()[0] in _SPANS for d in scene.dates_in(seat.sentence)) else None,
        )  # fmt: skip
        proposals.append((row, with_pairs([n for n in names if n], kind, _PAIRED)))
    return proposals


def nearest(scene: Scene, row: Row, others: Sequence[Happening]) -> Happening | None:
    """The harmful happening that a toll stands nearest to, the earlier of equals."""
    able = [h for h in others if h.event_type in HARMFUL] or others
    return min(able, key=lambda h: (_row_distance(scene, row, h), h.order), default=None)


def _size(row: Row) -> str:
    """How many a toll counts, roughly; thousands are seldom harmed in one happening."""
    return next((name for most, name in _SIZES if row.min <= most), "thousands")


def _whose(scene: Scene, row: Row, happening: Happening, others: Sequence[Happening], around: Surroundings) -> list[str]:
    """Whether another happening is told between a toll and this one's nearest trigger, and which harmful one is told last before it."""
    nearest_own = around.own.to(scene.sentence(row.first), row.harm.first)
    told = {
        "rival_between": around.rival_between(nearest_own.first, row.harm.first),
        "own_opens_sentence": any(t.sentence == scene.sentence(row.first) and t.first < row.first for t in happening.triggers),
        "told_before_all": all(row.first < t.first for t in happening.triggers),
        "harmful_before": _last_told(row, [h for h in others if h.event_type in HARMFUL]) is happening,
    }
    return [name for name, is_so in told.items() if is_so]


def _standing(scene: Scene, row: Row) -> list[str]:
    """What makes a toll a standing figure that belongs to no single happening: a span of months or years beside it, and its size."""
    sentence = scene.sentence(row.first)
    has_span = any(d.value.split()[0] in _SPANS for d in scene.dates_in(sentence))
    far_larger = any(r.effect == row.effect and r.min > 0 and row.min >= _FAR_LARGER * r.min and r.first < row.first for r in scene.rows)
    told = {"span_here": has_span, "far_larger": far_larger, "span_and_larger": has_span and (far_larger or row.min >= _MANY)}
    return [name for name, is_so in told.items() if is_so]


def _harms_of(happenings: Iterable[Happening]) -> set[int]:
    """The first tokens of the words of harm by which happenings are told."""
    return {t.first for h in happenings for t in h.triggers if t.is_harm}


def _reconciled(scene: Scene, near: Sequence[Row], closest: set[int]) -> list[Row]:
    """Tolls, `at least 25` by one and a lower number by another as one from the lower upwards: the text leaves open who is right."""
    made = list(near)
    for high in [r for r in near if id(r) in closest and _is_whole(r) and r.max is None]:
        for low in [r for r in made if id(r) in closest and _is_whole(r) and r.max is not None]:
            if high in made and _vie(scene, high, low):
                first, last = (high.first, high.last) if high.first < low.first else (low.first, low.last)
                merged = replace(high, first=first, last=last, min=low.min, max=None, rule="numbers/unresolved")
                made = [merged if r is high else r for r in made if r is not low]
                closest.add(id(merged))
    return made


def _is_whole(row: Row) -> bool:
    is_plain = row.qualifier not in (*VAGUE, "several") and row.group is not None and row.group.sort in ("counted", "bare")
    return is_plain and not row.is_part and row.min > 1


def _vie(scene: Scene, high: Row, low: Row) -> bool:
    """True for two tolls of one effect and the same people, each told by others in a sentence of its own."""
    if high.effect != low.effect or high.who != low.who or not low.min < high.min <= _VYING * low.min:
        return False
    a, b = scene.sentence(high.first), scene.sentence(low.first)
    says_high, says_low = ({s.claimant.name for s in scene.sayings_in(n)} for n in (a, b))
    return a != b and bool(says_high and says_low) and says_high.isdisjoint(says_low)


def _is_closed_twin(row: Row, other: Row) -> bool:
    """True for `12 killed` where the report also tells `at least 12 killed`: one toll, and its words are the careful ones."""
    return (
        row.effect == other.effect
        and row.min == other.min
        and row.max is not None
        and other.max is None
        and other.qualifier != "several"
        and not row.is_part
        and (row.who == other.who or "unspecified" in (row.who, other.who))
    )


def _row_distance(scene: Scene, row: Row, happening: Happening) -> tuple[int, int]:
    """(sentences, tokens) from a toll to the nearest trigger, nought where its own word of harm is one."""
    if any(t.is_harm and t.first == row.harm.first for t in happening.triggers):
        return 0, 0
    sentence = scene.sentence(row.first)
    return min((abs(t.sentence - sentence), scene.gap(row.first, row.last, t.first, t.last)[1] + 1) for t in happening.triggers)


def _last_told(row: Row, others: Sequence[Happening]) -> Happening | None:
    """The happening whose trigger stands last before a toll's word of harm, that word itself counted."""
    told = [(t.first, -h.order, h) for h in others for t in h.triggers if t.first <= row.harm.first]
    return max(told, key=lambda x: x[:2])[2] if told else None


def _rivalry(scene: Scene, row: Row, near: Sequence[Row], far: dict[int, tuple[int, int]]) -> list[str]:
    """How a toll stands to the others of its effect: told again, more exact, larger, nearer, or counting others in the same sentence."""
    peers = [r for r in near if r is not row and r.effect == row.effect]
    twins = [r for r in peers if r.min == row.min]
    wholes = [r for r in peers if not r.is_part and r.max != 0 and r.min != row.min]
    sentence = scene.sentence(row.first)
    here = [r for r in wholes if scene.sentence(r.first) == sentence]
    told = {
        "told_again": any(r.max == row.max for r in twins),
        "twin_open": row.max is not None and any(r.max is None for r in twins),
        "twin_closed": row.max is None and any(r.max is not None for r in twins),
        "sole_of_effect": not wholes,
        "larger_nearer": any(r.min > row.min and far[id(r)] <= far[id(row)] for r in wholes),
        "larger_farther": any(r.min > row.min and far[id(r)] > far[id(row)] for r in wholes),
        "smaller_nearer": any(r.min < row.min and far[id(r)] <= far[id(row)] for r in wholes),
        "smaller_farther": any(r.min < row.min and far[id(r)] > far[id(row)] for r in wholes),
        "other_who_here": any(r.who != row.who for r in here),
        "same_who_here": any(r.who == row.who for r in here),
        "counted_rival": row.qualifier == "several" and any(r.qualifier != "several" for r in wholes),
        "vague": row.qualifier in VAGUE,
        "vague_rival": row.qualifier in VAGUE and any(_tells_finer(r, row) for r in wholes),
        "finer_than_vague": any(r.qualifier in VAGUE and _tells_finer(row, r) for r in wholes),
        "vies_at_distance": any(r.min > 1 and row.min > 1 and r.who == row.who and r not in here for r in wholes),
        "first_of_effect": all(row.first <= r.first for r in peers),
        "last_of_effect": all(row.first >= r.first for r in peers),
    }
    return [name for name, is_so in told.items() if is_so]


def _tells_finer(row: Row, vague: Row) -> bool:
    """True where a counted toll is one that a vague word can have told: `27 killed` where it also says `dozens`."""
    return row.qualifier not in (*VAGUE, "several") and row.min * 2 >= vague.min


def _row_cues(scene: Scene, row: Row) -> set[str]:
    """What denies or supposes a toll's word of harm, in its sentence."""
    sentence, harm = scene.sentence(row.harm.first), row.harm
    return {
        kind
        for kind in _CUES
        for mark in scene.analysis.in_sentence(kind, sentence)
        if scene.gap(mark.first, mark.last, harm.first, harm.last)[1] <= _CUE_REACH
    }
