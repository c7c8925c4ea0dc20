"""Accounts and reports made for tests, a line each. Nothing here tells of anything that happened to anybody."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from tahqiq.model import Account, Casualty, Claim, Dated, Mention, Named, Place, Placed, Report

PLACES = {
    "eastern Syria": Place("Eastern Syria", "sy-eastern-syria", "SY", None, 35.2, 40.2, "region"),
    "Deir ez-Zor": Place("Deir ez-Zor", "sy-deir-ez-zor", "SY", "Deir ez-Zor", 35.336, 40.141, "settlement"),
    "Deir ez-Zor Governorate": Place("Deir ez-Zor Governorate", "sy-deir-ez-zor-governorate", "SY", "Deir ez-Zor", 35.0, 40.3, "province"),
    "Mayadin": Place("Al-Mayadin", "sy-al-mayadin", "SY", "Deir ez-Zor", 35.02, 40.45, "settlement"),
    "Aleppo": Place("Aleppo", "sy-aleppo", "SY", "Aleppo", 36.2, 37.16, "settlement"),
    "al-Bab": Place("Al-Bab", "sy-al-bab", "SY", "Aleppo", 36.37, 37.516, "settlement"),
    "Bizaa": Place("Bizaa", "sy-bizaa", "SY", "Aleppo", 36.37, 37.56, "settlement"),
    "Syria": Place("Syria", "sy-syria", "SY", None, 35.0, 38.5, "country"),
    "Anbar": Place("Anbar", "iq-anbar", "IQ", "Anbar", 33.0, 42.0, "province"),
    "Ain al-Asad": Place("Ain al-Asad", "iq-ain-al-asad", "IQ", "Anbar", 33.79, 42.44, "site"),
    "Kandahar": Place("Kandahar", "af-kandahar", "AF", "Kandahar", 31.61, 65.71, "settlement"),
}


def mention(words: str = "words", start: int = 0) -> Mention:
    return Mention(start, start + len(words), words, "made/up")


def named(name: str, actor: str | None = None, kind: str | None = None, words: str | None = None) -> Named:
    return Named(mention(words or name), name, actor, kind)


def killed(low: int, high: int | None = -1, who: str = "unspecified", qualifier: str = "exact", effect: str = "killed") -> Casualty:
    return Casualty(mention(str(low)), effect, who, low, low if high == -1 else high, qualifier)


def claim(name: str, stance: str = "reports", kind: str | None = None, actor: str | None = None, about: str = "event") -> Claim:
    return Claim(named(name, actor, kind), stance, about)


def told(
    id: str,
    event_type: str = "airstrike",
    *,
    day: str | None = None,
    until: str | None = None,
    grain: str = "day",
    place: str | Place | None = None,
    by: Iterable[Named] = (),
    at: Iterable[Named] = (),
    victims: Iterable[str | Named] = (),
    harm: Iterable[Casualty] = (),
    report: str | None = None,
    **more: Any,
) -> Account:
    """An account of the report `r-ID` unless another is named."""
    first = dt.date.fromisoformat(day) if day else None
    last = dt.date.fromisoformat(until) if until else first
    where = PLACES[place] if isinstance(place, str) else place
    return Account(
        id,
        report or f"r-{id}",
        event_type,
        mention("struck", 3),
        date=Dated(mention(day or ""), first, last, grain) if first and last else None,
        place=Placed(mention(where.name), where) if where else None,
        perpetrators=tuple(by),
        targets=tuple(at),
        victims=tuple(v if isinstance(v, Named) else named(v, kind="person") for v in victims),
        casualties=tuple(harm),
        **more,
    )


def reports_of(accounts: Sequence[Account], published: str | None = "2023-07-09", **of: Report) -> dict[str, Report]:
    """A report for each, by id; those in `of` as they are, by the account's id with its hyphens as underscores."""
    day = dt.date.fromisoformat(published) if published else None
    found = {a.report: Report(text="words", id=a.report, language="en", published=day) for a in accounts}
    return found | {report.id: report for report in of.values()}
