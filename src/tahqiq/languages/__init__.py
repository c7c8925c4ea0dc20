"""Languages: each a folder of data, loaded strictly and compiled once; and which language a text is in.

What comes in is a pack's folder; what goes out is a `Language`: its lexicon, numbers, dates and roles, ready for the reader.
This file must not know what an account is made of.
"""

import gc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from tahqiq.errors import PackError
from tahqiq.fold import folded
from tahqiq.languages.identifying import identify, unread_reason
from tahqiq.languages.lexicon import Letters, Lexicon, Mark, Sense, Token, expand

__all__ = [
    "DateRule",
    "Dates",
    "Language",
    "Letters",
    "Lexicon",
    "Mark",
    "Numbers",
    "Sense",
    "Token",
    "expand",
    "identify",
    "load_language",
    "supported",
    "unread_reason",
]

PACKS = Path(__file__).parent
_RULE_KEYS = {"name", "words", "example", "not", "unless_next", "unless_previous"}
_EXTRA_KEYS = {
    "trigger": {"form", "weapons", "weak", "status", "count"},
    "harm": {"form", "who", "weak"},
    "people": {"number", "english"},
    "weapon": {"weak"},
    "force": {"english", "kind", "who", "weapons", "number", "weak"},
    "modifier": {"english"},
    "site": {"english", "kind", "place", "target"},
    "direction": {"english", "shift", "form"},
    "source": {"english", "kind", "form"},
    "saying": {"form", "side", "weak"},
    "title": {"english", "kind"},
    "off_topic": {"topic"},
}
_NAMES = {"titles", "name_particles", "name_articles", "kunyas", "naming", "not_names", "given_names", "family_names"}
_CUES = ("negation", "hedge", "planned", "hypothetical", "general", "foiled", "background", "off_topic")


@dataclass(frozen=True)
class Numbers:
    """How a language says numbers. Keys are folded words or phrases split into words."""

    units: Mapping[str, int]
    multipliers: Mapping[str, int]
    fixed: Mapping[str, int]
    fractions: Mapping[str, float]
    ordinals: Mapping[str, int]
    conjunctions: frozenset[str]
    ranges: frozenset[str]
    one_more: frozenset[str]

    @cached_property
    def first_words(self) -> frozenset[str]:
        """Every word that a number in words can begin with."""
        tables = (self.units, self.multipliers, self.fixed, self.fractions)
        return frozenset(phrase.split()[0] for table in tables for phrase in table)

    @cached_property
    def openings(self) -> Mapping[str, bool]:
        """`first_words` as a table, for `Lexicon.known`."""
        return dict.fromkeys(self.first_words, True)


@dataclass(frozen=True, slots=True)
class DateRule:
    """One way of saying days: pattern words (slots in braces) and the value they stand for."""

    name: str
    pattern: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Dates:
    """Months as word -> {calendar: number}, weekdays as word -> 0 (Monday) to 6, era words, and the rules by first word or slot.

    `parts` are words for a part of a day (`dawn`, `صبح`), which fill `{part}`; `tails` are words of clock time that may stand before or
    behind a day without changing it.
    """

    months: Mapping[tuple[str, ...], tuple[tuple[str, int], ...]]
    weekdays: Mapping[tuple[str, ...], int]
    eras: Mapping[str, str]
    rules: Mapping[str, tuple[DateRule, ...]]
    week_start: int = 0
    ordinals: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    parts: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    tails: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Language:
    """A compiled pack. `order` is svo, vso or sov; `adjective` says where adjectives stand; `genitive_order` where owners do."""

    code: str
    name: str
    direction: str
    lexicon: Lexicon
    numbers: Numbers
    dates: Dates
    order: str
    adjective: str
    genitive_order: str
    given_names: frozenset[str]
    name_particles: frozenset[str]
    name_articles: tuple[str, ...]
    kunyas: frozenset[str]
    not_names: frozenset[str]


def _words_of(rule: Mapping[str, Any], key: str) -> frozenset[str]:
    return frozenset(word for w in rule.get(key) or () if " " not in (word := folded(str(w))))


def _phrases_of(rule: Mapping[str, Any], key: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(words.split()) for w in rule.get(key) or () if " " in (words := folded(str(w))))


def _is_name(line: str) -> bool:
    """True for one word that the pack writes with a capital: `Dawn` names a newspaper, `dawn` does not."""
    return line.isalpha() and line[0].isupper()


def _as_name(sense: Sense) -> Sense:
    return replace(sense, attributes={**sense.attributes, "is_name": True})


def supported() -> tuple[str, ...]:
    """The codes of the languages that have a pack, in alphabetical order."""
    return _packs_in(PACKS)


