"""Names of persons across scripts: the same person as Arabic, Urdu, Persian and English outlets spell them.

What comes in are names as told; what goes out are sound keys and how alike two names are. This file must not know accounts.

How it works
1. Each word becomes its consonants in sound classes that the scripts share (ق ک q k c; ظ ض ذ ز د d z; ث س ص s th; ش چ sh ch, since
   French spellings write the one as English ones write the other): vowels go,
   for Arabic script writes few of them and Latin spellings of them differ. The scripts of India, Cyrillic and Hebrew are heard too:
   a name can be known in a text whose language is not read.
2. Titles, articles and particles fall away; `abu` and `ibn` stay, as a kunya is not the name it is made of.
3. Two names are alike by the words they share, each word by its key and, where keys differ by a letter, by rapidfuzz.
"""

import re
from functools import lru_cache
from itertools import combinations

from rapidfuzz.distance import Levenshtein

from tahqiq.fold import folded
from tahqiq.terms import LATIN_SOUNDS, SOUNDS

# The sounds that search tells apart and outlets confuse: z and d, sh and ch, and the letters that are vowels as often as not.
_COARSE = {"v": "X", "c": "X", "x": "K", "z": "d", "w": "", "y": "", "ks": "ks"}


def _coarse(sounds: tuple[str, ...]) -> str:
    return _COARSE.get(sounds[0], sounds[0])


_ARABIC = {letter: _coarse(sounds) for letter, sounds in SOUNDS.items()}
_LATIN = {letters: _coarse(sounds) for letters, sounds in LATIN_SOUNDS.items() if len(letters) == 1} | {"K": "K", "X": "X"}
_LATIN_PAIRS = tuple((letters, _coarse(sounds)) for letters, sounds in LATIN_SOUNDS.items() if len(letters) > 1)
# The scripts of India lie in blocks of one order, 128 code points each (Unicode 16, chapter 12): one row of consonants serves them all.
_INDIC_FIRST, _INDIC_LAST, _INDIC_KA, _NUKTA = 0x0900, 0x0DFF, 0x15, 0x3C
_INDIC = "k K g g n X X j j n t t d d n t t d d n n b f b b m - r r l l l - X X s h".split()
_INDIC_NUKTA = {"j": "d", "d": "r", "b": "f"}  # ज़ ड़ फ़ are written as ज ड फ with a dot
_INDIC_DOTTED = ("k", "K", "g", "d", "r", "r", "f")  # क़ to फ़, each a letter of its own
_CYRILLIC_AND_HEBREW = {
    "б": "b", "г": "g", "ґ": "g", "д": "d", "ж": "j", "з": "d", "к": "k", "л": "l", "м": "m", "н": "n", "п": "b", "р": "r", "с": "s",
    "т": "t", "ф": "f", "х": "h", "ц": "s", "ч": "X", "ш": "X", "щ": "X",
    "ב": "b", "ג": "g", "ד": "d", "ה": "h", "ז": "d", "ח": "h", "ט": "t", "כ": "k", "ך": "k", "ל": "l", "מ": "m", "ם": "m", "נ": "n",
    "ן": "n", "ס": "s", "פ": "b", "ף": "b", "צ": "s", "ץ": "s", "ק": "k", "ר": "r", "ש": "X", "ת": "t",
}  # fmt: skip
_OTHER_SCRIPTS = re.compile("[\u0400-\u04ff\u0590-\u05ff\u0900-\u0dff]")
_ARTICLES = re.compile(r"^(?:ال|al-|el-|ul-|as-|ash-|at-|ad-|ar-|az-|an-|adh-|ath-)(?=..)")
_ONTO = re.compile(r"^(?:[وف]?[بک]?ال|[وف]?لل)(?=...)")
_SKIPPED = frozenset(
    "ال al el ul the of and mr mrs dr doctor sheikh shaykh mullah mulla hajji haji sayyid general colonel captain leader commander "
    "الشیخ شیخ السید سید الدکتور دکتور القایدی قاید القاید کماندر جنرل ملا مولوی حاجی الحاج".split()
)
_KUNYA = dict.fromkeys(("abu", "abou", "abo", "ابو", "ابی", "ابا"), "Abu") | dict.fromkeys(("ibn", "bin", "ben", "بن", "ابن"), "Ibn")


