"""Letters that cannot be seen, made to be seen: what turns the direction of others, and controls, stand as a mark wherever a page prints.

What comes in is a text from anywhere; what goes out has as many letters, so that places in it stay where they are.
"""

import re

from markupsafe import Markup

MARK = "\ufffd"
# Overrides and embeddings turn whole lines round whatever stands around them; the others are drawn as nothing in most fonts.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\ufff9-\ufffb\U000e0000-\U000e007f]")
_ISOLATES = re.compile("[\u2066-\u2069]")
_OPENING = "\u2066\u2067\u2068"


def visible(value: object) -> object:
    """The value as a page prints it; markup that a template made stays as it is."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    told = _UNSEEN.sub(_mark, value)
    return told if _is_closed(told) else _ISOLATES.sub(MARK, told)


def _mark(found: "re.Match[str]") -> str:
    """Controls of ASCII by their pictures, all others by one mark."""
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else MARK


def _is_closed(text: str) -> bool:
    """True where every isolate that begins in the text ends in it: else it would reach into what stands beside it."""
    depth = 0
    for letter in _ISOLATES.findall(text):
        depth += 1 if letter in _OPENING else -1
        if depth < 0:
            return False
    return depth == 0