@lru_cache(maxsize=4)
def _packs_in(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(p.parent.name for p in folder.glob("*/pack.yaml")))


@lru_cache(maxsize=16)
def load_language(code: str) -> Language:
    """The compiled pack of a language.

    Raises: PackError naming the file and key that is wrong, or the languages that exist.
    """
    folder = PACKS / code
    if not (folder / "pack.yaml").is_file():
        raise PackError(f"no pack for the language «{code}»; there are: {', '.join(supported())}")
    pack = _Pack(folder)
    about = pack.mapping("pack.yaml", {"code", "name", "english", "script", "direction", "sources", "letters"})
    lexicon = Lexicon(_letters(pack, about.get("letters") or {}))
    for sense, line in _senses(pack):
        pack.add(lexicon, line, _as_name(sense) if sense.kind == "source" and _is_name(line) else sense)
    names = pack.mapping("names.yaml", _NAMES)
    roles = pack.mapping(
        "roles.yaml",
        {
            "order", "adjective", "before", "after", "genitive", "clause_breaks", "definite", "indefinite", "another", "anaphors",
            "launched", "complements", "itself", "purpose",
        },
    )  # fmt: skip
    _add_roles(pack, lexicon, roles)
    numbers = _numbers(pack, lexicon)
    language = Language(
        code=code,
        name=str(about["name"]),
        direction=str(about["direction"]),
        lexicon=lexicon,
        numbers=numbers,
        dates=_dates(pack, lexicon, numbers.ordinals),
        order=str(roles["order"]),
        adjective=str(roles.get("adjective", "before")),
        genitive_order=str((roles.get("genitive") or {}).get("order", "head_first")),
        given_names=frozenset(folded(str(n)) for key in ("given_names", "family_names") for n in names.get(key) or ()),
        name_particles=frozenset(folded(str(n)) for n in names.get("name_particles") or ()),
        name_articles=tuple(folded(str(n)) for n in names.get("name_articles") or ()),
        kunyas=frozenset(folded(str(n)) for n in names.get("kunyas") or ()),
        not_names=frozenset(folded(str(n)) for n in names.get("not_names") or ()),
    )
    gc.freeze()  # a pack stays for good: the collector of garbage need not walk over its phrases again and again while reports are read
    return language


class _Pack:
    """The files of one pack, read strictly: an unknown key stops the run and is named."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, name: str) -> Any:
        path = self.folder / name
        try:
            return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except FileNotFoundError as error:
            raise PackError(f"{self.folder.name}/{name} is missing") from error
        except yaml.YAMLError as error:
            raise PackError(f"{self.folder.name}/{name}: {' '.join(str(error).split())}") from error

    def mapping(self, name: str, keys: set[str] | None = None) -> dict[str, Any]:
        value = self.load(name) or {}
        if not isinstance(value, dict):
            raise self.wrong(name, "", "is not a mapping")
        for key in value:
            if keys is not None and key not in keys:
                raise self.wrong(name, str(key), f"is not known; known are {', '.join(sorted(keys))}")
        return value

    def wrong(self, name: str, key: str, why: str) -> PackError:
        return PackError(f"{self.folder.name}/{name}: {key + ' ' if key else ''}{why}")

    def rules(self, name: str, kind: str, value: str, rules: Any) -> Iterator[tuple[Sense, str]]:
        """Each rule's sense with each of its phrase lines."""
        if isinstance(rules, dict) and "words" in rules:
            rules = [{"name": f"{kind}-words", **rules}]
        if not isinstance(rules, list):
            raise self.wrong(name, value, "is not a list of rules")
        known = _RULE_KEYS | _EXTRA_KEYS.get(kind, {"side", "form", "weak"})
        for rule in rules:
            if not isinstance(rule, dict) or "name" not in rule or "words" not in rule:
                raise self.wrong(name, f"{value}: {rule!r:.60}", "has no name or no words")
            if unknown := set(rule) - known:
                raise self.wrong(name, f"{rule['name']}: {', '.join(sorted(map(str, unknown)))}", "is not known")
            sense = Sense(
                kind=kind,
                value=value,
                rule=f"{self.folder.name}/{name.removesuffix('.yaml')}/{rule['name']}",
                form=str(rule.get("form", "")),
                english=str(rule.get("english", "")),
                attributes={k: v for k, v in rule.items() if k not in _RULE_KEYS},
                unless_next=_words_of(rule, "unless_next"),
                unless_previous=_words_of(rule, "unless_previous"),
                phrases_next=_phrases_of(rule, "unless_next"),
                phrases_previous=_phrases_of(rule, "unless_previous"),
                is_bound=bool(rule.get("unless_next") or rule.get("unless_previous")),
            )
            for line in rule["words"]:
                yield sense, str(line)

    def add(self, lexicon: Lexicon, line: str, sense: Sense) -> None:
        try:
            lexicon.add(line, sense)
        except ValueError as error:
            raise PackError(f"{sense.rule}: {error}") from error


