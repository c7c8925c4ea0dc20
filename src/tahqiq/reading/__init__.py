"""Reading: what one report tells of which happenings, and who says so.

`read(report)` is pure and offline. Whatever reads, every value is grounded in a span of the text (`check`), or it is refused.
"""

import datetime as dt
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from tahqiq.languages import identify, load_language, supported, unread_reason
from tahqiq.model import Mention, Reading, Report
from tahqiq.reading.casing import as_found, is_capitals, recased
from tahqiq.reading.dates import find_dates
from tahqiq.reading.guide import slot_mentions
from tahqiq.reading.numbers import find_quantities
from tahqiq.reading.rules import RulesReader
from tahqiq.registries import load_actors, load_places

_URL_DATE = re.compile(r"(?<!\d)(20\d\d|19\d\d)[/-](\d{1,2})[/-](\d{1,2})(?!\d)|(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)")
_HEAD = 400  # characters of a text in which a dateline stands


class Reader(Protocol):
    """Whatever reads a report: equal input gives equal readings."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def read(self, report: Report, language: str) -> Reading:
        """The reading of a report in a language that has a pack."""
        ...


@lru_cache(maxsize=4)
def default_reader(places: str = "") -> RulesReader:
    """The reader over packs and registries; `places` is a user's registry beside the shipped one."""
    return RulesReader(load_places([Path(places)] if places else ()), load_actors())


def read(report: Report, reader: Reader | None = None) -> Reading:
    """What a report tells. A language that no pack reads gives an empty reading with the reason in `unread`.

    `report.language` is believed where it is given; `report.published` is a day at the source's place, None leaves relative
    days unresolved unless the text itself holds a full date.
    """
    reader = reader or default_reader()
    language = report.language or identify(report.text)
    if language is None or language not in supported():
        reason = report.unread or unread_reason(report.text)
        return Reading(report.id, reader.name, reader.version, None, relevant=False, unread=reason)
    plain = with_small_letters(report, language)
    reading = reader.read(plain, language)
    if plain is not report:
        reading = as_found(reading, report.text)
    check(report, reading)
    return reading


def with_small_letters(report: Report, language: str) -> Report:
    """The report with small letters where it came without any; the same report where it has them."""
    if not is_capitals(report.text):
        return report
    shipped = default_reader()
    return replace(report, text=recased(report.text, language, shipped.places, shipped.actors))


def check(report: Report, reading: Reading) -> None:
    """Holds a reader to its promise that each mention quotes the report; raises AssertionError naming the one that does not."""
    for account in reading.accounts:
        for _, mention in slot_mentions(account):
            assert report.text[mention.start : mention.end] == mention.text, f"{account.event_type}: {mention} does not stand in the report"


def published_date(report: Report) -> dt.date | None:
    """The day of publication that address or dateline tell in full, None where neither does."""
    return _date_in_url(report.url or "") or _date_in_head(report)


def _date_in_url(url: str) -> dt.date | None:
    match = _URL_DATE.search(url)
    if not match:
        return None
    year, month, day = (int(g) for g in match.groups() if g)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _date_in_head(report: Report) -> dt.date | None:
    language = report.language or identify(report.text)
    if language is None or language not in supported():
        return None
    pack = load_language(language)
    from tahqiq.fold import fold

    tokens = pack.lexicon.tokens(fold(report.text[:_HEAD]))
    quantities = find_quantities(tokens, pack.lexicon.find(tokens), pack)
    first = next((d for d in find_dates(tokens, quantities, pack.dates, None, pack.dates.week_start) if d.value == "ymd" and d.start), None)
    return first.start if first else None


def find_mentions(report: Report, places: str = "") -> list[dict[str, object]]:
    """Dates, places, persons and organisations of a report, with values and coordinates, in the order of the text.

    `places` is a user's registry beside the shipped one.
    """
    from tahqiq.reading.scene import find_scene

    language = report.language or identify(report.text)
    if language is None or language not in supported() or not report.text.strip():
        return []
    reader = default_reader(places)
    scene = find_scene(with_small_letters(report, language), language, reader.places, reader.actors)
    found: list[dict[str, object]] = []
    for date in scene.dates:
        value = {"start": str(date.start), "end": str(date.end)} if date.resolved else None
        found.append({"kind": "date", **_span(scene.analysis.mention(date.first, date.last, date.rule)), "value": value})
    for place in scene.places:
        mention = scene.analysis.mention(place.first, place.last, place.rule)
        found.append({"kind": "place", **_span(mention), "name": place.place.name, "lat": place.place.lat, "lon": place.place.lon})
    kinds = {"person": "person", "actor": "organisation"}
    for entity in scene.entities:
        if entity.kind in kinds:
            mention = scene.analysis.mention(entity.first, entity.last, entity.rule, clitics=entity.clitics)
            found.append({"kind": kinds[entity.kind], **_span(mention), "name": entity.name})
    as_stood = [{**m, "text": report.text[slice(*_offsets(m))]} for m in found]
    return sorted(as_stood, key=lambda m: (str(m["kind"]), m["start"]))


def _offsets(mention: dict[str, object]) -> tuple[int, int]:
    start, end = mention["start"], mention["end"]
    assert isinstance(start, int) and isinstance(end, int)
    return start, end


def _span(mention: Mention) -> dict[str, object]:
    return {"start": mention.start, "end": mention.end, "text": mention.text}
