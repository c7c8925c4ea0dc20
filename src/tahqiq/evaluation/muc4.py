"""Readings as MUC-4 templates: who attacked whom in nine countries of Latin America, as the conference of 1992 asked.

What comes in is a report; what goes out are its templates in the shape that the benchmark's scorer takes. How our words map to
the task's stands in `muc4.yaml`; nothing here or there knows a name of its texts.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tahqiq.languages import load_language
from tahqiq.model import Account, Dated, Named, Placed, Reading, Report
from tahqiq.reading import read
from tahqiq.reading.analysis import Analysis, analyse

_ARTICLES = re.compile(r"^(?:an?|the|his|her|their|its|some|several|at least|about|approximately)\s+", re.IGNORECASE)
_NUMBER = re.compile(
    r"^(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens of|hundreds of|more than)\s+", re.IGNORECASE
)
_PLACE_WORDS = re.compile(
    r"^(?:in|at|near|outside|inside|between|from|the|(?:northern|southern|eastern|western|central|northeastern|northwestern|"
    r"southeastern|southwestern) (?:part of )?|outskirts of|city of|town of|department of|province of|municipality of|area of|"
    r"neighborhood of|region of|village of|capital of|residential)\s+",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Task:
    """The task's closed lists and our words for them."""

    countries: Mapping[str, str]
    incident_types: Mapping[str, str]
    weapon_types: Mapping[str, str]
    needs_civilians: frozenset[str]
    stages: Mapping[str, str]
    oldest_days: int
    organizations: frozenset[str]
    members: frozenset[str]
    generic: frozenset[str]
    left_out: frozenset[str]
    instruments: frozenset[str]
    no_instrument: frozenset[str]
    military: frozenset[str]
    civilian_kinds: frozenset[str]


@lru_cache(maxsize=1)
def load_task() -> Task:
    """The mapping beside this file."""
    content = yaml.safe_load(Path(__file__).with_name("muc4.yaml").read_text("utf-8"))
    return Task(**{key: frozenset(value) if isinstance(value, list) else value for key, value in content.items()})


@dataclass(slots=True)
class Incident:
    """One template in the making; entities are kept once, in the order of the text."""

    kind: str
    stage: str
    date: Dated | None
    place: Placed | None
    individuals: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    victims: list[str] = field(default_factory=list)
    described: list[str] = field(default_factory=list)
    weapons: list[str] = field(default_factory=list)
    harmed: dict[str, int] = field(default_factory=dict)


def templates(report: Report) -> list[dict[str, Any]]:
    """The templates of one report, by the ordinary English reading."""
    reading = read(report)
    analysis = analyse(report, load_language("en"))
    home = _home(reading)
    incidents: list[Incident] = []
    for account in reading.accounts:
        if not _is_asked(account, report, home):
            continue
        made = _incident(account, analysis)
        same = next((i for i in incidents if _is_one(i, made)), None)
        if same is None:
            incidents.append(made)
        else:
            _join(same, made)
    return [_template(i, report, home) for i in incidents]


def _home(reading: Reading) -> str | None:
    """The task's country that the report tells of most."""
    told = [a.place.place.country for a in reading.accounts if a.place and a.place.place.country in load_task().countries]
    return max(dict.fromkeys(told), key=told.count, default=None)


def _is_asked(account: Account, report: Report, home: str | None) -> bool:
    """True for an incident of the task: its type, its countries, not history, not forces among themselves."""
    task = load_task()
    if account.event_type not in task.incident_types:
        return False
    country = account.place.place.country if account.place else home
    if country is not None and country not in task.countries:
        return False
    if report.published and account.date and (report.published - account.date.end).days > task.oldest_days:
        return False
    if not (account.date or account.place or account.victims or account.targets):
        return False
    struck = _civilians_struck(account)
    return struck is True or (struck is None and account.event_type not in task.needs_civilians)


