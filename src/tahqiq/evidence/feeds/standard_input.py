"""Standard input is one document: lines of JSON, a page, a PDF or a text, told by its bytes."""

from collections.abc import Iterator

from tahqiq.errors import UnreadableDocument
from tahqiq.evidence.acquiring import MAX_LINES_BYTES, Acquired, Asked, Refused, acquire, megabytes


class StandardInput:
    """What another program writes."""

    name = "standard input"
    title = "standard input: lines of JSON, a page, a PDF or a text"
    command = "… | tahqiq ingest -"

    def takes(self, given: str, head: bytes) -> bool:
        return given == "-"

    def documents(self, given: str, asked: Asked) -> Iterator[Acquired | Refused]:
        if asked.standard_input is None:
            raise UnreadableDocument("standard input: there is none here")
        limit = max(MAX_LINES_BYTES, asked.max_bytes)
        data = asked.standard_input.read(limit + 1)
        if len(data) > limit:
            raise UnreadableDocument(f"standard input: is larger than {megabytes(limit)}, the size limit")
        document, data = acquire(None, data=data, method="standard input", at=asked.now(), max_bytes=asked.max_bytes)
        yield Acquired(document, data)
