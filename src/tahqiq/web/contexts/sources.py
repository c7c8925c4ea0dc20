"""What the page of sources may use."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A watched feed: what it gave and when, as told in the reader's language; `needs_a_look` where it fails or is silent."""

    address: str
    items: int
    last_gave: str
    last_asked: str
    state: str
    problem: str
    needs_a_look: bool


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Who publishes, whose voice it is, and how many reports it gave."""

    id: str
    name: str
    kind: str
    country: str
    languages: tuple[str, ...]
    voice_of: str
    reports: int
    feeds: tuple[FeedLine, ...]


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """Everyone who gave this ledger anything; those to look at first."""

    sources: tuple[SourceLine, ...]
    total: int