def _civilians_struck(account: Account) -> bool | None:
    """True where someone or something outside the forces is struck, False where forces alone are, None where nothing tells."""
    task = load_task()
    if account.victims or any(c.who in ("civilians", "children", "women", "mixed") for c in account.casualties if c.min):
        return True
    told: list[bool] = []
    for target in account.targets:
        military = bool(task.military & set(_words(target.mention.text))) or (target.kind in ("rebel_group", "militia", "state_forces"))
        told.append(not military)
    for casualty in account.casualties:
        if casualty.min and casualty.who in ("combatants", "security_forces"):
            told.append("police" in casualty.mention.text.lower())
    return any(told) if told else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:-[^\W_]+)*", text.lower())


# -- the slots --------------------------------------------------------------------------------------------------------


def _incident(account: Account, analysis: Analysis) -> Incident:
    task = load_task()
    kind = task.incident_types[account.event_type]
    if kind == "ATTACK":
        kind = next((task.weapon_types[w] for w in account.weapons if w in task.weapon_types), kind)
    made = Incident(kind, task.stages.get(account.status, "ACCOMPLISHED"), account.date, account.place)
    for named in account.perpetrators:
        _add_perpetrator(made, named)
    for named in account.victims:
        _once(made.victims, _whole_name(named, analysis.report.text))
    for named in account.targets:
        _add_target(made, named)
    for casualty in account.casualties:
        if casualty.effect in ("killed", "injured") and casualty.min:
            made.harmed[casualty.effect] = max(casualty.min, made.harmed.get(casualty.effect, 0))
        if casualty.min:
            _once(made.described, _people(casualty.mention.start, casualty.mention.end, analysis))
    if kind not in task.no_instrument:
        for words in _instruments(account, analysis):
            _once(made.weapons, words)
    return made


def _add_perpetrator(made: Incident, named: Named) -> None:
    """Members and organization apart: in "ELN guerrillas" both are told."""
    task = load_task()
    words = _bare(named.mention.text).split()
    split = next((n for n, w in enumerate(words) if w.lower().strip("\"'") in task.members), len(words))
    before, members = " ".join(words[:split]), " ".join(words[split:])
    is_organization = named.kind in task.organizations
    if members:
        _once(made.individuals, members if named.actor else _bare(named.mention.text))
    if before and is_organization and (before.lower() not in task.generic or not members):
        _once(made.organizations, before)
    elif before and not members:
        _once(made.individuals, before)


def _add_target(made: Incident, named: Named) -> None:
    task = load_task()
    text = _bare(named.mention.text)
    if named.kind == "person":
        _once(made.victims, text)
    elif named.kind in task.civilian_kinds or named.kind in ("base", "checkpoint", "convoy", "site"):
        _once(made.targets, text)
    elif named.kind not in ("government", "country"):
        _once(made.described, text)


def _whole_name(named: Named, text: str) -> str:
    """The fullest form of the name that the text has."""
    full = named.name.upper() if text.isupper() or named.mention.text.isupper() else named.name
    return full if full in text and len(full) > len(named.mention.text) else named.mention.text


def _people(start: int, end: int, analysis: Analysis) -> str | None:
    """The noun for the harmed in a toll's words."""
    for mark in (*analysis.of_kind("people"), *analysis.of_kind("force")):
        first, last = analysis.span(mark.first, mark.last)
        if start <= first and last <= end and mark.sense.value != "unspecified":
            return _bare(analysis.report.text[first:last])
    return None


def _instruments(account: Account, analysis: Analysis) -> Iterable[str]:
    """Words for weapons in the sentence of the trigger and the two behind it."""
    task = load_task()
    at = next((n for n, t in enumerate(analysis.tokens) if analysis.span(n, n + 1)[1] > account.trigger.start), 0)
    sentence = analysis.sentence(at)
    for mark in analysis.of_kind("weapon"):
        if 0 <= analysis.sentence(mark.first) - sentence <= 1:
            first = mark.first
            text = analysis.text(first, mark.last)
            words = text.lower().replace("-", " ").split()
            while words and words[-1] not in task.instruments:
                words.pop()
            if words:
                yield " ".join(text.split()[: len(words)])


