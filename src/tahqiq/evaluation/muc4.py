"""Readings as MUC-4 templates: who attacked whom in nine countries of Latin America, as the conference of 1992 asked.

What comes in is a report; what goes out are its templates in the shape that the benchmark's scorer takes. How our words map to
the task's stands in `muc4.yaml`; nothing here or there knows a name of its texts.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tahqiq.model import Account, Casualty, Dated, Named, Placed, Report
from tahqiq.reading import default_reader, read, with_small_letters
from tahqiq.reading.actors import Entity
from tahqiq.reading.analysis import Analysis
from tahqiq.reading.scene import Scene, find_scene

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
_LINK = re.compile(r"^of (?:the )?", re.IGNORECASE)
_ARMS_BEFORE, _ARMS_BEHIND = 2, 4  # sentences in which an incident's weapon may be told
_WORDS_OF_A_FORCE = 3  # Salvadoran Armed Forces
_SENTENCES_BEHIND, _SITES = 2, 4  # how far behind a bombing what it struck is told, and how many such words are taken
_TITLE = 40  # characters before a name in which its title or an opening bracket stands
_DATELINE = 60  # characters of a report in which its dateline stands


@dataclass(frozen=True, slots=True)
class Task:
    """The task's closed lists and our words for them."""

    countries: Mapping[str, str]
    incident_types: Mapping[str, str]
    weapon_types: Mapping[str, str]
    harm_types: Mapping[str, str]
    harm_words: frozenset[str]
    attackers: frozenset[str]
    armed_words: frozenset[str]
    needs_civilians: frozenset[str]
    stages: Mapping[str, str]
    oldest_days: int
    largest_toll: int
    organizations: frozenset[str]
    members: frozenset[str]
    generic: frozenset[str]
    no_organization: frozenset[str]
    forces: frozenset[str]
    left_out: frozenset[str]
    instruments: frozenset[str]
    no_instrument: frozenset[str]
    military: frozenset[str]
    civilian_kinds: frozenset[str]
    works: frozenset[str]
    property: frozenset[str]


@lru_cache(maxsize=1)
def load_task() -> Task:
    """The mapping beside this file."""
    content = yaml.safe_load(Path(__file__).with_name("muc4.yaml").read_text("utf-8"))
    given: dict[str, Any] = {key: frozenset(value) if isinstance(value, list) else value for key, value in content.items()}
    return Task(**given)


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
    reader = default_reader()
    scene = find_scene(with_small_letters(report, "en"), "en", reader.places, reader.actors)
    home = _home(scene)
    incidents: list[Incident] = []
    for account in (_at_home(a) for a in reading.accounts):
        kind = _kind(account)
        if kind is None or not _is_asked(account, kind, report, home):
            continue
        made = _incident(account, kind, scene)
        same = next((i for i in incidents if _is_one(i, made)), None)
        if same is None:
            incidents.append(made)
        else:
            _join(same, made)
    told = [i for i in incidents if _is_specific(i)] or [i for i in _only_tolls(scene, home) if i.victims or i.described]
    return [_template(i, report, home) for i in told]


def _is_specific(incident: Incident) -> bool:
    """False for a war's toll, and for what names nobody and nothing that was struck."""
    if max(incident.harmed.values(), default=0) > load_task().largest_toll:
        return False
    if incident.kind == "BOMBING" and incident.date and incident.place:
        return True
    is_placed = bool(incident.harmed and (incident.date or incident.place))
    return bool(incident.victims or incident.described or incident.targets or incident.weapons or is_placed)


def _home(scene: Scene) -> str | None:
    """The task's country that the report names most, by its places, its people and its forces."""
    told = [p.place.country for p in scene.places] + [e.country for e in scene.entities]
    asked = [country for country in told if country in load_task().countries]
    return max(dict.fromkeys(asked), key=asked.count, default=None)


