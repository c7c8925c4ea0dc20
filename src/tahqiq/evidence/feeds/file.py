"""A file is one document: text, page, PDF, office text, letter, table, lines of JSON; or a photo or video that a report names."""

from collections.abc import Iterator
from pathlib import Path

from tahqiq.evidence.acquiring import Acquired, Asked, Refused, acquire, head_of
from tahqiq.evidence.media import acquire_medium, media_type_of


class File:
    """Files and the files of folders."""

    name = "file"
    title = "files and folders: .txt .html .mhtml .pdf .docx .eml, tables .csv .tsv .xlsx .jsonl, photos and videos that these name"
    command = "tahqiq ingest FOLDER"

    def takes(self, given: str, head: bytes) -> bool:
        return True

    def documents(self, given: str, asked: Asked) -> Iterator[Acquired | Refused]:
        path = Path(given)
        if path.is_file() and media_type_of(head_of(path)):
            yield Acquired(acquire_medium(path, name=path.name, origin=given, method="file", at=asked.now()), path)
            return
        document, data = acquire(path, at=asked.now(), max_bytes=asked.max_bytes)
        yield Acquired(document, data)
