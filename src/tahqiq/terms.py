"""Terms: what a text is searched by, and what a query asks for; one scheme for every script and every database.

What comes in are texts, names and queries; what goes out are terms: words as `fold` writes them, and names by their sounds. This file must
not know where terms are kept.

How it works
1. A text's terms are its folded words. A word of Arabic script that begins with what Arabic writes onto words (ال, و, ب …) is a term
   without it as well: الأمريكية and وقالت are found by أمريكية and قالت. Queries lose an article too, and a single letter only of words
   that stay long without it, for وزير is a word of its own.
2. A name's words are terms by their sounds, marked `~`: consonants in classes that the scripts share (ق ک q k c; ح ه h), with و and ی in
   their places. A word has several readings where a letter has (ظ is heard as d and z, a Latin o is و or nothing), so one that is written
   Deir, دير or دیر has one in common.
3. A query's word asks for texts with a word that begins so, or names with a word that sounds so. All its words are asked for, but
   articles in Latin letters: al-Raqqa is asked for as Raqqa.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from tahqiq.fold import fold, folded

MARK = "~"
_WORD = re.compile(r"\w+")
_ARABIC = re.compile("[\u0600-\u06ff]")
_ARTICLE = re.compile("^(?:[وف]?[بک]?ال|[وف]?لل)(?=...)")
_CLITIC = re.compile("^[وفبلک](?=...)")
_ASKED_CLITIC = re.compile("^[وف](?=....)")
LONGEST_TERM = 60  # code points; longer ones are addresses and noise
LONGEST_QUERY = 20  # words
_MOST_READINGS = 8  # of one Latin word

# How a letter can sound, a reading each, the first the likeliest: ذ ض ظ are heard as d and as z, ث as s and as t. `v` stands for sh, `x`
# for kh. Linking hears names by the same table, in coarser classes (`linking.names`).
SOUNDS = {
    **dict.fromkeys("بپ", ("b",)), **dict.fromkeys("تطٹ", ("t",)), **dict.fromkeys("سص", ("s",)), **dict.fromkeys("جژ", ("j",)),
    **dict.fromkeys("دڈ", ("d",)), **dict.fromkeys("ذضظ", ("d", "z")), **dict.fromkeys("رڑ", ("r",)), **dict.fromkeys("غگ", ("g",)),
    **dict.fromkeys("قک", ("k",)), **dict.fromkeys("حه", ("h",)), **dict.fromkeys("نں", ("n",)), **dict.fromkeys("یے", ("y",)),
    "ث": ("s", "t"), "ز": ("z",), "چ": ("c",), "خ": ("x",), "ش": ("v",), "ف": ("f",), "ل": ("l",), "م": ("m",), "و": ("w",),
}  # fmt: skip
LATIN_SOUNDS = {
    **{letter: (letter,) for letter in "bdfghjklmnrstz"},
    "p": ("b",), "q": ("k",), "c": ("k",), "v": ("w",), "w": ("w",), "y": ("y",), "x": ("ks",),
    "sch": ("v",), "sh": ("v",), "kh": ("x",), "gh": ("g",), "th": ("s", "t"), "dh": ("d", "z"), "ch": ("c",), "ph": ("f",), "zh": ("j",),
}  # fmt: skip
_VOWELS = re.compile(r"[aeiou']+")
_PARTS = re.compile(r"sch|sh|kh|gh|th|dh|ch|ph|zh|[aeiouyw']+|[a-z]")
_LATIN_ARTICLES = frozenset("al el ul as ash at ad ar az an the of and".split())


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a query: words of texts that begin with one of `beginnings`, or names with one of `sounds`, match."""

    beginnings: tuple[str, ...]
    sounds: tuple[str, ...]


def text_terms(text: str, *, already_folded: bool = False) -> list[str]:
    """The terms of a text, in their order, each once."""
    found: dict[str, None] = {}
    for word in _WORD.findall(text if already_folded else fold(text).text):
        found[word[:LONGEST_TERM]] = None
        if _ARABIC.match(word):
            found.update((bare[:LONGEST_TERM], None) for bare in _bare(word))
    return list(found)


