"""Paragraphs and sentences of a text, as spans of it.

What comes in is a text as found; what goes out are pairs (start, end) in code points, end exclusive, without the white space
around. A paragraph is a line: the web's texts have one paragraph a line, and a headline ends with its line. Rules for a
sentence:
1. ! ? ؟ ۔ and the danda end it, with or without a space after, but not ۔ between digits.
2. A full stop ends it where no word or digit follows at once (3.5, al.net stay whole) and none of 3 to 5 holds.
3. Not after a single letter (U.S., J. Smith, د. أحمد, أ.ف.ب.), unless the next sentence clearly begins.
4. Not after an abbreviation that a name or number follows (Lt. Gen. Erik, No. 5, Jan. 3).
5. An ellipsis ends it unless the next word goes on in lower case.
Closing quotes and brackets go with the sentence they close.
"""

import re
from bisect import bisect_right

Spans = tuple[tuple[int, int], ...]

_TITLES = "Lt Gen Col Maj Sgt Cpl Capt Cmdr Adm Brig Pvt Mr Mrs Ms Dr Prof St Sen Rep Gov Pres Hon Rev No Nos vs Mt Ft approx"
_MONTHS = "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"
_ABBREVIATED = frozenset(f"{_TITLES} {_MONTHS}".split())
_STARTERS = frozenset(
    [
        "The",
        "A",
        "An",
        "In",
        "On",
        "At",
        "But",
        "And",
        "He",
        "She",
        "It",
        "They",
        "We",
        "I",
        "This",
        "That",
        "There",
        "Its",
        "His",
        "Her",
        "Their",
        "No",
        "Since",
        "After",
        "Before",
        "For",
        "As",
    ]
)
_END = re.compile(
    r"""
      (?P<hard>[!?؟।]+ | (?<!\d)۔+ | ۔+(?!\d))
    | (?P<dots>\.{2,}|…+)
    | \.(?!\w)
    """,
    re.X,
)
_CLOSING = re.compile(r"[\"'”’»)\]】]*")
_LINE = re.compile(r"[^\r\n\u2028\u2029\u0085\v\f]+")
_WORD_BEFORE = re.compile(r"[^\W\d_]+\Z")
_NEXT_WORD = re.compile(r"\s*[\"'“‘«(\[]*(?P<word>\w+)")


def paragraphs(text: str) -> Spans:
    """The lines of a text that say something, without the white space around them."""
    return tuple(span for m in _LINE.finditer(text) if (span := _trimmed(text, m.start(), m.end())))


def sentences(text: str) -> Spans:
    """The sentences of a text, in order, none of them reaching over a line's end."""
    return tuple(span for start, end in paragraphs(text) for span in _sentences_of_line(text, start, end))


def sentence_at(spans: Spans, offset: int) -> int:
    """The number of the sentence that holds this offset, or of the last one before it; -1 before the first."""
    return bisect_right(spans, (offset, 1 << 60)) - 1


def _sentences_of_line(text: str, start: int, end: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    begin = start
    for m in _END.finditer(text, start, end):
        if m.start() < begin or not _ends(text, m, end):
            continue
        close = _CLOSING.match(text, m.end(), end)
        stop = close.end() if close else m.end()
        if span := _trimmed(text, begin, stop):
            found.append(span)
        begin = stop
    if span := _trimmed(text, begin, end):
        found.append(span)
    return found


def _ends(text: str, mark: re.Match[str], end: int) -> bool:
    if mark["hard"]:
        return True
    following = _NEXT_WORD.match(text, mark.end(), end)
    after = following["word"] if following else ""
    if mark["dots"]:
        return not after[:1].islower()
    before = _WORD_BEFORE.search(text, max(0, mark.start() - 12), mark.start())
    word = before.group() if before else ""
    if len(word) == 1:
        began = word.isascii() and after in _STARTERS
        return not after or (began and (word == "I" or _is_initialism(text, mark.start())))
    return not (word in _ABBREVIATED and after and (after[0].isdigit() or after[0].isupper() or not after.isascii()))


def _is_initialism(text: str, stop: int) -> bool:
    """True where the letter before the stop has a stopped letter before it: U.S., not J."""
    return stop >= 3 and text[stop - 2] == "." and text[stop - 3].isalpha()


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
