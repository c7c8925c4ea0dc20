"""A report's text cut where marks begin and end, so that overlapping marks lie on one another without nesting.

What comes in is a text and marks over it (code points, end exclusive); what goes out are segments that join to the text again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tahqiq.web.contexts import Segment

PASSAGE_REACH = 220  # code points on either side of the trigger: about three lines of a 65-character column


@dataclass(frozen=True, slots=True)
class Mark:
    """One mention on the text. `key` joins it to its value; `target` is where the mark leads."""

    start: int
    end: int
    kind: str
    key: str
    target: str


def segments(
    text: str,
    marks: Iterable[Mark],
    *,
    furniture: Iterable[tuple[int, int]] = (),
    at: tuple[int, int] | None = None,
    window: tuple[int, int] | None = None,
) -> tuple[Segment, ...]:
    """The text (or its `window`) in stretches under the same marks; `at` is the stretch that the address asks for.

    Marks outside the text are left out. Of several marks on one stretch, the shortest is the one that it leads to.
    """
    first, last = window or (0, len(text))
    held = sorted((m for m in set(marks) if first <= m.start < m.end <= last), key=lambda m: (m.start, m.end, m.kind, m.target))
    other = [(start, end) for start, end in furniture if start < end]
    if at is not None:
        other_cuts = {*at}
    else:
        other_cuts = set()
    cuts = {first, last, *(m.start for m in held), *(m.end for m in held), *(x for span in other for x in span), *other_cuts}
    points = sorted(cut for cut in cuts if first <= cut <= last)
    return tuple(_segment(text, start, end, held, other, at) for start, end in pairwise(points))


def _segment(
    text: str, start: int, end: int, held: Sequence[Mark], furniture: Sequence[tuple[int, int]], at: tuple[int, int] | None
) -> Segment:
    over = sorted((m for m in held if m.start <= start and end <= m.end), key=lambda m: (m.end - m.start, m.kind, m.target))
    return Segment(
        text=text[start:end],
        kinds=tuple(dict.fromkeys(m.kind for m in over)),
        keys=tuple(dict.fromkeys(m.key for m in over)),
        opens=tuple(dict.fromkeys([*(m.key for m in over if m.start == start), *_asked_here(at, start)])),
        target=over[0].target if over else "",
        at=at is not None and at[0] <= start and end <= at[1],
        furniture=any(a <= start and end <= b for a, b in furniture),
    )


def _asked_here(at: tuple[int, int] | None, start: int) -> list[str]:
    """The anchor of the words that the address asks for, so that the browser finds them though nothing was read out of them."""
    return [f"{at[0]}-{at[1]}"] if at is not None and at[0] == start else []


def passage(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch around [start, end) that is worth quoting: its paragraph, or as much of it as fits, cut between words."""
    first = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    last = len(text) if stop < 0 else stop
    if start - first > PASSAGE_REACH:
        space = text.find(" ", start - PASSAGE_REACH, start)
        first = space + 1 if space >= 0 else start
    if last - end > PASSAGE_REACH:
        space = text.rfind(" ", end, end + PASSAGE_REACH)
        last = space if space >= 0 else end
    return first, last