def name_terms(name: str) -> list[str]:
    """The terms of a name: its folded words, and by their sounds."""
    words = _name_words(name)
    return list(dict.fromkeys([*words, *(MARK + sound for word in words for sound in sounds(word))]))


def asked(query: str) -> tuple[Asked, ...]:
    """What a query asks for, word by word; empty where it has no word."""
    words = dict.fromkeys(_WORD.findall(fold(query).text)[:LONGEST_QUERY])
    bare = [word for word in words if word not in _LATIN_ARTICLES] or words
    return tuple(_asked(word[:LONGEST_TERM]) for word in bare)


def _asked(word: str) -> Asked:
    beginnings = [word]
    if _ARABIC.match(word):
        beginnings += [rest for pattern in (_ARTICLE, _ASKED_CLITIC) if (rest := pattern.sub("", word)) != word]
    heard = sounds(_ARTICLE.sub("", word))
    return Asked(tuple(dict.fromkeys(beginnings)), tuple(MARK + sound for sound in heard if len(sound) > 1))


def _bare(word: str) -> list[str]:
    """The word without what Arabic writes before words."""
    without = _ARTICLE.sub("", word)
    if without != word:
        return [without]
    return [rest for rest in (_CLITIC.sub("", word),) if rest != word]


def _name_words(name: str) -> list[str]:
    found = []
    for word in _WORD.findall(folded(name).replace("'", "")):
        if word not in _LATIN_ARTICLES:
            found.append(_ARTICLE.sub("", word)[:LONGEST_TERM])
    return found


@lru_cache(maxsize=1 << 16)
def sounds(word: str) -> tuple[str, ...]:
    """The ways in which a folded word of a name can sound, by consonants; none of other letters than Arabic and Latin."""
    if _ARABIC.search(word):
        bare = word[:-1] if word.endswith("ه") and len(word) > 2 else word
        return _heard([SOUNDS.get(letter, ("",)) for letter in bare])
    if not word.isascii() or not word.isalpha():
        return ()
    plain = word[:-1] if word.endswith("h") and len(word) > 3 and word[-2] in "aeiou" else word
    parts = _PARTS.findall(plain)
    return _heard([_ways(part, n == 0, n == len(parts) - 1) for n, part in enumerate(parts)])


def _heard(ways: list[tuple[str, ...]]) -> tuple[str, ...]:
    heard: dict[str, None] = {}
    for way in product(*ways):
        heard.update(dict.fromkeys(_doubled_once("".join(way))))
        if len(heard) >= _MOST_READINGS:
            break
    return tuple(heard)


def _ways(part: str, is_first: bool, is_last: bool) -> tuple[str, ...]:
    """How Arabic script can write these Latin letters: short vowels not at all, else i and e as ی, o and u as و; a is no sound."""
    if not set(part) <= set("aeiouyw'"):
        return LATIN_SOUNDS[part]
    vowels = _VOWELS.fullmatch(part) is not None
    soft, round_ = any(c in part for c in "iey"), any(c in part for c in "ouw")
    if not vowels:  # y and w are letters of their own
        return ("".join(c for c in part if c in "yw") or "",)
    if len(part) > 1 and len(set(part)) > 1 and "a" not in part[1:]:  # ei, ai, ou, au are long
        return ("y", "wy") if part[0] in "ou" and part[-1] in "ie" else ("y",) if part[-1] in "iey" else ("w",)
    if part in ("ee", "ii"):
        return ("y",)
    if part in ("oo", "uu"):
        return ("w",)
    if is_first and not is_last:
        return ("", "w") if round_ else ("", "y") if soft else ("",)
    return ("", "y") if soft else ("", "w") if round_ else ("",)


def _doubled_once(sound: str) -> tuple[str, ...]:
    once = re.sub(r"(.)\1+", r"\1", sound)
    return (once,) if once else ()
