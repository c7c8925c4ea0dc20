"""Bytes become a string: the encoding is told by what the string then says, never by a guess from bytes alone.

How it works
1. A byte order mark or zeros in every second byte tell UTF-16; a strict pass tells UTF-8.
2. UTF-8 with a few broken bytes (a page cut in the middle) is UTF-8, each broken byte a U+FFFD.
3. Else each single-byte encoding of our languages decodes the bytes, and the one whose string has the frequent words of a
   language and the fewest characters that no text has is taken. What a page declares about itself breaks a tie, no more:
   pages that call Windows-1256 "iso-8859-1" are common.
4. Else charset-normalizer is asked; its answer is taken only where the whole text decodes by it and holds no oddities.
Newlines stay as found.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

import yaml

from tahqiq.errors import UnreadableDocument

_CANDIDATES = ("cp1252", "cp1256", "iso8859_6")
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*(?P<name>[A-Za-z0-9_.:-]{2,30})", re.I)
_SAMPLE = 200_000
_ARABIC_WORD = re.compile("[\u0621-\u063a\u0641-\u064a\u0671-\u06d3]+")
_WORD_WITH_HIGH = re.compile(r"[^\W\d_]+")
_ENOUGH_WORDS = 0.03  # share of frequent words among Arabic-script words; running text has 0.15 to 0.35, a wrong decoding under 0.01
_ALL_ARABIC = 0.97  # share of the right decoding's characters above ASCII that are Arabic; a wrong one mixes in Latin letters


@cache
def frequent_words() -> dict[str, frozenset[str]]:
    """The frequent words of each language in Arabic script."""
    file = Path(__file__).with_name("frequent_words.yaml")
    return {code: frozenset(words) for code, words in yaml.safe_load(file.read_text("utf-8")).items()}


@cache
def _all_frequent_words() -> frozenset[str]:
    return frozenset().union(*frequent_words().values())


def share_of_frequent_words(text: str) -> float:
    """Which share of the Arabic-script words of a text are frequent words of a language we read; 0 where there are none."""
    words = _ARABIC_WORD.findall(text)
    known = _all_frequent_words()
    return sum(w in known for w in words) / len(words) if words else 0.0


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text of these bytes and the encoding it was in; a byte order mark is no part of the text.

    Raises: UnreadableDocument where no encoding gives a text.
    """
    for mark, marked in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(marked, "replace"), marked.removesuffix("-sig")
    if b"\x00" not in data:
        try:
            return data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            pass
    elif order := _utf16_order(data):
        return data.decode(order, "replace"), order
    if _is_damaged_utf8(data):
        return data.decode("utf-8", "replace"), "utf-8"
    encoding = _single_byte(data) or _asked(data)
    if encoding is None:
        raise UnreadableDocument(f"{name}: its encoding cannot be told; save it as UTF-8")
    return data.decode(encoding, "replace"), encoding


def _utf16_order(data: bytes) -> str | None:
    sample = data[: len(data) // 2 * 2][:8192]
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if high and sum(high.count(page) for page in (0x00, 0x06, 0x20)) >= 0.9 * len(high):
            return encoding
    return None


def _is_damaged_utf8(data: bytes) -> bool:
    """True where nearly all bytes above 7F stand in valid sequences: no other encoding gives that by chance."""
    high = len(data) - len(data.translate(None, bytes(range(0x80, 0x100))))
    broken = data.decode("utf-8", "replace").count("\ufffd")
    return high >= 8 and broken <= max(1, high * 0.02)


def _single_byte(data: bytes) -> str | None:
    sample = data[:_SAMPLE]
    declared = _declared(data)
    scored = []
    for encoding in dict.fromkeys((declared, *_CANDIDATES) if declared else _CANDIDATES):
        try:
            text = sample.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        scored.append((_likeness(text) + (0.02 if encoding == declared else 0.0), encoding))
    best = max(scored, default=(0.0, ""), key=lambda pair: pair[0])
    return best[1] if best[0] > 0 else None


def _declared(data: bytes) -> str | None:
    match = _DECLARED.search(data[:4096])
    name = match["name"] if match else b""
    known = {b"windows-1256": "cp1256", b"cp1256": "cp1256", b"iso-8859-6": "iso8859_6", b"windows-1252": "cp1252", b"iso-8859-1": "cp1252"}
    return known.get(name.lower())


def _likeness(text: str) -> float:
    """How like a text in its language a decoded string is: above 0 likely, below not.

    Arabic script is told by its frequent words, Latin script by letters above ASCII being few and inside words of ASCII letters.
    """
    high = [c for c in text if c > "\x7f"]
    if not high:
        return 1.0
    odd = sum(unicodedata.category(c) in ("Cc", "Cn", "Co") for c in high) / len(high)
    arabic = sum("\u0600" <= c <= "\u06ff" for c in high) / len(high)
    if arabic > 0.5:
        share = share_of_frequent_words(text)
        length = len(high) / max(1, len(_ARABIC_WORD.findall(text)))
        if length > 2.5 and share >= _ENOUGH_WORDS:
            return (arabic > _ALL_ARABIC) + arabic + share - 5 * odd
        return 0.3 - odd if arabic > _ALL_ARABIC and length > 2.5 else -odd  # too short for a frequent word
    words: list[str] = _WORD_WITH_HIGH.findall(text)
    foreign = sum(sum(c > "\x7f" for c in w) > len(w) / 2 for w in words if len(w) > 1)
    return 0.5 - 5 * (odd + arabic) - 4 * foreign / max(1, len(words))


def _asked(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        return None
    try:
        text = data.decode(best.encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    odd = sum(unicodedata.category(c) in ("Cc", "Cn", "Co") and c not in "\t\n\r\f" for c in text[:_SAMPLE])
    letters = sum(c.isalpha() for c in text[:_SAMPLE])
    return str(best.encoding) if odd == 0 and letters > len(text[:_SAMPLE]) * 0.4 else None
