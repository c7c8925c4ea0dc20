"""The words of the system: frozen values that every stage takes and gives, to and from JSON.

Offsets count Unicode code points of a report's text, end exclusive. Days are ISO 8601, times UTC (`2026-11-20T10:00:00Z`).
Languages are ISO 639-1, countries ISO 3166-1 alpha-2. Which words a closed list allows (event types, stances, effects …) is
said by the codebook; this file knows nothing but the shapes.
"""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
MEDIA = ("image", "video", "audio")  # what documents without a text are, by the first part of their media type


# -- evidence ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """Who publishes. `affiliation` is the party to a conflict it speaks for, None where it speaks for none.

    `names` are its other names, in any script; `hosts` stand for their subdomains as well. One of kind `provisional` is known by its
    host alone, until a person says more.
    """

    id: str
    name: str
    kind: str = "unknown"
    country: str | None = None
    languages: tuple[str, ...] = ()
    affiliation: str | None = None
    hosts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes as acquired: `id` is their SHA-256 in hex. The bytes themselves lie in the vault.

    `url` is the address that gave them, with the `headers` of its answer; `within` names what they were taken out of (an archive,
    a letter) with its own SHA-256.
    """

    id: str
    size: int
    media_type: str
    origin: str
    method: str
    acquired_at: str
    name: str = ""
    url: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    within: str | None = None

    @property
    def is_medium(self) -> bool:
        """True for a photo, a video or a recording: it has no text."""
        return self.media_type.partition("/")[0] in MEDIA


@dataclass(frozen=True, slots=True)
class Medium:
    """A photo, video or recording that a report has attached, shows or names; what it shows nobody here looks at.

    `document` is the SHA-256 of its bytes, None where only its `address` is told. `kind` is image, video or audio; `role` is attached,
    shown, lead (what a page gives of itself to others) or linked; `caption` is what the report says of it.
    """

    kind: str
    role: str
    document: str | None = None
    address: str | None = None
    name: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One readable text out of a document, as found. `furniture` are spans of menus, share lines and tags.

    `language` is None and `unread` says why where no pack reads the text. `edited` is when its publisher changed it last, UTC;
    `forwarded_from` is the channel or page that it passes on.
    """

    text: str
    id: str = ""
    document: str | None = None
    title: str | None = None
    language: str | None = None
    published: dt.date | None = None
    url: str | None = None
    source: str | None = None
    wire_credit: str | None = None
    furniture: tuple[tuple[int, int], ...] = ()
    unread: str | None = None
    edited: str | None = None
    forwarded_from: str | None = None
    media: tuple[Medium, ...] = ()


# -- what one report tells --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a report's text: `text == report.text[start:end]`. `rule` names the rule or list that found it."""

    start: int
    end: int
    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A mention of a person, group, force or organisation; `name` is its usual English name, `actor` its registry id."""

    mention: Mention
    name: str
    actor: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """The days a happening can lie in, first and last inclusive. `grain` is day, week, month, year or interval."""

    mention: Mention
    start: dt.date
    end: dt.date
    grain: str = "day"


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the registry, or one told only by words (`id` None). `lat`, `lon` are WGS84 degrees, of an area its middle."""

    name: str
    id: str | None = None
    country: str | None = None
    admin1: str | None = None
    lat: float | None = None
    lon: float | None = None
    precision: str = "settlement"


@dataclass(frozen=True, slots=True)
class Placed:
    """A mention of a place and what it was resolved to; the refused readings stand in `others`, best first."""

    mention: Mention
    place: Place
    others: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Casualty:
    """How many of whom came to what harm. `max` None is open; `qualifier` keeps how it was said (at_least, dozens …)."""

    mention: Mention
    effect: str
    who: str
    min: int
    max: int | None
    qualifier: str = "exact"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says it, and how they stand to it. `via` is the chain from the outlet's agency down to the claimant, outermost first.

    `about` is the slot the claim is about (`event` for the happening as a whole).
    """

    claimant: Named
    stance: str
    about: str = "event"
    via: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """What ONE report tells of ONE happening. `trigger` are the words that name it."""

    id: str
    report: str
    event_type: str
    trigger: Mention
    status: str = "occurred"
    certainty: str = "asserted"
    background: bool = False
    count: tuple[int, int | None] | None = None
    date: Dated | None = None
    place: Placed | None = None
    perpetrators: tuple[Named, ...] = ()
    targets: tuple[Named, ...] = ()
    victims: tuple[Named, ...] = ()
    weapons: tuple[str, ...] = ()
    casualties: tuple[Casualty, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A standing number that belongs to no single happening."""

    id: str
    report: str
    measure: str
    mention: Mention
    min: int
    max: int | None
    of: Named | None = None
    place: Placed | None = None
    since: str | None = None
    source: Named | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was considered and not believed: the words and why, for `--explain` and the report page."""

    slot: str
    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one reader made of one report. Equal input gives equal readings."""

    report: str
    reader: str
    version: str
    language: str | None
    relevant: bool
    accounts: tuple[Account, ...] = ()
    figures: tuple[Figure, ...] = ()
    refused: tuple[Refusal, ...] = ()
    unread: str | None = None


