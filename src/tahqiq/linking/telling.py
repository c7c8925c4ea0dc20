"""How alike two reports tell their main stories, kind by kind of what a text can share.

What comes in are two profiles that have a story, and how rare terms are; what goes out are findings, whose weights stand under
`stories` in weights.yaml. Which slot the reader filled with what is no matter here.

How it works
1. Of a kind that both tell of (places, actors, sounds of words …) three things count: how rare what they share is, in bits; how large a
   part that is of what the poorer one tells; and whether they share nothing at all. A kind of which one side has nothing says nothing.
2. Words count between texts of one language, sounds between two; two texts of one language share more of all, which has its own weight.
3. Weekdays, days of a month, years, days told and days of publication agree or not.
"""

from collections.abc import Callable, Iterator

from tahqiq.linking.profiles import Profile
from tahqiq.linking.stories import Rarity, Story, called, shared

Facts = Callable[[], dict[str, str]]
Feature = tuple[str, float]  # the name of a weight, and how much of it counts
Finding = tuple[str, tuple[Feature, ...], Facts]  # the reason's code, what it is made of, what it speaks of

# The most bits that count of a kind: beyond them two texts are long rather than alike. A bit counts by the tenth.
MOST_BITS = {"place": 20.0, "country": 12.0, "actor": 15.0, "number": 15.0, "thing": 25.0, "word": 60.0, "sound": 30.0}
UNIT = 10.0
SINGLE = ("weekday", "monthday", "year")  # kinds of which a story has one or two: the same, or others
DAYS = ("near", "apart", "far")
PUBLISHED = ("near", "later", "far")
_NEWS_FOR, _FOLLOWED_FOR = 4, 60  # days that a happening is news, and that it is followed up


def features() -> Iterator[str]:
    """The names of all weights there are."""
    yield from ("main", "one_language")
    for kind in MOST_BITS:
        yield from (f"{kind}_bits", f"{kind}_share", f"{kind}_none")
    for kind in SINGLE:
        yield from (f"{kind}_same", f"{kind}_other")
    yield from (f"day_{step}" for step in DAYS)
    yield from (f"published_{step}" for step in PUBLISHED)


def sign(feature: str) -> int:
    """1 for what can only speak for one happening, -1 for what can only speak against it, 0 where only pairs can tell."""
    end = feature.rpartition("_")[2]
    return 1 if end in ("bits", "share", "same", "near") else -1 if end in ("none", "other", "far") else 0


def compare_stories(a: Profile, b: Profile, rare: Rarity) -> list[Finding]:
    """What two stories share and what not; nothing where one of the two has none."""
    if a.story is None or b.story is None:
        return []
    one_language = a.story.language == b.story.language and a.story.language is not None
    found: list[Finding] = [("story_main", (("main", 1.0), *((("one_language", 1.0),) if one_language else ())), dict)]
    found += _kinds(a.story, b.story, rare, one_language)
    found += [(f"story_day_{step}", ((f"day_{step}", 1.0),), dict) for step in _day_steps(a, b)]
    found += [(f"story_published_{step}", ((f"published_{step}", 1.0),), dict) for step in _published_steps(a, b)]
    return found


def _kinds(a: Story, b: Story, rare: Rarity, one_language: bool) -> Iterator[Finding]:
    both = shared(a, b, rare)
    told = a.kinds & b.kinds
    for kind, most in MOST_BITS.items():
        if kind not in told or kind == ("sound" if one_language else "word"):
            continue
        bits, terms = both.get(kind, (0.0, ()))
        if not bits:
            yield f"story_{kind}_none", ((f"{kind}_none", 1.0),), dict
            continue
        poorer = min(rare.told(a, kind), rare.told(b, kind))
        share = bits / poorer if poorer else 0.0
        yield f"story_{kind}", ((f"{kind}_bits", min(bits, most) / UNIT), (f"{kind}_share", share)), _facts(kind, terms)
    for kind in SINGLE:
        if kind in told:
            step = "same" if kind in both else "other"
            yield f"story_{kind}_{step}", ((f"{kind}_{step}", 1.0),), _facts(kind, both.get(kind, (0.0, ()))[1])


def _facts(kind: str, terms: tuple[str, ...]) -> Facts:
    """The terms that both have, as they are called; a weekday is said by the reason itself."""
    if not terms or kind == "weekday":
        return dict
    return lambda: {"shared": ", ".join(dict.fromkeys(called(kind, term) for term in terms))}


def _day_steps(a: Profile, b: Profile) -> Iterator[str]:
    """The nearest of the days that the two tell of, of whatever happening in them."""
    gaps = [max(x[0], y[0]) - min(x[1], y[1]) for x in a.story_days for y in b.story_days]
    if gaps:
        gap = min(gaps)
        yield "near" if gap <= _NEWS_FOR else "apart" if gap <= 30 else "far"


def _published_steps(a: Profile, b: Profile) -> Iterator[str]:
    """Days of publication against each other, else of one against what the other tells of."""
    late = None
    if a.published and b.published:
        late = abs(a.published - b.published)
    else:
        dated, told = (a, b) if a.published else (b, a)
        if dated.published and told.story_days:
            late = min(abs(dated.published - days[1]) for days in told.story_days)
    if late is not None:
        yield "near" if late <= _NEWS_FOR else "later" if late <= _FOLLOWED_FOR else "far"
