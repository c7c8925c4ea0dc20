"""Text as it is matched: letter variants, marks, digits and case folded, with the way back to the original.

What comes in is any text; what goes out is a `Folded`, whose offsets lead back to code points of that text. This file must
not know any language, pack or registry: it folds what is one letter in every language written in that script.

How it works
1. A character with one plain form is replaced by it (ي ى ۍ -> ی, ك -> ک, أ إ آ -> ا, ٣ ۳ -> 3, É -> e, ’ -> ').
2. Marks, tatweel, joiners and direction marks are dropped; presentation forms and ligatures become the letters they show.
3. Both change the text's length only at a few places; those places ("cuts") are kept, and `Folded.original` walks them.
Urdu's ے and ں stay apart from ی and ن, since grammar turns on them; `name_key` joins them for names.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_LETTERS = {
    **dict.fromkeys("أإآٱٲٳ", "ا"),
    **dict.fromkeys("يىۍېئێۑ", "ی"),
    **dict.fromkeys("كڪګ", "ک"),
    **dict.fromkeys("ةۃھہۀەۂ", "ه"),
    **dict.fromkeys("ؤۆۇۉۋ", "و"),
    "ګ": "گ",
    "ړ": "ر",
    "ۓ": "ے",
    "ء": "",
    "ٔ": "",
    **dict.fromkeys("’‘ʼʻ`´ʿʾ′", "'"),
    **dict.fromkeys("“”„«»‟″❝❞〝〞", '"'),
    **dict.fromkeys("–—‐‑‒―−", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f\u3000\u2007\u2008", " "),
    "٪": "%",
    "،": ",",
    "؛": ";",
    "؟": "?",
    "٬": ",",
    "٫": ".",
    "…": ".",
    "ß": "s",
    "ø": "o",
    "Ø": "o",
    "ł": "l",
    "Ł": "l",
    "ı": "i",
    "İ": "i",
    "đ": "d",
    "Đ": "d",
    "æ": "ae",
    "Æ": "ae",
}
_DROPPED = [
    (0x0610, 0x061A), (0x061C, 0x061C), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC),
    (0x06DF, 0x06E8), (0x06EA, 0x06ED), (0x08D3, 0x08FF), (0x0300, 0x036F), (0x200B, 0x200F), (0x202A, 0x202E),
    (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0x00AD, 0x00AD),
]  # fmt: skip


def _table() -> dict[str, str]:
    table = {chr(c): "" for first, last in _DROPPED for c in range(first, last + 1)}
    for digit in range(10):
        table[chr(0x0660 + digit)] = table[chr(0x06F0 + digit)] = str(digit)
    for c in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        letter = unicodedata.normalize("NFKD", chr(c))
        plain = "".join(x for x in letter if not unicodedata.combining(x)).lower()
        if plain != chr(c) and plain:
            table[chr(c)] = plain
    table.update(_LETTERS)
    for c in [*range(0xFB50, 0xFDFE), *range(0xFE70, 0xFEFD)]:
        shown = unicodedata.normalize("NFKC", chr(c))
        if shown != chr(c):
            table[chr(c)] = "".join(table.get(x, x) for x in shown).strip()
    for c in range(ord("A"), ord("Z") + 1):
        table[chr(c)] = chr(c).lower()
    return table


_FOLDS = _table()
_CHANGED = re.compile("[" + "".join(re.escape(c) for c in sorted(_FOLDS)) + "]")
_ARTICLES = re.compile(r"^(?:ال|al[- ]|el[- ]|the )(?=..)")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text's folded form and the way back.

    `cuts` are pairs (folded offset, shift): from that folded offset on, original = folded + shift.
    """

    text: str
    original_length: int
    cuts: tuple[tuple[int, int], ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original's code points for folded [start, end): dropped marks inside go along, those before do not."""
        if end <= start:
            at = self._back(start)
            return at, at
        return self._back(start), self._back_end(end)

    def original_starts(self, offsets: Sequence[int]) -> list[int]:
        """The original's code point of each of these folded offsets, which ascend: one walk along the cuts."""
        if not self.cuts:
            return list(offsets)
        found: list[int] = []
        at, shift = 0, 0
        for offset in offsets:
            while at < len(self.cuts) and self.cuts[at][0] <= offset:
                shift = self.cuts[at][1]
                at += 1
            found.append(offset + shift)
        return found

    def _back(self, offset: int) -> int:
        at = bisect_right(self.cuts, (offset, 1 << 60)) - 1
        return offset + (self.cuts[at][1] if at >= 0 else 0)

    def _back_end(self, end: int) -> int:
        if end >= len(self.text):
            return self.original_length
        return self._back(end - 1) + 1 if not self._widened(end) else self._back(end)

    def _widened(self, end: int) -> bool:
        """True where something was dropped exactly at `end`: it belongs to the letter before it."""
        at = bisect_right(self.cuts, (end, 1 << 60)) - 1
        return at >= 0 and self.cuts[at][0] == end and self.cuts[at][1] > (self.cuts[at - 1][1] if at else 0)


def fold(text: str) -> Folded:
    """The text as it is matched, with the way back to its code points."""
    cuts: list[tuple[int, int]] = []
    shift = 0

    def plain(match: re.Match[str]) -> str:
        nonlocal shift
        letter = _FOLDS[match.group()]
        if not letter:
            at = match.start() - shift
            shift += 1
            if cuts and cuts[-1][0] == at:
                cuts.pop()
            cuts.append((at, shift))
        for _ in letter[1:]:
            at = match.start() - shift + 1
            shift -= 1
            cuts.append((at, shift))
        return letter

    folded = _CHANGED.sub(plain, text)
    return Folded(folded, len(text), tuple(cuts))


@lru_cache(maxsize=1 << 16)
def folded(text: str) -> str:
    """The folded form alone, for lexicon entries and queries; spaces are single, none at the ends."""
    return " ".join(_CHANGED.sub(lambda m: _FOLDS[m.group()], text).split())


@lru_cache(maxsize=1 << 16)
def name_key(name: str) -> str:
    """A looser key for names across spellings and Arabic-script languages: no article, no spaces, one letter a sound class.

    `الضمير`, `ضمیر` and `الضمیر` give one key; so do `البوکمال` and `البو کمال`. Latin names lose hyphens and apostrophes.
    """
    key = folded(name).replace("ے", "ی").replace("ں", "ن").replace("ٹ", "ت").replace("ڈ", "د").replace("ڑ", "ر")
    words = [_ARTICLES.sub("", w) for w in re.split(r"[\s\-'\"_.,]+", _ARTICLES.sub("", key)) if w]
    return "".join(w for w in words if w not in ("al", "el", "the", "ال"))
