"""Web archives (.warc, .warc.gz), of any size: each answer that holds text is a document."""

from collections.abc import Iterator
from pathlib import Path

from tahqiq.evidence.acquiring import Acquired, Asked, Refused, plain_name
from tahqiq.evidence.records import documents_of_records


class Warc:
    """WARC files as crawlers write them."""

    name = "warc"
    title = "web archives: .warc, .warc.gz, of any size"
    command = "tahqiq ingest crawl.warc.gz"

    def takes(self, given: str, head: bytes) -> bool:
        return given.lower().endswith((".warc", ".warc.gz")) or head.startswith(b"WARC/1.")

    def documents(self, given: str, asked: Asked) -> Iterator[Acquired | Refused]:
        path = Path(given)
        name = plain_name(path.name)
        with path.open("rb") as file:
            yield from documents_of_records(file, name, name, asked)
