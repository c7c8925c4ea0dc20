"""Writes docs/measurements.md: what the reader scores on gold and public benchmarks, each figure with the command that gives it.

    python tools/write_measurements.py --shared ../shared            (`make measure`)
    python tools/write_measurements.py --from scores.json            from what `tahqiq evaluate FOLDER --part open --json` printed

Where the shared folder is absent the page stays as it is and the run says so.
"""

import argparse
import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "measurements.md"
LANGUAGES = ("ar", "ur", "fa", "en", "all")
COMMAND = "tahqiq evaluate FOLDER --part open"
TITLES = {
    "gold": (
        "Gold reports",
        "F1 in points by slot, over the development reports (those whose number three does not divide; the others are kept for a last "
        "look). "
        "`language`, `status`, `certainty`, `stance`, `casualties_who` and `grounded` are shares of what was paired.",
    ),
    "timex": ("Dates", "Spans: F1. Values: the share of gold days (`one day`) and of all calendar values given exactly."),
    "geo": (
        "Places",
        "Spans: F1. `resolved`: the share of gold points that got a point; `within 161 km of resolved`: the share of these that lie "
        "near enough (of countries and provinces: 500 km); `settled`: populated places alone.",
    ),
    "ner": ("Names", "F1 of spans. A reader of conflict news need not find every footballer or suburb."),
    "muc4": (
        "MUC-4",
        "English attack reports of 1988 to 1991 in capitals, by the ordinary English pack with no list of their names, as templates "
        "(`tahqiq evaluate muc4 FILE --out PRED`). F1; CEAF-REE over five roles of the document, the others on the full key. Of the "
        "systems of 1992 on the test split the best scored 89 (relevant), 74 (incident type), 52 (CEAF-REE) and 61 (all slots).",
    ),
    "parallel": (
        "The same news in four languages",
        "123 documents translated by people; over those that tell of conflict in any language, what two languages both tell, of what "
        "each tells. `tahqiq evaluate parallel FILE --differences` lists what differs.",
    ),
    "eventtype": ("Event types", "South Asia Terrorism Portal notes, F1 of whether a note tells of each type."),
    "counts": (
        "Counts",
        "UCDP events of Bangladesh with headlines: the toll within low and high, the place within 161 km. Headlines often count another "
        "scope than the event: a weak set.",
    ),
}


def page(rows: Sequence[dict[str, Any]], absent: Iterable[str], day: dt.date) -> str:
    """The page's text."""
    parts = [
        "# Measurements\n\n"
        f"What the reader scores, measured on {day}. Every figure comes from one command, run where gold and benchmarks are:\n\n"
        f"```sh\n{COMMAND}\n```\n\n"
        "`--json` gives precision, recall and counts behind each figure. The measures are those of the project's outside scorers; tests "
        "hold ours to theirs.\n"
    ]
    for kind, (title, text) in TITLES.items():
        found = [row for row in rows if row["kind"] == kind]
        if found:
            parts.append(f"\n## {title}\n\n{text}\n\n{_table(found)}")
    parts += [f"\nNot measured: {line}.\n" for line in absent]
    parts.append(
        "\n## Bulk and speed\n\n"
        "`make test-long` reads every article of the bulk news (6,054 in four languages) twice, under two hash seeds: none fails, none "
        "takes longer than a second, both give the same bytes, memory stays under 600 MB. "
        "Every sixtieth article is read so in `make test`. "
        "Reports a second: `make bench`.\n"
    )
    return "".join(parts)


def _table(rows: Sequence[dict[str, Any]]) -> str:
    languages = [code for code in LANGUAGES if any(row["language"] == code for row in rows)]
    lines: dict[tuple[str, str], dict[str, float | None]] = {}
    for row in rows:
        lines.setdefault((row["name"], row["slot"]), {})[row["language"]] = row["points"]
    text = f"| set | slot | {' | '.join(languages)} |\n| --- | --- |{' ---: |' * len(languages)}\n"
    for (name, slot), line in lines.items():
        cells = ("" if code not in line else "-" if line[code] is None else f"{line[code]:.1f}" for code in languages)
        text += f"| {name} | {slot} | {' | '.join(cells)} |\n"
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--from", type=Path, dest="scores", help="What `tahqiq evaluate FOLDER --part open --json` printed.")
    given = parser.parse_args()
    if given.scores:
        found = json.loads(given.scores.read_text("utf-8"))
    elif given.shared.is_dir():
        from tahqiq.evaluation.benchmarks import measure

        table = measure(given.shared, part="open")
        found = {"rows": [asdict(row) for row in table.rows], "absent": list(table.absent)}
    else:
        print(f"no gold and benchmarks in {given.shared}: the page stays as it is")
        return
    PAGE.write_text(page(found["rows"], found["absent"], dt.date.today()), "utf-8")
    print(f"{PAGE.name}: {len(found['rows'])} figures")


if __name__ == "__main__":
    main()