def _at_home(account: Account) -> Account:
    """The account with its place read in a country of the task where a namesake lies there; without a dateline's place abroad."""
    placed, countries = account.place, load_task().countries
    if placed is None or placed.place.country in countries:
        return account
    namesake = next((other for other in placed.others if other.country in countries), None)
    if namesake:
        return replace(account, place=replace(placed, place=namesake))
    if placed.place.lat is None or placed.place.id is None or placed.place.precision == "site":
        return replace(
            account, place=replace(placed, place=replace(placed.place, country=None))
        )  # a bank, an entrance: in the country told of
    return replace(account, place=None) if placed.mention.start < _DATELINE else account


def _only_tolls(scene: Scene, home: str | None) -> list[Incident]:
    """One incident out of the tolls of a report whose accounts gave none: a murder that is spoken of."""
    found: list[Incident] = []
    if home is None:
        return found
    for row in scene.rows:
        casualty = row.casualty(scene.analysis)
        kind = load_task().harm_types.get(casualty.effect)
        if (
            kind
            and 0 < casualty.min <= load_task().largest_toll
            and _tells(casualty)
            and casualty.who not in ("combatants", "security_forces")
        ):
            made = Incident(kind, "ACCOMPLISHED", None, None, harmed={casualty.effect: casualty.min} if kind == "ATTACK" else {})
            for entity in scene.entities:
                if entity.kind == "person" and row.first <= entity.first < row.last:
                    _once_name(made.victims, _whole_name(scene.analysis.text(entity.first, entity.last), scene))
            _once(made.described, _people(casualty.mention.start, casualty.mention.end, scene.analysis))
            same = next((i for i in found if _is_one(i, made)), None)
            if same:
                _join(same, made)
            else:
                found.append(made)
    return found


def _kind(account: Account) -> str | None:
    """The task's type of an account, None where it is no incident; an arrest for a murder tells of the murder."""
    task = load_task()
    kind = task.incident_types.get(account.event_type)
    if kind is None:
        return next((task.harm_types[c.effect] for c in account.casualties if c.min and c.effect in task.harm_types and _tells(c)), None)
    if kind == "ATTACK":
        return next((task.weapon_types[w] for w in account.weapons if w in task.weapon_types), kind)
    return kind


def _tells(casualty: Casualty) -> bool:
    return bool(load_task().harm_words & set(_words(casualty.mention.text)))


def _is_asked(account: Account, kind: str, report: Report, home: str | None) -> bool:
    """True for an incident of the task: its countries, not history, not forces among themselves."""
    task = load_task()
    country = (account.place.place.country if account.place else None) or home
    if country not in task.countries:
        return False
    if report.published and account.date and (report.published - account.date.end).days > task.oldest_days:
        return False
    if not (account.date or account.place or account.victims or account.targets):
        return False
    struck = _civilians_struck(account)
    if struck is None and any(n.kind in ("state_forces", "police", "aircraft", "navy", "government") for n in account.perpetrators):
        return False
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
            told.append(not task.military & set(_words(casualty.mention.text)))
    return any(told) if told else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:-[^\W_]+)*", text.lower())


# -- the slots --------------------------------------------------------------------------------------------------------


def _incident(account: Account, kind: str, scene: Scene) -> Incident:
    task, analysis = load_task(), scene.analysis
    is_own = account.event_type in task.incident_types
    made = Incident(
        kind, task.stages.get(account.status, "ACCOMPLISHED"), account.date if is_own else None, account.place if is_own else None
    )
    if is_own:
        for named in account.perpetrators or _armed_near(account, scene):
            _add_perpetrator(made, named, scene)
        if account.perpetrators and not made.individuals and not any(n.kind in ("state_forces", "person") for n in account.perpetrators):
            for named in _armed_near(account, scene)[:1]:
                _add_perpetrator(made, named, scene)
        if not made.organizations and not any(n.kind in ("state_forces", "police") for n in account.perpetrators):
            _once(made.organizations, _group_of(scene))
    for words in [n.mention.text for n in account.victims if not _speaks_or_rules(n, scene)] or _persons_harmed(account, scene):
        _once_name(made.victims, _whole_name(words, scene))
    for named in account.targets if is_own else ():
        _add_target(made, named, scene)
    if is_own and not made.targets:
        for words in _sites_near(account, kind, scene):
            _once(made.targets, words)
    for casualty in account.casualties:
        if casualty.effect in ("killed", "injured") and casualty.min:
            made.harmed[casualty.effect] = max(casualty.min, made.harmed.get(casualty.effect, 0))
        if casualty.min:
            _once(made.described, _people(casualty.mention.start, casualty.mention.end, analysis))
    if is_own and kind not in task.no_instrument:
        for words in _instruments(_sentence(account, scene), analysis):
            _once(made.weapons, words)
    return made


