"""JSON Lines: one incident a line, whole, with its accounts and where they were published. It loses nothing but what is withheld."""

from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec

from tahqiq.model import Incident, Report, to_json
from tahqiq.protection import Protected
from tahqiq.settings import Settings


class Jsonl:
    """Incidents as this project keeps them."""

    name = "jsonl"
    title = "JSON Lines of incidents with their accounts"
    media_type = "application/jsonl"
    extension = "jsonl"
    cannot_hold: tuple[str, ...] = ()

    def write(self, what: Protected, out: BinaryIO, settings: Settings) -> tuple[int, Mapping[str, int]]:
        encoder = msgspec.json.Encoder()
        for incident in what.incidents:
            out.write(encoder.encode(_line(incident, what)) + b"\n")
        return len(what.incidents), {}


def _line(incident: Incident, what: Protected) -> dict[str, Any]:
    line: dict[str, Any] = to_json(incident)
    if not incident.withheld:
        del line["withheld"]
    line["accounts"] = [to_json(what.accounts[name]) if name in what.accounts else {"id": name} for name in incident.accounts]
    line["reports"] = [_report(name, what.reports.get(name)) for name in incident.reports]
    line["protection"] = {"policy": what.protection.policy, "rules": list(what.protection.rules)}
    return line


def _report(name: str, report: Report | None) -> dict[str, Any]:
    """Where it was published; the text itself only where nothing is withheld."""
    if report is None:
        return {"id": name}
    known = {key: value for key, value in to_json(report).items() if value not in (None, "", []) and (value or key != "media")}
    return {"id": name, **known}
