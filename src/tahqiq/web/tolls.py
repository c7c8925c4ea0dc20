"""Tolls as words and bars: low, best and high of each effect and group, never a point where there is a range.

What comes in are an incident's tolls and its accounts' casualties; what goes out are `TollLine`s on an axis of 0 to 100.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from tahqiq.model import Account, Casualty, Incident, Report, Toll, Voice
from tahqiq.web.contexts import Bar, ClaimBar, Claimed, TollLine
from tahqiq.web.matrix import rule_words
from tahqiq.web.told import Teller, mention_address

# Groups that stand for everyone harmed; the others are parts of them.
WHOLE = ("total", "all", "unspecified", "mixed")
EFFECTS = ("killed", "injured", "missing", "detained", "abducted", "displaced")

Scale = Callable[[float], float]


def main_toll(incident: Incident, effect: str) -> Toll | None:
    """The toll of everyone that the effect befell: a group that stands for all, else the largest one told."""
    told = [toll for toll in incident.tolls if toll.effect == effect]
    whole = [toll for name in WHOLE for toll in told if toll.who == name]
    if whole:
        return whole[0]
    return max(told, key=lambda toll: (toll.best, toll.low, toll.who), default=None)


def lines(incident: Incident, accounts: Sequence[Account], teller: Teller) -> tuple[TollLine, ...]:
    """Every toll on one axis, with a tick for each account's claim."""
    limit = axis_limit(incident.tolls)
    ordered = sorted(
        incident.tolls, key=lambda toll: (_place(EFFECTS, toll.effect), toll is not main_toll(incident, toll.effect), toll.who)
    )
    return tuple(line(toll, teller, linear(limit), _ticks(toll, accounts)) for toll in ordered)


def line(toll: Toll, teller: Teller, scale: Scale, ticks: Iterable[int] = ()) -> TollLine:
    high = toll.best if toll.high is None else toll.high
    bar = Bar(
        scale(toll.low), scale(toll.best), scale(max(high, toll.best)), toll.high is None, tuple(sorted({scale(tick) for tick in ticks}))
    )
    told = teller.wording.range(toll.low, toll.high)
    return TollLine(toll.effect, toll.who, label(toll, teller), told, toll.low, toll.best, toll.high, rule_words(toll.rule, teller), bar)


def label(toll: Toll, teller: Teller) -> str:
    """The effect, and the group where it is not everyone."""
    effect = teller.effect(toll.effect)
    return effect if toll.who in WHOLE else teller.wording("told.of_effect", effect=effect, who=teller.wording.label("who", toll.who))


def words(incident: Incident, teller: Teller) -> tuple[str, ...]:
    """'killed 1 (civilians none)', 'injured unknown': the two that are always asked, and whatever else was told."""
    effects = [effect for effect in EFFECTS if effect in ("killed", "injured") or main_toll(incident, effect)]
    return tuple(_word(incident, effect, teller) for effect in effects)


def _word(incident: Incident, effect: str, teller: Teller) -> str:
    whole = main_toll(incident, effect)
    if whole is None:
        return teller.wording("toll.unknown", effect=teller.effect(effect))
    told = teller.wording("toll.known", effect=teller.effect(effect), told=teller.wording.range(whole.low, whole.high))
    parts = [
        toll for toll in incident.tolls if toll.effect == effect and toll.who not in WHOLE and (toll is not whole or whole.who not in WHOLE)
    ]
    named = [
        teller.wording("told.of_group", count=teller.wording.range(t.low, t.high), who=teller.wording.label("who", t.who)) for t in parts
    ]
    return teller.wording("toll.with_parts", told=told, parts=teller.wording.together(named)) if named else told


def axis_limit(tolls: Iterable[Toll]) -> int:
    return max((max(toll.best, toll.high or 0, toll.low) for toll in tolls), default=0)


def linear(limit: int) -> Scale:
    """0 to the limit over nine tenths of the axis; what is open runs on to its end."""
    return lambda value: round(90.0 * value / max(1, limit), 1)


def rooted(limit: int) -> Scale:
    """Square roots, so that one and a hundred can both be seen in a list."""
    return lambda value: round(90.0 * math.sqrt(value / max(1, limit)), 1)


def claimed(incident: Incident, accounts: Sequence[Account], reports: Mapping[str, Report], teller: Teller) -> tuple[Claimed, ...]:
    """Killed and injured as each voice tells them: the range of its latest telling, those before it as superseded."""
    found = []
    for effect in ("killed", "injured"):
        toll = main_toll(incident, effect)
        rows = _claims(toll, incident, accounts, reports, teller) if toll else ()
        if toll and len(rows) > 1:
            found.append(Claimed(label(toll, teller), rows))
    return tuple(found)


def _claims(
    toll: Toll, incident: Incident, accounts: Sequence[Account], reports: Mapping[str, Report], teller: Teller
) -> tuple[ClaimBar, ...]:
    group = {toll.who, *WHOLE} if toll.who in WHOLE else {toll.who}
    scale = linear(axis_limit([toll]))
    voice_of = {report: voice for voice in incident.voices for report in voice.reports}
    told: dict[tuple[str, int, int | None], tuple[Account, Casualty, Report]] = {}
    for account in accounts:
        report = reports.get(account.report)
        if report is None or account.status in ("denied", "planned"):
            continue
        for one in (c for c in account.casualties if c.effect == toll.effect and c.who in group):
            voice = voice_of.get(report.id)
            key = (voice.id if voice else report.id, one.min, one.max)
            if key not in told or _day(report) < _day(told[key][2]):
                told[key] = (account, one, report)
    last: dict[str, dt.date] = {}
    for (name, _, _), (_, _, report) in told.items():
        last[name] = max(_day(report), last.get(name, dt.date.min))
    ordered = sorted(told.items(), key=lambda item: (_day(item[1][2]), item[0][0], item[0][1]))
    return tuple(
        _claim(one, account, report, voice_of.get(report.id), scale, teller, superseded=_day(report) < last[key[0]])
        for key, (account, one, report) in ordered
    )


def _claim(
    one: Casualty, account: Account, report: Report, voice: Voice | None, scale: Scale, teller: Teller, *, superseded: bool
) -> ClaimBar:
    who = teller.speaker(voice.speaker) if voice and voice.speaker.name else teller.outlet(report)
    high = one.max if one.max is not None else one.min
    return ClaimBar(
        who=who,
        party=teller.wording(f"assessed.side.{voice.side}") if voice and voice.side else "",
        told=teller.casualty(one),
        day=teller.wording.day(report.published) if report.published else "",
        bar=Bar(scale(one.min), scale(one.min), min(100.0, scale(high)), one.max is None),
        address=mention_address(report.id, one.mention.start, one.mention.end),
        superseded=superseded,
    )


def _day(report: Report) -> dt.date:
    return report.published or dt.date.min


def _ticks(toll: Toll, accounts: Sequence[Account]) -> list[int]:
    group = {toll.who, "unspecified"} if toll.who in WHOLE else {toll.who}
    return [c.min for account in accounts for c in account.casualties if c.effect == toll.effect and c.who in group]


def _place(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)