def _speaks_or_rules(named: Named, scene: Scene) -> bool:
    """True for the reporter or speaker whom the corpus names in brackets, and for a president by title, of whom much else is told."""
    before = scene.analysis.report.text[max(0, named.mention.start - _TITLE) : named.mention.start].lower()
    return before.rfind("[") > before.rfind("]") or before.endswith("president ")


def _armed_near(account: Account, scene: Scene) -> list[Named]:
    """Whoever bears arms outside the forces near the trigger and is not struck there; else whom the report names so most."""
    sentence = _sentence(account, scene)
    struck = [m.mention for m in account.targets] + [c.mention for c in account.casualties if c.min]
    attackers = [e for e in scene.entities if e.role in load_task().attackers or _is_armed(e, scene)]
    for near in (sentence, sentence + 1, sentence - 1, sentence + 2):
        told = [e.named(scene.analysis) for e in attackers if scene.sentence(e.first) == near]
        found = [n for n in told if not any(n.mention.start < s.end and s.start < n.mention.end for s in struck)]
        if found:
            return found[:2]
    heads = [scene.analysis.text(e.last - 1, e.last).lower() for e in attackers]
    return [attackers[heads.index(max(heads, key=heads.count))].named(scene.analysis)] if heads else []


def _is_armed(entity: Entity, scene: Scene) -> bool:
    """True for people whom the word before them makes attackers: armed, masked, unidentified."""
    words = _words(scene.analysis.text(max(0, entity.first - 1), entity.last))
    return entity.kind == "people" and bool(load_task().armed_words & set(words)) and bool(load_task().members & set(words))


def _group_of(scene: Scene) -> str | None:
    """The armed group that the report names most, as it first does."""
    ids = [e.actor for e in scene.entities if e.actor and e.role in ("rebel_group", "militia")]
    return _told_most(max(ids, key=ids.count), scene) if ids else None


def _told_most(actor: str, scene: Scene) -> str | None:
    """The form of an organization's name that the report uses most, without its members."""
    members = load_task().members
    forms = []
    for entity in scene.entities:
        if entity.actor == actor:
            words = _bare(scene.analysis.text(entity.first, entity.last)).split()
            form = _without_owner(" ".join(w for w in words if w.lower().strip("\"'") not in members))
            forms.append(_LINK.sub("", form))
    return max(forms, key=forms.count, default=None) or None


def _sentence(account: Account, scene: Scene) -> int:
    analysis = scene.analysis
    at = next((n for n in range(len(analysis.tokens)) if analysis.span(n, n + 1)[1] > account.trigger.start), 0)
    return analysis.sentence(at)


def _add_perpetrator(made: Incident, named: Named, scene: Scene) -> None:
    """Members and organization apart: in "ELN guerrillas" both are told, in "urban guerrillas" members alone."""
    task = load_task()
    whole = _bare(named.mention.text)
    words = whole.split()
    split = next((n for n, w in enumerate(words) if w.lower().strip("\"'") in task.members), len(words))
    before, members = " ".join(words[:split]), " ".join(words[split:])
    is_organization = named.kind in task.organizations
    if members and members.lower() in task.generic:
        members = _of_whom(named, members, scene.analysis.report.text)
    is_named = bool(named.actor) and before.lower() not in task.generic and not (task.no_organization & set(_words(before)))
    if members:
        _once(made.individuals, members if named.actor or not before or whole.split()[-1] not in members else whole)
    if before and is_organization and is_named:
        _once(made.organizations, _told_most(str(named.actor), scene) or _without_owner(before))
    elif any(whole.lower().endswith(force) for force in task.forces) and len(words) <= _WORDS_OF_A_FORCE:
        _once(made.organizations, whole)