def _letters(pack: _Pack, given: dict[str, Any]) -> Letters:
    known = {"proclitics", "article", "joins_next", "joins_previous", "suffixes"}
    if unknown := set(given) - known:
        raise pack.wrong("pack.yaml", f"letters: {', '.join(sorted(unknown))}", "is not known")
    return Letters(
        proclitics=tuple(given.get("proclitics") or ()),
        article=str(given.get("article") or ""),
        joins_next=frozenset(folded(w) for w in given.get("joins_next") or ()),
        joins_previous=frozenset(folded(w) for w in given.get("joins_previous") or ()),
        suffixes=tuple(given.get("suffixes") or ()),
    )


def _senses(pack: _Pack) -> Iterator[tuple[Sense, str]]:
    for name, kind in (("triggers", "trigger"), ("harm", "harm"), ("people", "people"), ("weapons", "weapon")):
        for value, rules in pack.mapping(f"{name}.yaml").items():
            yield from pack.rules(f"{name}.yaml", kind, str(value), rules)
    for name, kind in (("sites", "site"), ("directions", "direction"), ("sources", "source")):
        yield from _listed(pack, f"{name}.yaml", kind, pack.load(f"{name}.yaml"))
    forces = pack.load("forces.yaml")
    if isinstance(forces, dict):
        yield from _listed(pack, "forces.yaml", "force", forces.get("forces"))
        modifiers = [{"name": f"modifier-{n}", **m} for n, m in enumerate(forces.get("modifiers") or ())]
        yield from _listed(pack, "forces.yaml", "modifier", modifiers)
    else:
        yield from _listed(pack, "forces.yaml", "force", forces)
    attribution = pack.mapping("attribution.yaml", {"saying", *_CUES})
    for stance, rules in (attribution.get("saying") or {}).items():
        yield from pack.rules("attribution.yaml", "saying", str(stance), rules)
    for cue in _CUES:
        yield from _listed(pack, "attribution.yaml", cue, attribution.get(cue) or [])
    names = pack.mapping("names.yaml")
    yield from _listed(pack, "names.yaml", "title", names.get("titles") or [])
    for side in ("before", "after"):
        for line in (names.get("naming") or {}).get(side) or ():
            yield Sense("naming", side, f"{pack.folder.name}/names/naming"), str(line)


def _listed(pack: _Pack, name: str, kind: str, rules: Any) -> Iterator[tuple[Sense, str]]:
    """Rules without groups: the value is the rule's kind, topic or english word, whichever it has."""
    rules = rules or []
    if isinstance(rules, dict):
        rules = [{"name": f"{kind}-words", **rules}] if "words" in rules else [r for group in rules.values() for r in group]
    for rule in rules:
        value = (
            rule.get("kind") or rule.get("topic") or rule.get("shift") or rule.get("english") or kind if isinstance(rule, dict) else kind
        )
        yield from pack.rules(name, kind, str(value), [rule])


def _add_roles(pack: _Pack, lexicon: Lexicon, roles: dict[str, Any]) -> None:
    for side in ("before", "after"):
        for role, words in (roles.get(side) or {}).items():
            sense = Sense("marker", str(role), f"{pack.folder.name}/roles/{side}-{role}", form=side)
            for line in words or ():
                pack.add(lexicon, str(line), sense)
    for side in ("before", "after"):
        for line in (roles.get("purpose") or {}).get(side) or ():
            pack.add(lexicon, str(line), Sense("purpose", side, f"{pack.folder.name}/roles/purpose"))
    for kind, words in (
        ("genitive", (roles.get("genitive") or {}).get("words")),
        ("break", roles.get("clause_breaks")),
        ("definite", roles.get("definite")),
        ("another", roles.get("another")),
        ("anaphor", roles.get("anaphors")),
        ("launch", roles.get("launched")),
        ("itself", roles.get("itself")),
        ("complement", roles.get("complements")),
        ("indefinite", roles.get("indefinite")),
    ):
        for line in words or ():
            pack.add(lexicon, str(line), Sense(kind, kind, f"{pack.folder.name}/roles/{kind}"))


