"""A desk with reports in four languages, read by plain steps, whose documents came from files and from the web."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from plain_stages import PLAIN
from tahqiq.evidence import Acquired, Vault
from tahqiq.ledger import Ledger, Query, open_ledger
from tahqiq.model import Document, Named, Reading, Report
from tahqiq.pipeline import ingest_documents

AT = "2023-07-09T10:00:00Z"
TEXTS = {
    "a.txt": "3 killed in Dumayr, said Nizar Qadri, a neighbour.",
    "b.txt": "قال شهود: 4 قتلى في Dumayr <b>",
    "c.txt": "2 killed in Homs, nobody else.",
}
PAGE = "<html><head><title>5 killed in Dumayr</title></head><body><p>5 killed in Dumayr, they said.</p></body></html>"
NEIGHBOUR = "Nizar Qadri"


def read(report: Report) -> Reading:
    """As the plain steps read, and whose name the text tells is a victim."""
    reading = PLAIN.read(report)
    at = report.text.find(NEIGHBOUR)
    if at < 0:
        return reading
    mention = replace(reading.accounts[0].trigger, start=at, end=at + len(NEIGHBOUR), text=NEIGHBOUR)
    return replace(reading, accounts=tuple(replace(a, victims=(Named(mention, NEIGHBOUR),)) for a in reading.accounts))


STAGES = replace(PLAIN, read=read)


def acquired(name: str, text: str, *, url: str | None = None, at: str = AT) -> Acquired:
    data = text.encode()
    media = "text/html" if text.startswith("<html") else "text/plain"
    headers = (("content-type", media),) if url else ()
    document = Document(hashlib.sha256(data).hexdigest(), len(data), media, url or f"in/{name}", "file", at, name, url, headers)
    return Acquired(document, data)


@dataclass(frozen=True)
class Desk:
    """A ledger with its vault."""

    ledger: Ledger
    vault: Vault
    folder: Path

    def take(self, *found: Acquired) -> None:
        assert not ingest_documents(found, self.ledger, self.vault, stages=STAGES).refused

    def incident(self, place: str = "Dumayr") -> str:
        return next(i.id for i in self.ledger.incidents(Query(limit=99)).items if i.place and i.place.name == place)

    def document(self, name: str) -> Document:
        return next(d for d in self.ledger.documents() if d.name == name)


def made_in(folder: Path) -> Desk:
    """A desk in a folder that has read them all."""
    made = Desk(open_ledger(f"sqlite:///{folder / 'desk.db'}"), Vault(folder / "desk.vault"), folder)
    made.take(*(acquired(name, text) for name, text in TEXTS.items()), acquired("page.html", PAGE, url="https://example.org/strike"))
    return made
