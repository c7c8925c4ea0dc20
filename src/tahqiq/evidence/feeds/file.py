"""A file is one document: text, page, PDF, office text, letter, table, lines of JSON."""

from collections.abc import Iterator
from pathlib import Path

from tahqiq.evidence.acquiring import Acquired, Asked, Refused, acquire


class File:
    """Files and the files of folders."""

    name = "file"
    title = "files and folders: .txt .html .mhtml .pdf .docx .eml, tables .csv .tsv .xlsx .jsonl"
    command = "tahqiq ingest FOLDER"

    def takes(self, given: str, head: bytes) -> bool:
        return True

    def documents(self, given: str, asked: Asked) -> Iterator[Acquired | Refused]:
        document, data = acquire(Path(given), at=asked.now(), max_bytes=asked.max_bytes)
        yield Acquired(document, data)
