"""Who says it: the sayings that may be about a happening, by nearness, by what is said and by the happening's own word of saying."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from tahqiq.reading.actors import Entity
from tahqiq.reading.choosing import Company, Pairs, Told
from tahqiq.reading.claims import STANCES, Saying
from tahqiq.reading.happenings import Happening
from tahqiq.reading.scene import Scene
from tahqiq.reading.slots.around import Candidate, InOrder, Nearest, Proposal, Surroundings, distance, each_once, family

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


def propose_sources(scene: Scene, happening: Happening, others: Sequence[Happening], around: Surroundings | None = None) -> list[Proposal]:
    """Sayings that may be about the happening: near it, or anywhere for the main one."""
    around = around or Surroundings(scene, happening, others)
    telling = _Telling(scene, happening, others)
    about = _About(scene, happening, others)
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
        names += about.names(saying)
        found.append(Candidate(_key(claimant), around.seat(claimant.first, claimant.last).rank, saying, names))
    company = _company(family(happening), is_main=around.is_main)
    return [(candidate.value, Told(candidate.names, company)) for candidate in each_once(found, _SHARED)]


@lru_cache(maxsize=64)
def _company(kind: str, *, is_main: bool) -> Company:
    pairs: list[Pairs] = [(kind, _PAIRED.__contains__)]
    if is_main:
        pairs.append(("main", lambda name: name.startswith(("next", "previous", "stance")) or name in ("rival_here", "media")))
    return Company((f"family_{kind}",), pairs)


@lru_cache(maxsize=_SCENES)
def _described(scene: Scene) -> tuple[tuple[str, ...], ...]:
    """What holds of each saying whatever happening is asked about."""
    heads: dict[str, int] = {}
    order: dict[str, int] = {}
    for saying in scene.sayings:
        heads.setdefault(_head(scene, saying), saying.claimant.first)
        order.setdefault(_key(saying.claimant), len(order))
    claimants = "one" if len(order) == 1 else "few" if len(order) <= 3 else "some" if len(order) <= 7 else "many"
    return tuple(
        (
            *_description(scene, saying, heads),
            f"claimants_{claimants}",
            f"claimant_{min(order[_key(saying.claimant)], 4)}",
            *_beside_verb(saying),
        )
        for saying in scene.sayings
    )


def _key(claimant: Entity) -> str:
    return claimant.actor or claimant.name.lower()


def _beside_verb(saying: Saying) -> list[str]:
    """How near the claimant stands to its word of saying, and on which side."""
    if saying.mark is None or saying.continued:
        return []
    claimant, mark = saying.claimant, saying.mark
    gap = max(claimant.first - mark.last, mark.first - claimant.last, 0)
    side = "behind_verb" if claimant.first >= mark.last else "before_verb"
    return [side, f"{side}_{'at_once' if gap == 0 else 'near' if gap <= 2 else 'apart'}"]


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


class _About:
    """Whether the sentence of a saying tells what the happening's own sentences tell: its toll, its place, the incident itself."""

    def __init__(self, scene: Scene, happening: Happening, others: Sequence[Happening]) -> None:
        self._scene, self._happening = scene, happening
        self._triggers = {n for h in others for n in h.sentences}
        self._tolls = {t for n in happening.sentences for t in _tolls(scene, n)}
        self._places = {p for n in happening.sentences for p in _places(scene, n)}

    def names(self, saying: Saying) -> list[str]:
        scene, sentence = self._scene, saying.sentence
        if sentence in self._happening.sentences:
            return []
        tolls, places = _tolls(scene, sentence), _places(scene, sentence)
        told = [
            "says_its_toll" if tolls & self._tolls else "says_other_toll" if tolls else None,
            "says_its_place" if places & self._places else "says_other_place" if places else None,
            "says_incident" if scene.analysis.in_sentence("anaphor", sentence) else None,
            "says_no_happening" if sentence not in self._triggers else None,
            "says_little" if not (tolls or places or sentence in self._triggers) else None,
        ]
        return [n for n in told if n]


def _tolls(scene: Scene, sentence: int) -> set[tuple[str, int]]:
    return {(r.effect, r.min) for r in scene.rows_in(sentence) if r.max != 0}


def _places(scene: Scene, sentence: int) -> set[str]:
    return {p.place.name for p in scene.places_in(sentence) if not p.is_country}


def _any_between(numbers: Sequence[int], low: int, high: int) -> bool:
    """True where one of some ascending numbers lies between two others."""
    at = bisect_right(numbers, low)
    return at < len(numbers) and numbers[at] < high