def _of_whom(named: Named, members: str, text: str) -> str:
    """A bare group with whom it is of: "group of unidentified persons"; nothing where the text says no more."""
    behind = re.match(r"\s+of((?:\s+[\w-]+){1,3})", text[named.mention.end :], re.IGNORECASE)
    words = behind[1].split() if behind else []
    last = next((n for n, w in enumerate(words) if w.lower() in load_task().members), None)
    return "" if last is None else " ".join([members, "of", *words[: last + 1]])


def _add_target(made: Incident, named: Named, scene: Scene) -> None:
    task = load_task()
    text = _bare(named.mention.text)
    if named.kind == "person":
        _once_name(made.victims, _whole_name(text, scene))
    elif named.kind in task.civilian_kinds or named.kind in ("base", "checkpoint", "convoy", "site"):
        _once(made.targets, text)
    elif named.kind not in ("government", "country"):
        _once(made.described, text)


def _whole_name(words: str, scene: Scene) -> str:
    """The fullest form that the report has of a person's name."""
    own = _without_owner(words)
    ending = own.lower().split()
    for entity in scene.entities:
        if entity.kind == "person":
            other = _without_owner(scene.analysis.text(entity.first, entity.last))
            if len(other) > len(own) and other.lower().split()[-len(ending) :] == ending:
                return other
    return own


def _without_owner(words: str) -> str:
    return re.sub(r"['’]S?$", "", " ".join(words.split()), flags=re.IGNORECASE)


def _once_name(kept: list[str], name: str) -> None:
    """Keeps a name that no kept one ends with or holds."""
    words = set(name.lower().split())
    if not any(words <= set(k.lower().split()) for k in kept):
        kept[:] = [k for k in kept if not set(k.lower().split()) <= words]
        _once(kept, name)


def _persons_harmed(account: Account, scene: Scene) -> list[str]:
    """Names in the sentence of an attack in which the word of harm stands."""
    sentence = _sentence(account, scene)
    analysis = scene.analysis
    harmed = [m for m in analysis.of_kind("harm", "trigger") if analysis.sentence(m.first) == sentence]
    words = load_task().harm_words
    if not any(words & set(_words(analysis.text(m.first, m.last))) for m in harmed):
        return []
    sayers = {s.claimant.first for s in scene.sayings}
    found = [e for e in scene.entities if e.kind == "person" and scene.sentence(e.first) == sentence and e.first not in sayers]
    return [analysis.text(e.first, e.last) for e in found[:2]]


def _sites_near(account: Account, kind: str, scene: Scene) -> list[str]:
    """Words for buildings, vehicles and works in the sentence of a bombing or an arson and the two behind, and works beside any attack."""
    task = load_task()
    if kind in task.no_instrument:
        return []
    sentence, analysis = _sentence(account, scene), scene.analysis
    likely = task.works if kind == "ATTACK" else task.works | task.property
    return [
        _bare(analysis.text(mark.first, mark.last))
        for mark in analysis.of_kind("site")
        if 0 <= analysis.sentence(mark.first) - sentence <= _SENTENCES_BEHIND and mark.sense.value in likely and mark.sense.flag("target")
    ][:_SITES]


def _people(start: int, end: int, analysis: Analysis) -> str | None:
    """The noun for the harmed in a toll's words."""
    for mark in (*analysis.of_kind("people"), *analysis.of_kind("force")):
        first, last = analysis.span(mark.first, mark.last)
        if start <= first and last <= end and mark.sense.value != "unspecified":
            return _bare(analysis.report.text[first:last])
    return None


def _instruments(sentence: int, analysis: Analysis) -> Iterable[str]:
    """Words for weapons about a sentence: a bomb is often told before what it did, a search behind it."""
    task = load_task()
    for mark in analysis.of_kind("weapon"):
        if -_ARMS_BEFORE <= analysis.sentence(mark.first) - sentence <= _ARMS_BEHIND:
            text = analysis.text(mark.first, mark.last)
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
    for name in b.victims:
        _once_name(a.victims, name)
    for mine, other in (
        (a.individuals, b.individuals), (a.organizations, b.organizations), (a.targets, b.targets),
        (a.described, b.described), (a.weapons, b.weapons),
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
