"""All gold and benchmarks of a folder, run and put into one table by set, slot and language.

What comes in is a folder with `gold/*.jsonl` and `data/<kind>/*.jsonl` (or with these themselves); what goes out are rows in
points of a hundred, and a sentence for each kind that is not there. Which kinds are known stands in `KINDS`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tahqiq.evaluation.gold import MARKED, ROWS, SHARES, Counts, Record, day_of, distance_km, evaluate_reader
from tahqiq.evaluation.parallel import SLOTS as PARALLEL_SLOTS
from tahqiq.evaluation.parallel import agreement
from tahqiq.evaluation.spans import NEAR_KM, found_in, score_spans, set_name
from tahqiq.model import Report

LANGUAGES = ("ar", "ur", "fa", "en")
PARTS = ("all", "open", "aside")
Watch = Callable[[Sequence[Record], str], Iterable[Record]]
_TYPES = {
    "armed_assault": frozenset(("armed_attack", "armed_clash", "execution", "raid", "encounter", "shelling")),
    "bombing": frozenset(("explosion", "suicide_bombing")),
    "kidnapping": frozenset(("abduction",)),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure in points: of which set, which slot, in which language; `detail` holds what it is made of."""

    kind: str
    name: str
    slot: str
    language: str
    points: float | None
    detail: dict[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """Every row measured, and a sentence for whatever was looked for and is not there."""

    rows: tuple[Row, ...]
    absent: tuple[str, ...]


def measure(folder: Path, *, part: str = "all", kinds: Sequence[str] = (), watch: Watch = lambda items, _: items) -> Table:
    """Runs everything found in a folder.

    Args:
        part: which gold reports: all, open (whose number three does not divide) or aside (the others), kept for a later look.
        kinds: only these kinds; all that are known where none is named.
        watch: stands between the records and the reader, for a progress bar.

    Raises: ValueError where the folder holds nothing that is known.
    """
    rows: list[Row] = []
    absent: list[str] = []
    for kind, (place, score) in KINDS.items():
        if kinds and kind not in kinds:
            continue
        files = _files(folder, place)
        if not files:
            absent.append(f"{kind}: no {place}/*.jsonl in {folder.name or folder}")
        for path in files:
            records = _numbered(load_lines(path))
            records = [r for r in records if kind != "gold" or is_in_part(str(r["id"]), part)]
            rows += score(path, list(watch(records, path.stem)) if kind != "gold" else records)
    if not rows:
        raise ValueError(f"{folder}: holds no gold and no benchmark ({', '.join(place for place, _ in KINDS.values())})")
    return Table(tuple(rows), tuple(absent))


def is_in_part(record_id: str, part: str) -> bool:
    """Whether a gold report belongs to a part; what has no number of a corpus is open."""
    number = re.findall(r"\d+", record_id)
    is_aside = bool(number) and not record_id.startswith("seed") and int(number[-1]) % 3 == 0
    return part == "all" or is_aside == (part == "aside")


def load_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file, with the number of the line as id where one has none; what is no reading matter is left out."""
    import json

    found = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError as error:
                raise ValueError(f"{path.name}, line {number}: {error.msg}") from error
    return found


def _numbered(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [record if "id" in record else {**record, "id": str(n)} for n, record in enumerate(records)]


def _files(folder: Path, place: str) -> list[Path]:
    candidates = [folder / place, folder / place.removeprefix("data/")]
    found = next((c for c in candidates if c.is_dir()), None)
    if found is None:
        return []
    return [path for path in sorted(found.glob("*.jsonl")) if _fits(path, place)]


def _fits(path: Path, place: str) -> bool:
    """True where the first line has what the kind asks for: links and other tables beside gold are left alone."""
    with path.open(encoding="utf-8") as lines:
        first = lines.readline()
    needed = {"gold": '"events"', "data/timex": '"spans"', "data/geo": '"spans"', "data/ner": '"spans"', "data/muc4": '"templates"'}
    return needed.get(place, '"id"') in first


# -- kinds ------------------------------------------------------------------------------------------------------------


def _gold(path: Path, records: Sequence[Record]) -> Iterator[Row]:
    scores = evaluate_reader(records)
    name = next(iter(scores.keys() - {"all"}), "") if len(scores) == 2 else "all"
    for slot in (*ROWS, *MARKED, *SHARES):
        if path.stem == name or len(scores) == 2:
            yield Row("gold", "gold" if path.stem == name else path.stem, slot, name, scores[name][slot])
        else:
            for language, found in scores.items():
                yield Row("gold", path.stem, slot, language, found[slot])


def _spans(kind: str) -> Callable[[Path, Sequence[Record]], Iterator[Row]]:
    def score(path: Path, records: Sequence[Record]) -> Iterator[Row]:
        told = {str(row["id"]): found_in(row) for row in records}
        by_language: dict[str, list[Record]] = {}
        for row in records:
            by_language.setdefault(row.get("lang") or path.stem[:2], []).append(row)
        if len(by_language) > 1:
            by_language["all"] = list(records)
        for language, rows in by_language.items():
            for part, values in score_spans(rows, told, set_name(path)).items():
                yield from _span_rows(kind, path.stem, part, language, values)

    return score


def _span_rows(kind: str, name: str, part: str, language: str, values: dict[str, float | None]) -> Iterator[Row]:
    figures = {"date_values": ("one_day", "all")}.get(part, ("f1",) if "f1" in values else ("resolved", "within_161_km_of_resolved"))
    for figure in figures:
        value = values[figure]
        slot = part if figure == "f1" else f"{part} {figure}".replace("_", " ")
        yield Row(kind, name, slot, language, None if value is None else 100 * value, values)


def _muc4(path: Path, records: Sequence[Record]) -> Iterator[Row]:
    from tahqiq.evaluation.muc4_scores import score

    scores = score(records, {r["id"]: muc4_templates(r) for r in records})
    for slot, rate in {"relevant": scores.relevance, "CEAF-REE": scores.ree, **scores.slots}.items():
        detail: dict[str, float | None] = {"precision": rate.precision, "recall": rate.recall, "documents": len(records)}
        yield Row("muc4", path.stem, slot if slot != "all" else "all slots", "en", 100 * rate.f1, detail)


def muc4_templates(record: Record) -> list[dict[str, Any]]:
    """The templates that the default reader makes of one document, which it is given with text and day alone."""
    from tahqiq.evaluation.muc4 import templates

    return templates(Report(record["text"], id=str(record["id"]), language="en", published=day_of(record.get("published"))))


def _parallel(path: Path, records: Sequence[Record]) -> Iterator[Row]:
    found = agreement(records)
    for slot in PARALLEL_SLOTS:
        for language in (*LANGUAGES, "all"):
            share = found.share(slot, language)
            detail: dict[str, float | None] = {
                "shared": 2 * found.shared[slot, language], "told": found.told[slot, language], "documents": found.documents,
            }  # fmt: skip
            yield Row("parallel", path.stem, f"{slot} agrees", language, None if share is None else 100 * share, detail)


def _event_types(path: Path, records: Sequence[Record]) -> Iterator[Row]:
    from tahqiq.reading import read

    counts = Counts()
    for record in records:
        told = {a.event_type for a in read(Report(record["text"], language=record.get("lang"))).accounts}
        for label, types in _TYPES.items():
            gold, believed = label in record["labels"], bool(told & types)
            counts.add(label, int(gold and believed), int(gold), int(believed))
    for label in _TYPES:
        precision, recall, f1 = counts.rates(label)
        yield Row(
            "eventtype", path.stem, label, "en", 100 * f1, {"precision": precision, "recall": recall, "gold": counts.by_key[label][1]}
        )


def _counts(path: Path, records: Sequence[Record]) -> Iterator[Row]:
    """Killed as headlines tell them, where one has a number, and places where one was told."""
    from tahqiq.reading import read

    killed, placed = [0, 0], [0, 0, 0]
    for record in records:
        report = Report("\n".join(record["headlines"]), language=record.get("lang"), published=day_of(record.get("source_date")))
        accounts = read(report).accounts
        if record.get("number_in_headline") and record["deaths"]["best"]:
            low, high = record["deaths"]["low"], record["deaths"]["high"]
            killed[0] += any(c.effect == "killed" and low <= c.min <= high for a in accounts for c in a.casualties)
            killed[1] += 1
        points = [
            {"lat": a.place.place.lat, "lon": a.place.place.lon} for a in accounts if a.place and a.place.place.precision != "country"
        ]
        distances = [km for p in points if (km := distance_km(record, p)) is not None]
        placed[0] += bool(distances) and min(distances) <= NEAR_KM
        placed[1] += bool(distances)
        placed[2] += 1
    yield Row("counts", path.stem, "killed", "en", _share(killed[0], killed[1]), {"gold": killed[1]})
    yield Row("counts", path.stem, "place of resolved", "en", _share(placed[0], placed[1]), {"resolved": placed[1], "gold": placed[2]})


def _share(hits: int, asked: int) -> float | None:
    return 100 * hits / asked if asked else None


KINDS: dict[str, tuple[str, Callable[[Path, Sequence[Any]], Iterable[Row]]]] = {
    "gold": ("gold", _gold),
    "timex": ("data/timex", _spans("timex")),
    "geo": ("data/geo", _spans("geo")),
    "ner": ("data/ner", _spans("ner")),
    "muc4": ("data/muc4", _muc4),
    "parallel": ("data/parallel", _parallel),
    "eventtype": ("data/eventtype", _event_types),
    "counts": ("data/counts", _counts),
}
