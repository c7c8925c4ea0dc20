"""Readings against gold records: precision, recall and F1 by language and slot, as gold/GUIDE.md means them.

What comes in are gold records and predicted ones in the guide's shape; what goes out are counts and a table. The measure is that
of the project's outside scorer, and a test holds both to a tenth of a point: two events are of one happening where their types
are of one family and they are anchored alike (triggers in one sentence, or two of date, place, toll and target agree); values of
such pairs are compared one to one, those of the others are misses and false alarms; `record` is micro-F1 over type and slots.
"""

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from tahqiq.model import Report

Record = Mapping[str, Any]
SLOTS = ("date", "place", "perpetrators", "targets", "victims", "weapons", "casualties", "sources")
EFFECTS = frozenset(("killed", "injured", "missing", "detained", "abducted", "displaced"))
_PLAIN = {"status": "occurred", "certainty": "asserted"}
_FAMILIES = tuple(
    frozenset(f.split())
    for f in (
        "airstrike shelling explosion suicide_bombing",
        "armed_clash armed_attack raid execution",
        "abduction arrest",
        "shootdown interception encounter",
        "agreement talks statement",
        "protest riot",
        "territory_change deployment",
        "destruction explosion",
        "disaster",
        "sexual_violence",
        "airstrike armed_attack",
        "shelling armed_clash armed_attack",
        "raid arrest",
        "explosion armed_attack suicide_bombing",
    )
)
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Za-z])(?<!\b(?:Lt|Mr|Dr|St|No))(?<!\b(?:Gen|Col|Maj|Sgt|Mrs|Sen|Rep|Jan|Feb|Aug|Oct|Nov|Dec))\.+(?!\w)|[!?؟۔।\n]+"
)
_LETTERS = str.maketrans("ٱىيةۃكهھەےۓګ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "اییہہکہہہییگ01234567890123456789")
_KIND_WORDS = frozenset(
    """
    forces force army armies military troops police group groups militants militant gunmen government governments officials
    official soldiers fighters people civilians state states ministry security spokesman source sources media قوات القوات جیش
    الجیش شرطہ الشرطہ امن الامن حکومہ الحکومہ مسلحون مصدر مصادر وزارہ تنظیم فورسز فوج پولیس حکام حکومت اہلکار ذرائع نیروہای
    نیروہا ارتش پلیس دولت مقامات منابع گروہ
    """.split()
)
_CLITICS = tuple(re.compile(p) for p in (r"[وف]?[بلک]?(?:ال)(\w{2,})$", r"[وف]?لل(\w{2,})$", r"[وف](\w{3,})$", r"[بلک](\w{3,})$"))


# -- when two values are one ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 16)
def plain(text: str) -> str:
    """Text without case, marks, letter variants, articles and punctuation."""
    text = unicodedata.normalize("NFKD", text).lower()
    text = "".join(c for c in text if not unicodedata.combining(c) and c not in "\u0640\u200c\u200d\u200e\u200f").translate(_LETTERS)
    text = re.sub(r"(?<=\w)['’ʼ`](?=\w)|(?<=\b\w)\.(?=\w\b)", "", text)
    return " ".join(re.sub(r"\b(the|al|ال|el)\b[\s-]*", "", re.sub(r"\s+", " ", re.sub(r"[^\w\s]", " ", text))).split())


@lru_cache(maxsize=1 << 16)
def _forms(word: str) -> frozenset[str]:
    if not re.match(r"[\u0600-\u06ff]", word):
        return frozenset((word,))
    return frozenset((word, *(m.group(1) for p in _CLITICS if (m := p.match(word)))))


def same_name(a: Record, b: Record) -> bool:
    """True where one's words hold the other's, the longer being no passage, and they share more than a kind of actor."""
    for x in _names(a):
        for y in _names(b):
            if x == y or _holds(*sorted((x.split(), y.split()), key=len)):
                return True
    return False


def _names(value: Record) -> set[str]:
    return {plain(value.get("text") or ""), plain(value.get("name") or "")} - {""}


def _holds(short: list[str], long: list[str]) -> bool:
    if len(long) > 2 * len(short) + 3 or set(short) <= _KIND_WORDS:
        return False
    return all(any(_forms(w) & _forms(v) for v in long) for w in short)


def distance_km(a: Record, b: Record) -> float | None:
    """Great-circle distance of two values with coordinates, None where one has none."""
    if None in (a.get("lat"), a.get("lon"), b.get("lat"), b.get("lon")):
        return None
    first, second = math.radians(a["lat"]), math.radians(b["lat"])
    h = math.sin((second - first) / 2) ** 2 + math.cos(first) * math.cos(second) * math.sin(math.radians(b["lon"] - a["lon"]) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(h)))