def _bare(text: str) -> str:
    """The words without article and number in front."""
    text = " ".join(text.split()).strip("\"'.,;:()[] ")
    while True:
        shorter = _NUMBER.sub("", _ARTICLES.sub("", text))
        if shorter == text:
            return text
        text = shorter


def _once(kept: list[str], text: str | None) -> None:
    if text and text.lower() not in load_task().left_out and all(text.lower() != k.lower() for k in kept):
        kept.append(text)


# -- which accounts are one incident ----------------------------------------------------------------------------------


def _is_one(a: Incident, b: Incident) -> bool:
    """True where nothing tells two accounts apart: kinds that go together, days and places that agree."""
    if a.kind != b.kind and "ATTACK" not in (a.kind, b.kind):
        return False
    if a.stage != b.stage and "THREATENED" in (a.stage, b.stage):
        return False
    if a.date and b.date and (a.date.end < b.date.start or b.date.end < a.date.start):
        return False
    if a.place and b.place and not _near(a.place, b.place):
        return False
    if a.kind == b.kind:
        return True
    if "KIDNAPPING" in (a.kind, b.kind):
        return bool(set(a.victims) & set(b.victims)) and not (a.harmed and b.harmed)
    return True


def _near(a: Placed, b: Placed) -> bool:
    if a.place.id and a.place.id == b.place.id:
        return True
    wide = ("country", "province", "region")
    if a.place.precision in wide or b.place.precision in wide:
        return a.place.country == b.place.country
    return a.place.name == b.place.name or None in (a.place.lat, b.place.lat)


def _join(a: Incident, b: Incident) -> None:
    a.kind = b.kind if a.kind == "ATTACK" else a.kind
    a.date = a.date or b.date
    a.place = b.place if a.place is None or (b.place and a.place.place.precision in ("country", "province", "region")) else a.place
    for mine, other in (
        (a.individuals, b.individuals), (a.organizations, b.organizations), (a.targets, b.targets),
        (a.victims, b.victims), (a.described, b.described), (a.weapons, b.weapons),
    ):  # fmt: skip
        for text in other:
            _once(mine, text)
    for effect, number in b.harmed.items():
        a.harmed[effect] = max(number, a.harmed.get(effect, 0))


# -- the template -----------------------------------------------------------------------------------------------------


def _template(incident: Incident, report: Report, home: str | None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "incident_type": incident.kind,
        "date": _date(incident.date, report.published),
        "location": _location(incident.place, home),
        "stage": incident.stage,
        "perp_individual": _entities(incident.individuals),
        "perp_organization": _entities(incident.organizations),
        "target": _entities(incident.targets) if incident.kind != "KIDNAPPING" else [],
        "victim": _entities(incident.victims),
        "victim_description": _entities(incident.described),
        "weapon": _entities(incident.weapons) if incident.kind not in load_task().no_instrument else [],
        "killed": incident.harmed.get("killed"),
        "injured": incident.harmed.get("injured"),
    }
    return {key: value for key, value in made.items() if value not in (None, [])}


def _entities(texts: Sequence[str]) -> list[list[str]]:
    return [[text] for text in texts]


def _date(date: Dated | None, published: dt.date | None) -> dict[str, str | None] | None:
    """The days of the incident; where none is told, some day up to that of the report."""
    if date is None:
        return {"start": None, "end": str(published)} if published else None
    return {"start": str(date.start), "end": str(date.end)}


def _location(place: Placed | None, home: str | None) -> dict[str, Any] | None:
    task = load_task()
    if place is None:
        return {"country": task.countries[home], "names": []} if home else None
    country = task.countries.get(place.place.country or home or "")
    if place.place.precision == "country" and place.place.id:
        return {"country": country, "names": []}
    words = place.mention.text
    while (shorter := _PLACE_WORDS.sub("", words)) != words:
        words = shorter
    name = _plain(place.place.name)
    return {"country": country, "names": [name if name in _plain(place.mention.text) else _plain(words)]}


def _plain(text: str) -> str:
    """Capitals without marks, as the corpus writes."""
    return "".join(c for c in unicodedata.normalize("NFKD", " ".join(text.split())) if not unicodedata.combining(c)).upper()
