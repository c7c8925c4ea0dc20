"""When it happened: the days that a report tells near a happening, but not those that only tell when something was said."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace

from tahqiq.reading.dates import DateMark
from tahqiq.reading.happenings import Happening
from tahqiq.reading.scene import Scene
from tahqiq.reading.slots.around import Candidate, InOrder, Proposal, Seat, Surroundings, each_once, family, with_pairs
from tahqiq.reading.triggers import Trigger

_AGES = ((0, "age_today"), (1, "age_yesterday"), (7, "age_week"), (45, "age_month"))
_OPENING = 2  # the last of the first sentences, whose days may be those of whatever the report tells
_FAR = 99  # tokens to a trigger of another sentence: any word of saying is nearer
_SPEAKER_REACH = 4  # tokens between a day and a speaker
_BARE_WORDS = 4  # words beside a day in a line that is a date line
_SHARED = frozenset(("same_sentence", "in_title", "nearest_here", "saying_adjacent", "first_told", "stands_alone"))
_PAIRED = frozenset(("same_sentence", "in_title", "saying_adjacent", "said_then", "here_1"))


def propose_dates(scene: Scene, happening: Happening, others: Sequence[Happening], around: Surroundings | None = None) -> list[Proposal]:
    """Resolved days near the happening; days that only tell when something was said are marked."""
    around = around or Surroundings(scene, happening, others)
    resolved = [d for d in scene.dates if d.resolved]
    order = InOrder(around, [d.first for d in resolved])
    is_background = any(trigger.cues & {"background", "background_far"} for trigger in happening.triggers)
    found: list[Candidate] = []
    for date in [*resolved, *_openings(resolved)]:
        seat = around.seat(date.first, date.last)
        if seat.sentence not in around.near and seat.sentence > _OPENING:
            continue
        names = [
            *around.names(seat, date.first, date.last),
            *_beside_words_of_saying(scene, date, seat),
            f"grain_{date.grain}",
            f"value_{date.value.split()[0]}",
            "only_date" if len(resolved) == 1 else "some_dates",
            *_age(scene, date),
            *scene.roles_beside(date.first, date.last),
            *_among_dates(scene, seat),
        ]
        if is_background:
            names.append("background_cue")
        names += order.names(date.first)
        names += _of_saying(scene, date, seat.trigger if seat.is_here else None)
        first, last = scene.analysis.bounds[seat.sentence]
        if seat.sentence not in scene.analysis.title and last - first <= date.last - date.first + _BARE_WORDS:
            names.append("stands_alone")
        found.append(Candidate(f"{date.start} {date.end}", seat.rank, date, names))
    kind = family(happening)
    return [(candidate.value, with_pairs(candidate.names, kind, _PAIRED)) for candidate in each_once(found, _SHARED)]


def _openings(dates: Sequence[DateMark]) -> list[DateMark]:
    """The first day, month or year of each span up to now: `since 2014` tells when a town fell, too."""
    found = []
    for date in dates:
        words = date.value.split()
        if words[0] != "since" or date.start is None or len(words) < 2:
            continue
        start, end, grain = date.start, date.start, "day"
        if words[1] in ("y", "year", "years"):
            end, grain = start.replace(month=12, day=31), "year"
        elif words[1] in ("my", "m", "month", "months"):
            end, grain = start.replace(day=monthrange(start.year, start.month)[1]), "month"
        found.append(replace(date, end=end, grain=grain, value="opening " + " ".join(words[1:])))
    return found


def _beside_words_of_saying(scene: Scene, date: DateMark, seat: Seat) -> list[str]:
    """Whether a word of saying stands nearer to a day than the trigger does."""
    says = scene.analysis.in_sentence("saying", seat.sentence)
    if not says:
        return []
    nearest = min(scene.gap(date.first, date.last, m.first, m.last)[1] for m in says)
    is_nearer = nearest < (seat.gap if seat.is_here else _FAR)
    return ["saying_nearer" if is_nearer else "saying_farther", *(["saying_adjacent"] if nearest <= 1 else [])]


def _age(scene: Scene, date: DateMark) -> list[str]:
    """How long a day lies before publication."""
    if not (scene.published and date.start and date.end):
        return []
    age = (scene.published - date.end).days
    return [next((name for days, name in _AGES if age <= days), "age_old")]


def _among_dates(scene: Scene, seat: Seat) -> list[str]:
    """Whether the sentence tells other days, and whether none of them stands nearer to the trigger."""
    here = [d for d in scene.dates_in(seat.sentence) if d.resolved]
    names = ["rival_dates_here"] if len(here) > 1 else []
    trigger = seat.trigger
    if seat.is_here and all(seat.gap <= scene.gap(d.first, d.last, trigger.first, trigger.last)[1] for d in here):
        names.append("nearest_here")
    return names


def _of_saying(scene: Scene, date: DateMark, trigger: Trigger | None) -> list[str]:
    """Whether the day stands in the clause of who speaks, so that it tells when something was said."""
    names = []
    for saying in scene.sayings_in(scene.sentence(date.first)):
        if saying.continued:
            continue
        speaker = saying.claimant
        _, near = scene.gap(date.first, date.last, speaker.first, speaker.last)
        if near > _SPEAKER_REACH or scene.crosses_break(min(speaker.last, date.last) - 1, max(speaker.first, date.first)):
            continue
        names.append("beside_speaker")
        if trigger is None or scene.crosses_break(min(trigger.first, date.first), max(trigger.first, date.first)):
            names.append("said_then")
        if saying.mark and min(speaker.first, saying.mark.first) < date.first < max(speaker.first, saying.mark.first):
            names.append("inside_saying")
    return list(dict.fromkeys(names))