def _numbers(pack: _Pack, lexicon: Lexicon) -> Numbers:
    keys = {
        "units",
        "multipliers",
        "fixed",
        "and",
        "fractions",
        "ordinals",
        "vague",
        "qualifiers",
        "between",
        "range",
        "including",
        "measures",
        "singular",
        "one_more",
    }
    given = pack.mapping("numbers.yaml", keys)
    for entry in given.get("vague") or ():
        sense = Sense("vague", str(entry["min"]), f"{pack.folder.name}/numbers/{entry['qualifier']}", str(entry["qualifier"]))
        for line in entry["words"]:
            pack.add(lexicon, str(line), sense)
    for entry in given.get("qualifiers") or ():
        side = str(entry.get("side", "before"))
        sense = Sense("qualifier", str(entry["name"]), f"{pack.folder.name}/numbers/{entry['name']}", side)
        for line in entry["words"]:
            pack.add(lexicon, str(line), sense)
    for kind, key in (("including", "including"), ("measure", "measures"), ("singular", "singular")):
        for line in given.get(key) or ():
            pack.add(lexicon, str(line), Sense(kind, kind, f"{pack.folder.name}/numbers/{key}"))
    between = given.get("between") or {}
    for line in between.get("open") or ():
        pack.add(lexicon, str(line), Sense("between", "open", f"{pack.folder.name}/numbers/between"))

    def table(key: str) -> dict[str, Any]:
        return {" ".join(lexicon.words(str(word))): value for word, value in (given.get(key) or {}).items()}

    return Numbers(
        units=table("units"),
        multipliers=table("multipliers"),
        fixed=table("fixed"),
        fractions=table("fractions"),
        ordinals=table("ordinals"),
        conjunctions=frozenset(folded(str(w)) for w in [*(given.get("and") or ()), *(between.get("and") or ())]),
        ranges=frozenset(folded(str(w)) for w in given.get("range") or ()),
        one_more=frozenset(folded(str(w)) for w in given.get("one_more") or ()),
    )


def _dates(pack: _Pack, lexicon: Lexicon, ordinals: Mapping[str, int]) -> Dates:
    given = pack.mapping("dates.yaml", {"months", "weekdays", "parts", "calendars", "week_start", "tails", "rules"})

    def key(name: object) -> tuple[str, ...]:
        first, *rest = lexicon.words(str(name))
        return (first, *(lexicon.letters.base(w) for w in rest))

    months: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for calendar, lists in (given.get("months") or {}).items():
        if len(lists) != 12:
            raise pack.wrong("dates.yaml", f"months: {calendar}", f"has {len(lists)} months, not 12")
        for number, names in enumerate(lists, 1):
            for name in names:
                months.setdefault(key(name), []).append((str(calendar), number))
    weekdays = {key(name): day for day, names in enumerate(given.get("weekdays") or ()) for name in names}
    parts = {key(name): str(part) for part, names in (given.get("parts") or {}).items() for name in names}
    eras = {folded(str(w)): str(calendar) for calendar, words in (given.get("calendars") or {}).items() for w in words}
    rules: dict[str, list[DateRule]] = {}
    for rule in given.get("rules") or ():
        if unknown := set(rule) - {"name", "pattern", "value", "example", "not"}:
            raise pack.wrong("dates.yaml", f"{rule.get('name')}: {', '.join(unknown)}", "is not known")
        patterns = rule["pattern"] if isinstance(rule["pattern"], list) else [rule["pattern"]]
        for line in (p for pattern in patterns for p in expand(str(pattern))):
            words = _pattern_words(lexicon, line)
            if not words:
                continue
            compiled = DateRule(f"{pack.folder.name}/dates/{rule['name']}", words, str(rule["value"]))
            rules.setdefault(words[0], []).append(compiled)
    ordered = {first: tuple(sorted(found, key=lambda r: -len(r.pattern))) for first, found in rules.items()}
    days = {tuple(words.split()): number for words, number in ordinals.items() if number <= 31}
    tails = [_pattern_words(lexicon, line) for tail in given.get("tails") or () for line in expand(str(tail))]
    return Dates(
        {k: tuple(v) for k, v in months.items()}, weekdays, eras, ordered, int(given.get("week_start") or 0), days, parts,
        {first: tuple(sorted((t for t in tails if t[0] == first), key=lambda t: -len(t))) for first in {t[0] for t in tails if t}},
    )  # fmt: skip


def _pattern_words(lexicon: Lexicon, line: str) -> tuple[str, ...]:
    words: list[str] = []
    for part in line.replace("{", " {").replace("}", "} ").split():
        words += [part] if part.startswith("{") else lexicon.words(part)
    return tuple(words)