# -- what is made of many reports -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """One readable reason: a code of the codebook or weights file, its weight where it has one, and the facts it speaks of."""

    code: str
    weight: float = 0.0
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """Two accounts held to be of one happening (or near to it): log-likelihood `score` and what it is the sum of."""

    a: str
    b: str
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person did, when and why. Appended, never edited; taken back by a later decision that names it."""

    id: str
    kind: str
    subject: str
    who: str
    why: str
    at: str
    value: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody in a chain of telling: an outlet, an agency, a claimant. `id` is of the register of sources or of actors."""

    name: str
    id: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """One independent origin: whose word its reports rest on, and by which chains, outlet first.

    `id` is the id of its first report; `side` is perpetrators or targets where the speaker belongs to a party to the happening.
    `since` is the day on which it first told.
    """

    id: str
    speaker: Speaker
    reports: tuple[str, ...]
    chains: tuple[tuple[Speaker, ...], ...] = ()
    side: str | None = None
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One value of one field of an incident: which accounts tell it, who is quoted for it, how many origins are independent.

    `voices` are the ids of those origins; `since` is the day on which it was first told.
    """

    value: str
    label: str
    accounts: tuple[str, ...]
    claimants: tuple[str, ...] = ()
    independent: int = 1
    mentions: tuple[tuple[str, int, int], ...] = ()
    voices: tuple[str, ...] = ()
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class TollStep:
    """What a toll was from a day on, until the next step; `reports` of that day made it so."""

    day: dt.date
    low: int
    best: int
    high: int | None
    rule: str
    reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Toll:
    """Low, best and high of one effect for one group. `rule` names the rule; `accounts` tell the numbers it stands on.

    `low_by`, `best_by`, `high_by` are the accounts that tell each of the three; `steps` are the toll over time, by day of publication.
    """

    effect: str
    who: str
    low: int
    best: int
    high: int | None
    rule: str
    accounts: tuple[str, ...] = ()
    low_by: tuple[str, ...] = ()
    best_by: tuple[str, ...] = ()
    high_by: tuple[str, ...] = ()
    steps: tuple[TollStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispute:
    """Values of one field that cannot all hold, as `Told.value`s of the incident; both sides of it were told from `since` on.

    `field` is a field of `Incident.values`, or `identity` (who the dead were). `who` is the group where the values are numbers.
    """

    field: str
    values: tuple[str, ...]
    who: str = ""
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """How a party stands to what it is accused of, as `reports` tell it from `since` on; `silent` where none gives a word of it."""

    stance: str
    since: dt.date | None = None
    reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """A party that is told to have done it: who says so, what it says itself, and the grade of civilian harm by it, with reasons.

    `names` are those under which it is told (a force, its government); `voices` are the origins that name it.
    """

    speaker: Speaker
    names: tuple[str, ...]
    voices: tuple[str, ...]
    grade: str
    reasons: tuple[Reason, ...] = ()
    stands: tuple[Stand, ...] = ()


@dataclass(frozen=True, slots=True)
class GradeStep:
    """What the grade was from a day on, until the next step, why, and because of which reports of that day."""

    day: dt.date
    grade: str
    reasons: tuple[Reason, ...] = ()
    reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """The numbers of an incident as another codebook counts them: acled, ucdp or airwars."""

    name: str
    tolls: tuple[Toll, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """Accounts of the same happening from all reports: computed from the ledger, never edited.

    `values` holds per field (event_type, date, place, perpetrators, targets, killed, injured …) the values told, most
    independent first; a field with two or more that cannot both hold is named in `contradictions`.

    Persons' words lie over it: `review` is proposed, reviewed or published; `grade` is the one that a person gave where one did, and
    `computed_grade` then the one that the accounts give, whose reasons `grade_reasons` are. `public_id` is given by the decision to
    publish; of merged incidents the older stays and the others are `former_public_ids`. `decisions` are those that stand on it.

    `voices` are its independent origins; `parties` those told to have done it, each with its own grade; `disputes` say of each
    contradiction which values, since when; `grade_steps` are the computed grade over time; `views` count the same claims by other
    codebooks. `unclaimed` are the words, as report, start and end, that nobody has claimed it. `withheld` are those of its reports whose
    documents are given to nobody, where it is shown or given out.
    """

    id: str
    event_type: str
    accounts: tuple[str, ...]
    reports: tuple[str, ...]
    languages: tuple[str, ...]
    title: str = ""
    status: str = "occurred"
    certainty: str = "asserted"
    start: dt.date | None = None
    end: dt.date | None = None
    place: Place | None = None
    values: dict[str, tuple[Told, ...]] = field(default_factory=dict)
    tolls: tuple[Toll, ...] = ()
    contradictions: tuple[str, ...] = ()
    independent: int = 1
    copies: int = 0
    grade: str = "none"
    grade_reasons: tuple[Reason, ...] = ()
    weapons: tuple[str, ...] = ()
    victims: tuple[str, ...] = ()
    review: str = "proposed"
    public_id: str | None = None
    computed_grade: str | None = None
    former_public_ids: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    voices: tuple[Voice, ...] = ()
    parties: tuple[Party, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    grade_steps: tuple[GradeStep, ...] = ()
    views: tuple[View, ...] = ()
    unclaimed: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A person told of by name: computed from the ledger. Every name, age, sex, status and family told is kept, by whomever.

    `names` are by language; `family` says whose kin in one word (spouse, child …). `mentions` are report, start and end.
    """

    id: str
    names: dict[str, tuple[str, ...]]
    roles: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    ages: tuple[int, ...] = ()
    sexes: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    mentions: tuple[tuple[str, int, int], ...] = ()
    decisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """Two persons that may be one: how alike their names are, 0 to 1, and whether one incident tells of both. Shown, never merged."""

    a: str
    b: str
    likeness: float
    in_one_incident: bool = False