@lru_cache(maxsize=1 << 16)
def sound_key(name: str) -> tuple[str, ...]:
    """The words of a name as consonants that every script shows, in order; no titles, no articles."""
    words = [w for w in re.split(r"[\s.,;:\"()]+", folded(name)) if w]
    keys = []
    for word in words:
        if word in _KUNYA:
            keys.append(_KUNYA[word])
            continue
        if word in _SKIPPED:
            continue
        for part in _ARTICLES.sub("", word).split("-"):
            if part in _KUNYA:
                keys.append(_KUNYA[part])
            elif part not in _SKIPPED and (key := _word_key(_ARTICLES.sub("", part))):
                keys.append(key)
    return tuple(keys)


@lru_cache(maxsize=1 << 17)
def _word_key(word: str) -> str:
    if not word:
        return ""
    if _OTHER_SCRIPTS.search(word):
        return _single(_indic_sounds(word) or "".join(_CYRILLIC_AND_HEBREW.get(c, "") for c in word))
    if re.search("[\u0600-\u06ff]", word):
        bare = word[:-1] if word.endswith("ه") and len(word) > 2 else word
        sounds = "".join(_ARABIC.get(c, "") for c in bare)
        first = {"و": "w", "ی": "y"}.get(word[0], "")
    else:
        first = {"w": "w", "v": "w", "y": "y"}.get(word[0], "")
        plain = word[:-1] if word.endswith("h") and len(word) > 3 and word[-2] in "aeiou" else word
        for pair, sound in _LATIN_PAIRS:
            plain = plain.replace(pair, sound)
        sounds = "".join(_LATIN.get(c, "") for c in plain)
    return first + _single(sounds)


def _single(sounds: str) -> str:
    return re.sub(r"(.)\1+", r"\1", sounds)


def _indic_sounds(word: str) -> str:
    """The consonants of a word in any script of India, by where each letter lies in its block."""
    sounds: list[str] = []
    for letter in word:
        if not _INDIC_FIRST <= ord(letter) <= _INDIC_LAST:
            continue
        at = ord(letter) & 0x7F
        if at == _NUKTA and sounds:
            sounds[-1] = _INDIC_NUKTA.get(sounds[-1], sounds[-1])
        elif _INDIC_KA <= at < _INDIC_KA + len(_INDIC):
            sounds.append(_INDIC[at - _INDIC_KA].strip("-"))
        elif 0x58 <= at <= 0x5E:
            sounds.append(_INDIC_DOTTED[at - 0x58])
        elif at in (0x01, 0x02):  # a vowel through the nose: मस्तुंग
            sounds.append("n")
    return "".join(sounds)


def word_sound(word: str) -> str:
    """A folded word of running text as its consonants, without the article that Arabic writes onto it."""
    return _word_key(_ONTO.sub("", word))


def likeness(a: str, b: str) -> float:
    """How alike two names are, 0 to 1: the share of the shorter name's words that the other has, less for a single short word.

    1.0 from two words on that all agree; a lone word that agrees gives 0.6 at most.
    """
    one, other = sound_key(a), sound_key(b)
    if not one or not other:
        return 0.0
    short, long = sorted((one, other), key=len)
    left = list(long)
    hits = 0.0
    for word in short:
        best = max(left, key=lambda w: (_words_alike(word, w), w), default="")
        alike = _words_alike(word, best) if best else 0.0
        if alike:
            left.remove(best)
        hits += alike
    weight = sum(len(w) for w in short)
    if ("Abu" in short) != ("Abu" in long):
        hits -= 0.5
    share = max(0.0, hits / len(short))
    return share if len(short) > 1 and weight >= 4 else min(share, 0.6 if weight >= 3 else 0.3)


def _words_alike(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if min(len(a), len(b)) >= 2 and (a == f"{b}t" or b == f"{a}t"):
        return 0.9  # an ending that is written ة, and t before the next word: خربة, Khirbat
    if "Abu" in (a, b) or "Ibn" in (a, b) or min(len(a), len(b)) < 3:
        return 0.0
    return 0.7 if Levenshtein.distance(a, b, score_cutoff=1) <= 1 and min(len(a), len(b)) >= 4 else 0.0


def name_blocks(name: str) -> frozenset[str]:
    """Keys of which one person's spellings share at least one: every two words together, and each long word alone."""
    words = [w for w in sound_key(name) if w not in ("Abu", "Ibn")]
    pairs = {"+".join(sorted(pair)) for pair in combinations(words[:5], 2)}
    return frozenset(pairs | {w for w in words if len(w) >= 3})
