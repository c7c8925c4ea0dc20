"""Reports in our own words with their whole records, as gold writes them: what tools/plainly/<language>.yaml tells.

A real report is noisy, and so is what is annotated of it; these tell plainly, so that what a clause gives its parts is learnt of
them too. They are made up of ways of saying and say nothing of the world. Weights are learnt of them beside gold; nothing is
measured by them but that they are read (tests/reading/test_plain_reports.py).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "plainly"
BEGINS = "plain-"  # how their ids begin
EFFECTS = ("killed", "injured", "missing", "detained", "abducted", "displaced")
KEYS = {"type", "trigger", "status", "certainty", "background", "count", "date", "place", "by", "struck", "victims", "weapons", "sources"}


def plain_reports(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Every report of every language, as a record of gold.

    Raises: ValueError naming the report where words of its record do not stand in its text, or a key is not known.
    """
    found = []
    for path in sorted(folder.glob("*.yaml")):
        for n, report in enumerate(yaml.safe_load(path.read_text("utf-8"))):
            record = _record(f"{BEGINS}{path.stem}-{n}", path.stem, report)
            if missing := [words for words in _words(report["events"]) if words not in record["text"]]:
                raise ValueError(f"{record['id']}: «{missing[0]}» does not stand in its text")
            found.append(record)
    return found


def _words(events: list[Mapping[str, Any]]) -> Iterator[str]:
    for event in events:
        if unknown := set(event) - KEYS - set(EFFECTS):
            raise ValueError(f"{event['trigger']}: {', '.join(sorted(unknown))} is not known")
        yield event["trigger"]
        yield from (event["place"],) if event.get("place") else ()
        for key in ("by", "struck", "victims", "sources"):
            yield from event.get(key, ())


def _record(name: str, language: str, report: Mapping[str, Any]) -> dict[str, Any]:
    events = [_event(event) for event in report["events"]]
    return {"id": name, "text": report["text"].strip("\n"), "language": language, "published": str(report["published"]), "url": None,
            "relevant": bool(events), "events": events, "figures": []}  # fmt: skip


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    count, days, place = event.get("count", 1), event.get("date"), event.get("place")
    return {
        "event_type": event["type"],
        "trigger": event["trigger"],
        "status": event.get("status", "occurred"),
        "certainty": event.get("certainty", "asserted"),
        "background": event.get("background", False),
        "count": [count, count],
        "date": {"text": "", "start": str(days[0]), "end": str(days[1])} if days else None,
        "place": {**_named(place), "lat": None, "lon": None, "country": None, "precision": None} if place else None,
        "perpetrators": [_named(words) for words in event.get("by", ())],
        "targets": [_named(words) for words in event.get("struck", ())],
        "victims": [_named(words) for words in event.get("victims", ())],
        "weapons": list(event.get("weapons", ())),
        "casualties": [
            {"effect": effect, "who": who, "min": least, "max": most, "text": ""}
            for effect in EFFECTS
            for who, least, most in event.get(effect, ())
        ],
        "sources": [{**_named(words), "stance": stance} for words, stance in event.get("sources", {}).items()],
    }


def _named(words: str) -> dict[str, str]:
    return {"text": words, "name": words}