@dataclass(frozen=True, slots=True)
class StandingNumber:
    """One number as it stood on a day: `figures` tell it, in `independent` texts of their own. `day` is None where none is known."""

    day: dt.date | None
    min: int
    max: int | None
    figures: tuple[str, ...]
    reports: tuple[str, ...]
    independent: int


@dataclass(frozen=True, slots=True)
class Series:
    """One standing number over time, named by the figure told first. Two numbers of one day contradict one another or were told loosely.

    `whose` is the registry's id of whom it counts, where it has one.
    """

    id: str
    measure: str
    of: str | None
    place: Place | None
    since: str | None
    told: tuple[StandingNumber, ...]
    whose: str | None = None

    @property
    def latest(self) -> StandingNumber:
        return self.told[-1]

    @property
    def contradictions(self) -> tuple[tuple[StandingNumber, StandingNumber], ...]:
        """Numbers of one day that cannot both hold."""
        of_one_day = ((a, b) for n, a in enumerate(self.told) for b in self.told[n + 1 :] if a.day is not None and a.day == b.day)
        return tuple((a, b) for a, b in of_one_day if (a.max is not None and a.max < b.min) or (b.max is not None and b.max < a.min))


# -- JSON and ids -----------------------------------------------------------------------------------------------------


def to_json(value: object) -> Any:
    """Plain JSON values (dicts, lists, ISO days) of any value of the model."""
    return msgspec.to_builtins(value)


def from_json(kind: type[T], value: Any) -> T:
    """The value of the model that `to_json` gave.

    Raises: ValueError naming the key where the JSON is not of that shape.
    """
    return msgspec.convert(value, type=kind)


def digest(*parts: object) -> str:
    """A short name for content: 20 hex digits of the SHA-256 of the parts as canonical JSON."""
    canonical = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:20]
