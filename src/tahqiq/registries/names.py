"""The forms under which a name is found: folded, without kind words, hyphens as spaces, and a looser key across spellings.

The same functions make the keys when a registry is written and the questions when one is asked.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from tahqiq.fold import folded, name_key
from tahqiq.registries.entries import SETTLEMENTS, UNITS, KindWord, PlaceEntry

LOOSE = "\x01"  # before a loose key: no folded name begins so
_SHORTEST = 3  # of a name that no person wrote into our lists: shorter ones are codes and initials
_SHORTEST_LOOSE = 4  # the loose key has no article or vowels apart: of three letters it meets too much
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_APOSTROPHES = re.compile(r"['\"`]")
_STRIPPED = UNITS | SETTLEMENTS | {"quarter", "island"}


class KindWords:
    """The kind words of all languages, folded, ready to be taken off a name."""

    def __init__(self, words: Iterable[KindWord]) -> None:
        self._before: dict[str, tuple[str, ...]] = {}
        self._after: dict[str, tuple[str, ...]] = {}
        for word in words:
            side = self._after if word.after else self._before
            key = folded(word.words)
            side[key] = tuple(dict.fromkeys((*side.get(key, ()), *word.kinds)))

    def kinds(self, words: str) -> tuple[str, ...]:
        """The kinds that the folded words can announce or close; () where they are no kind words."""
        return tuple(dict.fromkeys((*self._before.get(words, ()), *self._after.get(words, ()))))

    def without(self, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The folded name without a kind word before or behind it, each time with the kinds the word means."""
        words = name.split(" ")
        for count in range(min(3, len(words) - 1), 0, -1):
            before, after = " ".join(words[:count]), " ".join(words[-count:])
            if before in self._before:
                yield " ".join(words[count:]), self._before[before]
            if after in self._after:
                yield " ".join(words[:-count]), self._after[after]


def spellings(name: str) -> tuple[str, ...]:
    """The folded name; and, in Latin letters, with hyphens as spaces, without apostrophes and full stops."""
    form = folded(name)
    if _ARABIC.search(form):
        return (form, form.replace("-", " ")) if "-" in form else (form,)
    if not re.search(r"[-'\"`.]", form):
        return (form,)
    spaced = " ".join(form.replace("-", " ").split())
    plain = _APOSTROPHES.sub("", form).replace(".", "")
    both = " ".join(_APOSTROPHES.sub("", spaced).replace(".", "").split())
    return tuple(dict.fromkeys((form, spaced, plain, both)))


def loose(name: str) -> str | None:
    """The key for names spelt otherwise, or None where it would be too short to mean anything."""
    key = name_key(name)
    return LOOSE + key if len(key) >= _SHORTEST_LOOSE else None


def keys_of(entry: PlaceEntry, kind_words: KindWords) -> set[str]:
    """Every key under which the place is found."""
    keys: set[str] = set()
    for name in names_of(entry):
        keys |= _keys(entry, name, kind_words)
    return keys


def names_of(entry: PlaceEntry) -> Sequence[str]:
    """Its names, the usual English one first."""
    return list(dict.fromkeys((entry.name, *(form for forms in entry.names.values() for form in forms))))


def _keys(entry: PlaceEntry, name: str, kind_words: KindWords) -> set[str]:
    own = entry.origin in ("own", "babel")
    forms = [form for form in spellings(name) if form and (own or len(form) >= _SHORTEST)]
    keys = set(forms)
    arabic = bool(_ARABIC.search(name))
    if entry.kind in _STRIPPED and (arabic or entry.origin != "geonames"):
        for form in forms:
            keys.update(
                bare
                for bare, kinds in kind_words.without(form)
                if len(bare) >= _SHORTEST and (not kinds or entry.kind in kinds) and not kind_words.kinds(bare)
            )
    # GeoNames' Latin spellings are many already; a loose key for each would double the registry.
    if arabic or entry.origin != "geonames":
        keys.update(key for key in map(loose, list(keys)) if key)
    return keys


def adjective_forms(adjective: str, language: str) -> tuple[str, ...]:
    """The folded inflections of a nationality word as newspapers use them."""
    word = folded(adjective)
    if language == "ar":
        stems = [word + ending for ending in ("", "ه", "ین", "ون", "ان", "ات", "تین", "ا")]
        return tuple(article + stem for stem in stems for article in ("", "ال", "لل"))
    if language == "ur":
        return (word, word + "وں")
    if language == "fa":
        return (word, word + "ها", word + "های", word + "ان")
    if word.endswith(("n", "i", "k", "t", "b", "d", "o", "r")):
        return (word, word + "s")
    return (word,)


_LETTERS = (
    ("", re.compile("[ۇۈۋ]")),  # Uighur
    ("ps", re.compile("[ښځڅډړږڼېۍګ]")),
    ("ckb", re.compile("[ڵڕێۆە]")),
    ("sd", re.compile("[ڻڀٿڙڄڃڳڱڦٺڌڏ]")),
    ("ur", re.compile("[ٹڈڑںےہۃھۂ]")),
    ("fa", re.compile("[گچپژکی]")),
)
_ARABIC_NAME = re.compile(r"[\u0621-\u063a\u0641-\u064a\u066e-\u06d5\u200c\u200d\u064b-\u0655\u0670 \-'’]{3,}")
# Transliterations by machine begin with a small letter ("derizoru"), codes are all capitals ("DEZ").
_LATIN_NAME = re.compile(r"[A-Z\u00c0-\u00de\u0100-\u024f\u1e00-\u1eff‘’'][A-Za-z\u00c0-\u024f\u1e00-\u1eff‘’'`ʻʼʿʾ.\- ]{2,}")


def language_of(form: str) -> str | None:
    """The language that the letters of a name without one suggest; None for codes, other scripts and what is no name."""
    form = form.strip()
    if _LATIN_NAME.fullmatch(form):
        return "en" if not form.isupper() else None
    if not _ARABIC_NAME.fullmatch(form):
        return None
    return next((language for language, letters in _LETTERS if letters.search(form)), "ar") or None
