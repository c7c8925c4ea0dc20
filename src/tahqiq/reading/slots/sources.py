"""Who says it: the sayings that may be about a happening, by nearness, by what is said and by the happening's own word of saying."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from tahqiq.reading.claims import STANCES, Saying
from tahqiq.reading.happenings import Happening
from tahqiq.reading.scene import Scene
from tahqiq.reading.slots.around import Candidate, InOrder, Nearest, Proposal, Surroundings, distance, each_once, family, with_pairs

_LEDE = 2  # the last of the first sentences, whose claimants often answer for the whole report
_VERB_REACH = 4  # tokens between a claimant and its word of saying, beyond which it may be another's
_SCENES = 4  # whose sayings are kept described: one report is read at a time
_SHARED = frozenset((*(f"stance_{stance}" for stance in STANCES), "in_title", "lede", "same_sentence", "rival_here"))
_PAIRED = frozenset(
    (
        "same_sentence main next_1 previous_1 stance_accuses stance_reports media rival_here own_word mine theirs verb_near verb_far "
        "last_before&own_without declared titled"
    ).split()
)


def propose_sources(scene: Scene, happening: Happening, others: Sequence[Happening]) -> list[Proposal]:
    """Sayings that may be about the happening: near it, or anywhere for the main one."""
    around = Surroundings(scene, happening, others)
    telling = _Telling(scene, happening, others)
    order = InOrder(around, [s.claimant.first for s in scene.sayings if not s.continued])
    rival_sentences = {n for h in others if h is not happening for n in h.sentences}
    found: list[Candidate] = []
    for saying, described in zip(scene.sayings, _described(scene)):
        claimant = saying.claimant
        nearest = around.own.to(saying.sentence, claimant.first)
        names = [distance(saying.sentence - nearest.sentence), "main" if around.is_main else "minor"]
        if saying.sentence in rival_sentences:
            names.append("rival_here")
        if len(others) == 1:
            names.append("sole_happening")
        names += described
        names += order.names(claimant.first)
        names += telling.names(saying)
        found.append(Candidate(claimant.actor or claimant.name.lower(), around.seat(claimant.first, claimant.last).rank, saying, names))
    proposals: list[Proposal] = []
    for candidate in each_once(found, _SHARED):
        features = with_pairs(candidate.names, family(happening), _PAIRED)
        if around.is_main:
            marked = (n for n in candidate.names if n.startswith(("next", "previous", "stance")) or n in ("rival_here", "media"))
            features.update({f"main&{n}": 1.0 for n in marked})
        proposals.append((candidate.value, features))
    return proposals


@lru_cache(maxsize=_SCENES)
def _described(scene: Scene) -> tuple[tuple[str, ...], ...]:
    """What holds of each saying whatever happening is asked about."""
    heads: dict[str, int] = {}
    for saying in scene.sayings:
        heads.setdefault(_head(scene, saying), saying.claimant.first)
    return tuple(tuple(_description(scene, saying, heads)) for saying in scene.sayings)


def _description(scene: Scene, saying: Saying, heads: dict[str, int]) -> list[str]:
    claimant = saying.claimant
    names = (
        f"stance_{saying.stance}",
        f"kind_{claimant.kind}",
        f"role_is_{claimant.role or 'none'}",
        "media" if saying.is_media else None,
        "continued" if saying.continued else None,
        "lede" if saying.sentence <= _LEDE else None,
        "in_title" if saying.sentence in scene.analysis.title else None,
        f"told_{saying.rule.rsplit('/', 1)[-1]}" if saying.rule.startswith("claims/") else None,
        "declared" if saying.mark and saying.mark.sense.kind == "trigger" else None,
        "named_by_place" if claimant.rule == "names/by-place" else None,
        "negated" if saying.negated else None,
        "no_verb" if saying.mark is None else f"form_{saying.mark.sense.form or 'verb'}",
        "far_from_verb" if saying.distance > _VERB_REACH else None,
        *scene.roles_beside(claimant.first, claimant.last, claimant.clitics),
        "titled" if claimant.title else None,
        "in_registry" if claimant.actor else None,
        "long" if claimant.last - claimant.first > 2 else None,
        "bare" if claimant.last - claimant.first == 1 and claimant.kind in ("source", "force") else None,
        "head_told_before" if heads[_head(scene, saying)] < claimant.first else None,
    )
    return [n for n in names if n]


def _head(scene: Scene, saying: Saying) -> str:
    claimant = saying.claimant
    return scene.analysis.tokens[claimant.head].text if claimant.kind != "person" else claimant.name.lower()


class _Telling:
    """Whether words of saying tell a happening itself, govern its clause, or stand nearer to another."""

    def __init__(self, scene: Scene, happening: Happening, others: Sequence[Happening]) -> None:
        self._scene = scene
        self._own = Nearest(happening.triggers)
        self._everyone = Nearest(t for h in (happening, *others) for t in h.triggers)
        self._own_firsts = {t.first for t in happening.triggers}
        self._all_firsts = {t.first for h in others for t in h.triggers}
        self._told_in = sorted({s.sentence for s in scene.sayings if not s.continued})
        self._rivals_in = sorted({n for h in others if h is not happening for n in h.sentences})

    def names(self, saying: Saying) -> list[str]:
        at = saying.mark.first if saying.mark else saying.claimant.first
        names = []
        if at in self._own_firsts:
            names.append("own_word")
        elif at in self._all_firsts:
            names.append("word_of_another")
        away = self._own.away(saying.sentence, at)
        names.append("mine" if away <= self._everyone.away(saying.sentence, at) else "theirs")
        if away[0] == 0:
            return names + self._beside_trigger(saying)
        low, high = sorted((saying.sentence, self._own.to(saying.sentence, at).sentence))
        if _any_between(self._rivals_in, low, high):
            names.append("rival_between")
        if _any_between(self._told_in, low, high):
            names.append("saying_between")
        return names

    def _beside_trigger(self, saying: Saying) -> list[str]:
        """Where the word of saying stands to the trigger of its sentence, and whether it is the nearest of them."""
        if saying.mark is None:
            return []
        trigger, gap_to = self._own.to(saying.sentence, saying.mark.first), self._scene.gap
        side, gap = gap_to(saying.mark.first, saying.mark.last, trigger.first, trigger.last)
        reach = "near" if gap <= 4 else "close" if gap <= 12 else "far"
        names = [f"verb_{side}", f"verb_{reach}", f"verb_{side}_{reach}"]
        said = [s.mark for s in self._scene.sayings_in(saying.sentence) if s.mark and s.mark is not saying.mark]
        if said:
            nearest = min(gap_to(m.first, m.last, trigger.first, trigger.last)[1] for m in said)
            names.append("verb_nearest" if gap <= nearest else "verb_not_nearest")
        return names


def _any_between(numbers: Sequence[int], low: int, high: int) -> bool:
    """True where one of some ascending numbers lies between two others."""
    at = bisect_right(numbers, low)
    return at < len(numbers) and numbers[at] < high
