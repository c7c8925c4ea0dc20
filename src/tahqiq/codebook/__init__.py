"""The codebook: what an event type means, how outside formats code it, and the closed lists with their words.

What comes in are the YAML files beside this one; what goes out is one frozen `Codebook`. This file must not know languages'
grammar, reports or exporters. Loading is strict: every known key is taken, what is left is refused, and an error names file
and key. How a mapping is read:

1. A type's `variants` stand in order; the first whose every fact agrees gives the code, else the mapping's own `code`.
2. A fact agrees when any value given is among those named; a fact that was not given agrees with nothing.
3. A status that the vocabulary does not code (a threat, a denial) gives no code, unless a variant names that status.
4. A mapping by `counts` (UCDP) takes its code from who stood on each side, by the vocabulary's tables `sides` and `violence`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from tahqiq.codebook.strict import Section, open_yaml
from tahqiq.errors import UnknownName

LANGUAGES = ("en", "ar", "ur", "fa")
FOLDER = Path(__file__).parent

T = TypeVar("T")
Cell = str | int | float | bool | None
Facts = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by key, in the file's order; each row holds every column."""

    columns: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Cell]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The codes of one outside format, highest precedence first. `statuses` are those of ours that it codes at all."""

    name: str
    title: str
    edition: str
    source: str
    statuses: tuple[str, ...]
    codes: Table
    tables: Mapping[str, Table]

    def first(self, codes: Iterable[str]) -> str | None:
        """The code that absorbs the others inside one incident, None of none."""
        wanted = set(codes)
        return next((code for code in self.codes.rows if code in wanted), None)


@dataclass(frozen=True, slots=True)
class Variant:
    """The code where the facts agree with `when`."""

    when: Facts
    code: str | None


@dataclass(frozen=True, slots=True)
class MapsTo:
    """How a vocabulary codes a type. `counts` is None unless the vocabulary only counts a type or does not (UCDP)."""

    code: str | None
    variants: tuple[Variant, ...] = ()
    counts: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class EventType:
    """One event type of the guide. `mistaken_for` says of each other type why this is not it."""

    name: str
    label: Mapping[str, str]
    means: str
    mistaken_for: Mapping[str, str]
    slots: tuple[str, ...]
    maps_to: Mapping[str, MapsTo]
    family: tuple[str, ...]
    example: str
    source: str
    since: str


@dataclass(frozen=True, slots=True)
class ListValue:
    """One value of a closed list: its words in each language, and what else the list says of it."""

    name: str
    label: Mapping[str, str]
    attributes: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class WordCount:
    """The numbers a qualifier stands for where a text gives none: None where the qualifier needs a number beside it.

    `is_open` says that no highest number is told. ACLED's number is 3 or 10 for "several": `acled` and `acled_large`.
    """

    min: int | None
    is_open: bool
    acled: int | None
    acled_large: int | None


@dataclass(frozen=True, slots=True)
class Codebook:
    """All that is known of types, codes and lists. `facts` names the closed list that each fact of a variant draws on."""

    event_types: Mapping[str, EventType]
    vocabularies: Mapping[str, Vocabulary]
    lists: Mapping[str, Mapping[str, ListValue]]
    facts: Mapping[str, str]

    def event_type(self, name: str) -> EventType:
        """The event type of that name; raises UnknownName."""
        return _known(self.event_types, name, "event type")

    def vocabulary(self, name: str) -> Vocabulary:
        """The outside vocabulary of that name; raises UnknownName."""
        return _known(self.vocabularies, name, "vocabulary")

    def closed(self, list_name: str) -> tuple[str, ...]:
        """The values of a closed list, in its order; `event_types` is one of them."""
        if list_name == "event_types":
            return tuple(self.event_types)
        return tuple(_known(self.lists, list_name, "closed list"))

    def value(self, list_name: str, value: str) -> ListValue:
        """One value of a closed list with its attributes; raises UnknownName."""
        return _known(_known(self.lists, list_name, "closed list"), value, f"value of {list_name}")

    def label(self, list_name: str, value: str, language: str) -> str:
        """The word for a value in a language of the interface (en, ar, ur, fa)."""
        labels = self.event_type(value).label if list_name == "event_types" else self.value(list_name, value).label
        return _known(labels, language, "label language")

    def word_count(self, qualifier: str) -> WordCount:
        """What a qualifier such as `dozens` stands for in the guide and in ACLED."""
        told = self.value("qualifiers", qualifier).attributes
        return WordCount(_count(told["min"]), bool(told["is_open"]), _count(told["acled"]), _count(told["acled_large"]))

    def family(self, a: str, b: str) -> bool:
        """True where one happening may be told as either type."""
        one, other = self.event_type(a), self.event_type(b)
        return a == b or b in one.family or a in other.family

    def code(self, event_type: str, vocabulary: str, **facts: str | Iterable[str] | None) -> str | None:
        """The code of a type in an outside vocabulary, None where that format does not hold it.

        Args:
            facts: what is told of the incident, by the names in closed_lists.yaml (weapons, status, effects, by, against,
                craft, change, response, crowd, agreement, act): one value or several. None and empty mean not told.
        Raises: UnknownName for a type, vocabulary, fact or value that the codebook does not have.
        """
        known = self.vocabulary(vocabulary)
        mapping = _known(self.event_type(event_type).maps_to, vocabulary, "mapping")
        told = self._told(facts)
        is_coded = told.get("status", frozenset()) <= set(known.statuses)
        for variant in mapping.variants:
            if (is_coded or "status" in variant.when) and all(told.get(f, frozenset()) & v for f, v in variant.when.items()):
                return variant.code
        if not is_coded or mapping.counts is False:
            return None
        return _by_sides(known, told) if mapping.counts else mapping.code

    def acled_sub_event(
        self,
        event_type: str,
        weapons: Iterable[str] = (),
        *,
        status: str | None = None,
        effects: Iterable[str] = (),
        by: str | Iterable[str] | None = None,
        against: str | Iterable[str] | None = None,
        **facts: str | Iterable[str] | None,
    ) -> str | None:
        """ACLED's sub-event for a happening, None where ACLED has no row for it.

        Args:
            effects: only harm that was done: a toll told as none is no effect.
            by, against: values of the closed list `sides`.
        """
        return self.code(event_type, "acled", weapons=weapons, status=status, effects=effects, by=by, against=against, **facts)

    def _told(self, facts: Mapping[str, str | Iterable[str] | None]) -> dict[str, frozenset[str]]:
        told = {}
        for fact, given in facts.items():
            list_name = _known(self.facts, fact, "fact")
            values = frozenset([given] if isinstance(given, str) else given or ())
            for value in values:
                self.value(list_name, value)
            if values:
                told[fact] = values
        return told


def _by_sides(vocabulary: Vocabulary, told: Facts) -> str | None:
    """The code by who fought whom; None where a side is untold, of no kind the vocabulary knows, or of several kinds."""
    sides = vocabulary.tables["sides"].rows
    kinds = [{sides[side]["kind"] for side in told.get(fact, ()) if side in sides} for fact in ("by", "against")]
    if any(len(kind) != 1 for kind in kinds):
        return None
    row = vocabulary.tables["violence"].rows.get("/".join(str(kind.pop()) for kind in kinds))
    return str(row["code"]) if row else None


def _count(cell: Cell) -> int | None:
    return cell if isinstance(cell, int) else None


def _known(table: Mapping[str, T], name: str, what: str) -> T:
    if name in table:
        return table[name]
    raise UnknownName(f"no {what} {name!r}; there are: {', '.join(table)}")


@lru_cache(maxsize=4)
def load_codebook(folder: Path = FOLDER) -> Codebook:
    """The codebook of a folder, checked whole: every reference between its files holds.

    Raises: CodebookError naming file and key.
    """
    lists, facts = _load_lists(open_yaml(folder / "closed_lists.yaml", "closed_lists.yaml"))
    vocabularies = {
        p.stem: _load_vocabulary(open_yaml(p, f"vocabularies/{p.name}"), p.stem, lists["status"])
        for p in sorted(folder.glob("vocabularies/*.yaml"))
    }
    paths = sorted(folder.glob("event_types/*.yaml"))
    names = [path.stem for path in paths]
    types = {
        path.stem: _load_event_type(open_yaml(path, f"event_types/{path.name}"), path.stem, names, Codebook({}, vocabularies, lists, facts))
        for path in paths
    }
    return Codebook(MappingProxyType(types), MappingProxyType(vocabularies), MappingProxyType(lists), MappingProxyType(facts))


def _load_lists(file: Section) -> tuple[dict[str, Mapping[str, ListValue]], dict[str, str]]:
    file.text("source")
    lists: dict[str, Mapping[str, ListValue]] = {}
    for name, one in file.section("lists").sections():
        attributes = one.texts("attributes") if "attributes" in one.left else ()
        values = {}
        for value, row in one.section("values").sections():
            told = {key: row.take(key, str, int, bool, type(None)) for key in attributes}
            values[value] = ListValue(value, _label(row), MappingProxyType(told))
            row.end()
        one.end()
        lists[name] = MappingProxyType(values)
    section = file.section("facts")
    facts = {fact: section.text(fact) for fact in list(section.left)}
    for fact, name in facts.items():
        if name not in lists:
            raise section.error(fact, f"there is no closed list {name!r}")
    file.end()
    return lists, facts


def _load_vocabulary(file: Section, name: str, statuses: Iterable[str]) -> Vocabulary:
    if file.text("name") != name:
        raise file.error("name", f"must be that of the file, {name!r}")
    tables = {table: _load_table(section) for table, section in file.section("tables").sections()} if "tables" in file.left else {}
    vocabulary = Vocabulary(
        name=name,
        title=file.text("title"),
        edition=file.text("edition"),
        source=file.text("source"),
        statuses=file.among("statuses", statuses),
        codes=_load_table(file.section("codes")),
        tables=MappingProxyType(tables),
    )
    file.end()
    return vocabulary


def _label(section: Section) -> Mapping[str, str]:
    return MappingProxyType({language: section.text(language) for language in LANGUAGES})


def _load_table(section: Section) -> Table:
    columns = section.texts("columns")
    rows = {}
    table = section.section("rows")
    for key in list(table.left):
        cells = table.take(key, list)
        if len(cells) != len(columns):
            raise table.error(key, f"needs {len(columns)} cells ({', '.join(columns)}), has {len(cells)}")
        if any(not isinstance(cell, str | int | float | None) for cell in cells):
            raise table.error(key, f"holds something that is no text and no number: {cells!r}")
        rows[key] = MappingProxyType(dict(zip(columns, cells, strict=True)))
    section.end()
    return Table(columns, MappingProxyType(rows))


def _load_event_type(file: Section, name: str, names: list[str], known: Codebook) -> EventType:
    if file.text("name") != name:
        raise file.error("name", f"must be that of the file, {name!r}")
    label, mistaken, maps = file.section("label"), file.section("not"), file.section("maps_to")
    for other in mistaken.left:
        if other not in names:
            raise mistaken.error(other, "is no event type")
    event_type = EventType(
        name=name,
        label=_label(label),
        means=file.text("means"),
        mistaken_for=MappingProxyType({other: mistaken.text(other) for other in list(mistaken.left)}),
        slots=file.among("slots", known.closed("slots")),
        maps_to=MappingProxyType({v: _load_mapping(maps.section(v), known, v) for v in known.vocabularies}),
        family=file.among("family", names),
        example=file.text("example"),
        source=file.text("source"),
        since=file.text("since"),
    )
    for section in (label, maps, file):
        section.end()
    return event_type


def _load_mapping(section: Section, known: Codebook, vocabulary: str) -> MapsTo:
    note = section.text("note") if "note" in section.left else ""
    counts = section.take("counts", bool) if "counts" in section.left else None
    code = _code(section, known, vocabulary) if counts is None else None
    if code is None and not counts and not note:
        raise section.error("note", "is missing: say why there is no code")
    variants = []
    for number, content in enumerate(section.take("variants", list) if "variants" in section.left else ()):
        variant = Section(section.file, section.at(f"variants[{number}]"), content)
        variants.append(Variant(_when(variant.section("when"), known), _code(variant, known, vocabulary)))
        variant.end()
    section.end()
    return MapsTo(code, tuple(variants), counts, note)


def _code(section: Section, known: Codebook, vocabulary: str) -> str | None:
    code: str | None = section.take("code", str, type(None))
    if code is not None and code not in known.vocabularies[vocabulary].codes.rows:
        raise section.error("code", f"{code!r} is no code of vocabularies/{vocabulary}.yaml")
    return code


def _when(section: Section, known: Codebook) -> Facts:
    for fact in section.left:
        if fact not in known.facts:
            raise section.error(fact, f"is no fact; there are: {', '.join(known.facts)}")
    return MappingProxyType({f: frozenset(section.among(f, known.closed(known.facts[f]))) for f in list(section.left)})
