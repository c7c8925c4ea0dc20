"""JSON Lines: one incident a line, whole, with its accounts and where they were published. It loses nothing but what is withheld."""

from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec

from tahqiq.export.happenings import Happening, Happenings
from tahqiq.model import Report, to_json
from tahqiq.settings import Settings


class Jsonl:
    """Incidents as this project keeps them."""

    name = "jsonl"
    title = "JSON Lines of incidents with their accounts"
    media_type = "application/jsonl"
    extension = "jsonl"
    cannot_hold: tuple[str, ...] = ()

    def write(self, what: Happenings, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        encoder = msgspec.json.Encoder()
        for one in what:
            out.write(encoder.encode(_line(one, what)) + b"\n")
        return what.count, {}


def _line(one: Happening, what: Happenings) -> dict[str, Any]:
    incident = one.incident
    line: dict[str, Any] = to_json(incident)
    if not incident.withheld:
        del line["withheld"]
    accounts, reports = {a.id: a for a in one.accounts}, {r.id: r for r in one.reports}
    for toll in incident.tolls:
        for bound, value, by in (("low", toll.low, toll.low_by), ("best", toll.best, toll.best_by), ("high", toll.high, toll.high_by)):
            what.trace(one, incident.id, f"tolls.{toll.effect}.{toll.who}.{bound}", value, toll, by=by)
    line["accounts"] = [to_json(accounts[name]) if name in accounts else {"id": name} for name in incident.accounts]
    line["reports"] = [_report(name, reports.get(name)) for name in incident.reports]
    line["protection"] = {"policy": what.protection.policy, "rules": list(what.protection.rules)}
    return line


def _report(name: str, report: Report | None) -> dict[str, Any]:
    """Where it was published; the text itself only where nothing is withheld."""
    if report is None:
        return {"id": name}
    known = {key: value for key, value in to_json(report).items() if value not in (None, "", []) and (value or key != "media")}
    return {"id": name, **known}
