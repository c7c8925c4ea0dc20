"""What an account tells, value by value, in the reader's words, each with the mention it stands on.

What comes in is an account of the model; what goes out are `Value`s in the order in which pages show them. Matrix, report
page and passages are made of the same values, so that a number is worded alike wherever it stands.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from tahqiq.codebook import load_codebook
from tahqiq.model import Account, Casualty, Claim, Dated, Figure, Mention, Named, Place, Placed, Report, Source, Speaker
from tahqiq.web.composed import actor_name, place_name
from tahqiq.web.contexts import Quote, Script
from tahqiq.web.wording import Wording, direction

# The kind of underline a field's words get.
KINDS = {
    "event_type": "trigger", "place": "where", "date": "where", "perpetrators": "who", "targets": "who", "victims": "who",
    "killed": "count", "injured": "count", "missing": "count", "detained": "count", "abducted": "count", "displaced": "count",
    "weapons": "trigger", "claims": "says",
}  # fmt: skip
# Names of a registry entry by (id, language); without one, the account's own English name stands.
Naming = Callable[[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one field; `mention` None where the model keeps no words of its own for it."""

    field: str
    label: str
    mention: Mention | None
    mark: str = ""

    @property
    def key(self) -> str:
        return f"{self.mention.start}-{self.mention.end}" if self.mention else ""


@dataclass(frozen=True, slots=True)
class Teller:
    """Words accounts in one language of the interface. `names` knows places and actors in it, `sources` who publishes."""

    wording: Wording
    names: Naming
    sources: Mapping[str, Source]

    def values(self, account: Account) -> tuple[Value, ...]:
        """Everything the account tells, fields in the order of the matrix."""
        return tuple(self._values(account))

    def _values(self, account: Account) -> Iterator[Value]:
        yield Value("event_type", self.what(account), account.trigger, self.marks(account))
        if account.place:
            yield self._where(account.place)
        if account.date:
            yield self._when(account.date)
        for field, named in (("perpetrators", account.perpetrators), ("targets", account.targets), ("victims", account.victims)):
            for one in named:
                yield Value(field, self.actor(one), one.mention)
        for casualty in account.casualties:
            yield Value(casualty.effect, self.casualty(casualty), casualty.mention)
        for weapon in account.weapons:
            yield Value("weapons", self.wording.label("weapons", weapon), account.trigger)
        for claim in account.claims:
            yield Value("claims", self.claim(claim), claim.claimant.mention)

    def what(self, account: Account) -> str:
        label = self.wording.label("event_types", account.event_type)
        if account.count is None:
            return label
        low, high = account.count
        return self.wording("told.several_happenings", what=label, count=self.wording.range(low, high))

    def marks(self, account: Account) -> str:
        """What keeps the happening from being told as a plain fact: alleged, denied, foiled, planned, background."""
        marks = [self.wording.label("certainty", account.certainty)] if account.certainty != "asserted" else []
        if account.status != "occurred":
            marks.append(self.wording.label("status", account.status))
        if account.background:
            marks.append(self.wording("told.background"))
        return self.wording("comma").join(marks)

    def _where(self, placed: Placed) -> Value:
        return Value("place", self.place(placed.place), placed.mention, self.wording.label("precisions", placed.place.precision))

    def _when(self, dated: Dated) -> Value:
        mark = "" if dated.grain == "day" else self.wording.label("grains", dated.grain)
        return Value("date", self.days(dated), dated.mention, mark)

    def days(self, dated: Dated) -> str:
        return self.wording.days(dated.start, dated.end)

    def place(self, place: Place) -> str:
        """The place in the reader's language where the registry has it, with its country where that is another word."""
        known = self.names(place.id, self.wording.language) if place.id else None
        return known or place_name(place.name, self.wording.language, place.country)

    def actor(self, named: Named) -> str:
        return named.name if named.kind == "person" and not named.actor else self.called(named.name, named.actor)

    def speaker(self, speaker: Speaker) -> str:
        """Somebody in a chain of telling: an outlet by its own name, others in the reader's language."""
        if not speaker.name:
            return self.wording("report.unnamed_source")
        return self.called(speaker.name, speaker.id)

    def called(self, name: str, id: str | None) -> str:
        """An actor in the reader's language: by the registry, else part by part where it was composed of known parts."""
        known = self.names(id, self.wording.language) if id else None
        return known or actor_name(name, self.wording.language, self.wording.country)

    def casualty(self, casualty: Casualty) -> str:
        count = self.wording.count(casualty.min, casualty.max, casualty.qualifier)
        if casualty.who == "unspecified":
            return count
        return self.wording("told.of_group", count=count, who=self.wording.label("who", casualty.who))

    def claim(self, claim: Claim) -> str:
        said = self.wording("told.claim", who=self.actor(claim.claimant), stance=self.wording.label("stances", claim.stance))
        about = "" if claim.about == "event" else self.slot(claim.about)
        return self.wording("told.claim_about", claim=said, about=about) if about else said

    def figure(self, figure: Figure) -> str:
        count = self.wording.count(figure.min, figure.max, "exact" if figure.max is not None else "at_least")
        parts = [f"{self.wording.label('measures', figure.measure)}: {count}"]
        parts += [self.actor(named) for named in (figure.of,) if named]
        parts += [self.place(figure.place.place)] if figure.place else []
        return self.wording.together(parts)

    def field(self, field: str) -> str:
        """A field's heading; effects and slots are the codebook's words."""
        key = f"field.{field}"
        return self.wording(key) if self.wording.has(key) else self.effect(field)

    def slot(self, slot: str) -> str:
        """A slot or effect inside a sentence; one that the codebook does not list by its heading."""
        for list_name in ("effects", "slots"):
            if slot in load_codebook().closed(list_name):
                return self.wording.label(list_name, slot)
        return self.field(slot)

    def effect(self, effect: str) -> str:
        """The effect inside a sentence."""
        return self.wording.label("effects", effect)

    # -- reports and their words ----------------------------------------------------------------------------------

    def outlet(self, report: Report) -> str:
        """Who published it: the source's name, else the host, the wire's credit, or that nobody is named."""
        source = self.sources.get(report.source or "")
        if source:
            return source.name
        host = (urlsplit(report.url).hostname or "").removeprefix("www.") if report.url else ""
        return host or report.source or report.wire_credit or self.wording("report.unnamed_source")

    def script(self, language: str | None) -> Script:
        if language is None:
            return Script("und", "·", self.wording("report.unknown_language"))
        return Script(language, self.wording.sample(language), self.wording.language_name(language))

    def quote(self, report: Report, mention: Mention, gloss: str = "") -> Quote:
        """The words of a mention, as the report has them, in their own language and direction."""
        return Quote(
            text=report.text[mention.start : mention.end] or mention.text,  # of a withheld report there is no text
            lang=report.language or "und",
            dir=direction(report.language),
            report=report.id,
            start=mention.start,
            end=mention.end,
            outlet=self.outlet(report),
            address=mention_address(report.id, mention.start, mention.end),
            gloss=gloss,
        )


def report_address(report: str) -> str:
    return f"/reports/{quote(report, safe='')}"


def incident_address(incident: str) -> str:
    return f"/incidents/{quote(incident, safe='')}"


def mention_address(report: str, start: int, end: int) -> str:
    """The report's page with the words marked by the server and scrolled to by the browser: no script is needed."""
    return f"{report_address(report)}?at={start}-{end}#m-{start}-{end}"
