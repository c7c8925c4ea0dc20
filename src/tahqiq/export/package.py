"""A Frictionless data package around any format: the data, what it could not hold, how it was protected, and what each number stands on.

Source: Data Package 1 (https://specs.frictionlessdata.io). Every file of the package has its size and SHA-256 in `datapackage.json`; the
columns of the tables that we define have their types there.
"""

import hashlib
import zipfile
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any, BinaryIO

import msgspec

from tahqiq.export.cells import member

if TYPE_CHECKING:
    from tahqiq.export import Exporter, LossReport

DATA, NUMBERS, LOSS = "incidents", "numbers.jsonl", "loss.txt"
_TYPES = {"text": "string", "whole": "integer", "degrees": "number", "day": "date"}


def write_package(out: BinaryIO, exporter: "Exporter", loss: "LossReport", data: IO[bytes], numbers: IO[bytes]) -> None:
    """The package is in `out`, as one ZIP archive."""
    sentences = "".join(f"{line}\n" for line in loss.lines()).encode()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        resources = [
            {**_copied(archive, f"{DATA}.{exporter.extension}", exporter.media_type, data), **_schema(exporter.name)},
            _copied(archive, NUMBERS, "application/jsonl", numbers),
        ]
        with member(archive, LOSS) as file:
            file.write(sentences)
        described = {
            "profile": "data-package",
            "name": f"tahqiq-{exporter.name}",
            "title": exporter.title,
            "description": " ".join(f"{line.rstrip('.')}." for line in loss.lines()),
            "resources": resources,
        }
        with member(archive, "datapackage.json") as file:
            file.write(msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n")


def _copied(archive: zipfile.ZipFile, path: str, media_type: str, source: IO[bytes]) -> dict[str, Any]:
    hashed, size = hashlib.sha256(), 0
    source.seek(0)
    with member(archive, path) as file:
        while part := source.read(1 << 20):
            hashed.update(part)
            size += len(part)
            file.write(part)
    name, _, ending = path.partition(".")
    return {
        "name": name,
        "path": path,
        "format": ending,
        "mediatype": media_type,
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{hashed.hexdigest()}",
    }


def _schema(name: str) -> Mapping[str, Any]:
    """The types of the columns of our own table; of other formats their codebooks say them."""
    if name != "csv":
        return {}
    from tahqiq.export.sheet import columns

    fields = [{"name": c.name, "type": _TYPES[c.kind], "title": c.headings["en"]} for c in columns()]
    return {"profile": "tabular-data-resource", "schema": {"fields": fields, "primaryKey": "id", "missingValues": [""]}}