def same_place(gold: Record, told: Record) -> bool:
    """Near enough for the gold place's precision; the very name helps where the point is a matter of convention."""
    km, precision = distance_km(gold, told), gold.get("precision")
    wide = precision in ("province", "region", "country")
    named = bool(_names(gold) & _names(told))
    if km is None:
        return same_name(gold, told) if gold.get("lat") is None else named
    return km <= (150 if wide else 25) or (named and km <= (600 if precision == "country" else 300 if wide else 60))


def equal(slot: str, gold: Any, told: Any) -> bool:
    """Whether two values of a slot count as one."""
    if slot == "date":
        return bool(gold["start"] == told.get("start") and gold["end"] == told.get("end"))
    if slot == "place":
        return same_place(gold, told)
    if slot == "weapons":
        return bool(gold == told)
    if slot == "casualties":
        return bool((gold["effect"], gold["min"], gold.get("max")) == (told.get("effect"), told.get("min"), told.get("max")))
    return same_name(gold, told)


def values(event: Record, slot: str) -> list[Any]:
    """A slot's values as a list, empty where there is none that counts."""
    value = event.get(slot)
    if slot == "date" and isinstance(value, dict) and not value.get("start"):
        return []
    if slot == "casualties":
        return [c for c in value or [] if c.get("effect") in EFFECTS]
    return list(value) if isinstance(value, list) else [value] if value else []


def matched(slot: str, gold: Sequence[Any], told: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Equal values one to one, in the order of gold."""
    left, pairs = list(told), []
    for g in gold:
        found = next((t for t in left if equal(slot, g, t)), None)
        if found is not None:
            left.remove(found)
            pairs.append((g, found))
    return pairs


# -- when two events are of one happening -----------------------------------------------------------------------------


def _sentences(text: str, words: str | None, start: object = None, *, every: bool = False) -> set[int]:
    if not words:
        return set()
    ends = [m.end() for m in _SENTENCE_END.finditer(text)]

    def number(at: int) -> int:
        return sum(e <= at for e in ends)

    if isinstance(start, int) and text[start : start + len(words)] == words:
        return {number(start)}
    quoted = re.escape(words)
    found = [m.start() for m in re.finditer(rf"(?<!\w){quoted}(?!\w)", text)] or [m.start() for m in re.finditer(quoted, text)]
    return {number(at) for at in (found if every else found[:1])}


def likeness(gold: Record, told: Record, text: str) -> int:
    """How alike two events are, 0 where they cannot be one happening."""
    same_type = gold["event_type"] == told.get("event_type")
    if not same_type and not any(gold["event_type"] in f and told.get("event_type") in f for f in _FAMILIES):
        return 0
    near = bool(_sentences(text, gold["trigger"], every=True) & _sentences(text, told.get("trigger"), told.get("start")))
    date = bool(gold.get("date") and told.get("date") and equal("date", gold["date"], told["date"]))
    place = bool(gold.get("place") and told.get("place") and same_place(gold["place"], told["place"]))
    toll, struck = (bool(matched(s, values(gold, s), values(told, s))) for s in ("casualties", "targets"))
    agree = date + place + toll + struck
    if not near and agree < 2:
        return 0
    return int(2 * same_type + 2 * near + agree + (gold["trigger"] in str(told.get("trigger"))))


def pair(gold: Sequence[Record], told: Sequence[Record], text: str) -> list[tuple[int, int]]:
    """Pairs (gold, told) by number, the most alike first."""
    scored = sorted(((likeness(g, t, text), -i, -j) for i, g in enumerate(gold) for j, t in enumerate(told)), reverse=True)
    pairs: list[tuple[int, int]] = []
    for alike, i, j in scored:
        if alike > 0 and all(-i != a and -j != b for a, b in pairs):
            pairs.append((-i, -j))
    return pairs


# -- counting ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Counts:
    """Hits, gold and told values by question."""

    by_key: dict[str, list[int]] = field(default_factory=dict)

    def add(self, key: str, hits: int, gold: int, told: int) -> None:
        row = self.by_key.setdefault(key, [0, 0, 0])
        row[0], row[1], row[2] = row[0] + hits, row[1] + gold, row[2] + told

    def rates(self, key: str) -> tuple[float, float, float]:
        """Precision, recall and F1 in 0..1."""
        hits, gold, told = self.by_key.get(key, [0, 0, 0])
        precision, recall = (hits / told if told else 0.0), (hits / gold if gold else 0.0)
        return precision, recall, (2 * precision * recall / (precision + recall) if precision + recall else 0.0)


def count(gold: Record, told: Record, counts: Counts) -> None:
    """Adds one report's hits and misses."""
    text, events, found = gold["text"], gold.get("events", []), told.get("events") or []
    relevant, believed = bool(gold["relevant"]), bool(told.get("relevant", bool(found)))
    counts.add("relevant", int(relevant and believed), int(relevant), int(believed))
    counts.add("irrelevant", int(not relevant and not believed), int(not relevant), int(not believed))
    counts.add("language", int(gold["language"] == told.get("language")), 1, 1)
    pairs = pair(events, found, text)
    counts.add("event", len(pairs), len(events), len(found))
    by_gold, paired = dict(pairs), {j for _, j in pairs}
    for i, event in enumerate(events):
        _count_event(event, found[by_gold[i]] if i in by_gold else {}, counts)
    for j, event in enumerate(found):
        if j not in paired:
            counts.add("type", 0, 0, 1)
            for key, usual in _PLAIN.items():
                counts.add(f"marked_{key}", 0, 0, int(event.get(key, usual) != usual))
            for slot in SLOTS:
                counts.add(slot, 0, 0, len(values(event, slot)))
        for value in _grounded(event):
            counts.add("grounded", int(_stands(value, text)), 1, 1)
    _count_figures(gold.get("figures", []), told.get("figures") or [], counts)


def _count_event(gold: Record, told: Record, counts: Counts) -> None:
    counts.add("type", int(gold["event_type"] == told.get("event_type")), 1, int(bool(told)))
    for key, usual in _PLAIN.items():
        same = gold[key] == told.get(key)
        counts.add(key, int(bool(told) and same), int(bool(told)), int(bool(told)))
        counts.add(f"marked_{key}", int(gold[key] != usual and same), int(gold[key] != usual), int(told.get(key, usual) != usual))
    for key in ("background", "count"):
        wanted, given = gold.get(key), told.get(key)
        counts.add(key, int(bool(wanted) and (wanted == given if key == "count" else bool(given))), int(bool(wanted)), int(bool(given)))
    for slot in SLOTS:
        wanted_values, given_values = values(gold, slot), values(told, slot)
        hits = matched(slot, wanted_values, given_values)
        counts.add(slot, len(hits), len(wanted_values), len(given_values))
        if slot == "sources":
            counts.add("stance", sum(g["stance"] == t.get("stance") for g, t in hits), len(hits), len(hits))
            marked = sum(g["stance"] == t.get("stance") != "reports" for g, t in hits)
            counts.add("marked_stance", marked, _marked(wanted_values), _marked(given_values))
        if slot == "casualties":
            counts.add("casualties_who", sum(g.get("who") == t.get("who") for g, t in hits), len(hits), len(hits))


def _marked(sources: Iterable[Any]) -> int:
    return sum(s.get("stance") != "reports" for s in sources if isinstance(s, dict))


def _count_figures(gold: Sequence[Record], told: Sequence[Record], counts: Counts) -> None:
    left = [(f["measure"], f["min"], f.get("max")) for f in told]
    hits = 0
    for figure in gold:
        key = (figure["measure"], figure["min"], figure.get("max"))
        if key in left:
            left.remove(key)
            hits += 1
    counts.add("figures", hits, len(gold), len(told))


def _grounded(event: Record) -> Iterable[Record]:
    yield {"text": event.get("trigger"), "start": event.get("start")}
    for slot in SLOTS:
        if slot != "weapons":
            yield from (v for v in values(event, slot) if isinstance(v, dict))


def _stands(value: Record, text: str) -> bool:
    words, start = value.get("text"), value.get("start")
    if not words:
        return False
    return text[start : start + len(words)] == words if isinstance(start, int) else words in text


# -- the table --------------------------------------------------------------------------------------------------------


ROWS = ("record", "relevant", "irrelevant", "event", "type", *SLOTS, "figures")
MARKED = ("marked_status", "marked_certainty", "marked_stance", "background", "count")
SHARES = ("language", "status", "certainty", "stance", "casualties_who", "grounded")


def summary(counts: Counts) -> dict[str, float | None]:
    """F1 by question in points of a hundred, and shares of what was paired; None where nothing was asked."""
    for key in ("type", *SLOTS):
        hits, gold, told = counts.by_key.get(key, [0, 0, 0])
        counts.add("record", hits, gold, told)
    found: dict[str, float | None] = {key: round(100 * counts.rates(key)[2], 1) for key in (*ROWS, *MARKED)}
    for key in SHARES:
        hits, asked, _ = counts.by_key.get(key, [0, 0, 0])
        found[key] = round(100 * hits / asked, 1) if asked else None
    counts.by_key.pop("record", None)
    return found


def evaluate(gold: Iterable[Record], told: Mapping[str, Record]) -> dict[str, dict[str, float | None]]:
    """Scores by language, and `all`. A gold record that was not told counts as told to be irrelevant."""
    groups: dict[str, Counts] = {"all": Counts()}
    for record in gold:
        for name in ("all", record["language"]):
            count(record, told.get(record["id"], {"relevant": False}), groups.setdefault(name, Counts()))
    return {name: summary(counts) for name, counts in groups.items()}


def evaluate_reader(gold: Iterable[Record]) -> dict[str, dict[str, float | None]]:
    """Scores of the default reader, which is given text, day of publication and address alone."""
    from tahqiq.languages import identify
    from tahqiq.reading import read
    from tahqiq.reading.guide import to_guide

    records, told = [], {}
    for record in gold:
        records.append(record)
        report = Report(
            record["text"], id=str(record["id"]), language=identify(record["text"]),
            published=day_of(record.get("published")), url=record.get("url"),
        )  # fmt: skip
        told[record["id"]] = to_guide(read(dated(report)), id=str(record["id"]))
    return evaluate(records, told)


def dated(report: Report) -> Report:
    """The report with the day of publication that its own text or address tells, where it carries none."""
    from tahqiq.reading import published_date

    day = report.published or published_date(report)
    return replace(report, published=day)


def day_of(text: object) -> dt.date | None:
    """The day that an ISO date begins with, None for what is none."""
    try:
        return dt.date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None


def load_records(path: Path) -> list[dict[str, Any]]:
    """The records of a JSONL file; raises ValueError naming file and line where one is no record."""
    records = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{path.name}, line {number}: {error.msg}") from error
        if not isinstance(record, dict) or "id" not in record:
            raise ValueError(f"{path.name}, line {number}: not a record with an id")
        records.append(record)
    return records
