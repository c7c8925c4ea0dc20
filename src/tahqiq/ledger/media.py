"""Photos, videos and recordings of reports: which report has which, and which of them are documents.

A report names a medium by the SHA-256 of its bytes (it has it attached) or by an address. What an address names is a document as soon as
one was got from there, before the report or after it; of several all are given, in the order of their ids.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import msgspec
import sqlalchemy as sa

from tahqiq.ledger import tables as t
from tahqiq.ledger.dialects import insert_once
from tahqiq.model import Medium, digest

_encode = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Medium)


def append_media(connection: sa.Connection, report: str, media: Iterable[Medium]) -> int:
    """The report is known to have these; how many it was not known to have."""
    rows = []
    for position, medium in enumerate(media):
        key = _key(medium.address) if medium.address else None
        nameless = position if medium.document is None and key is None else None  # several that were not exported are several
        rows.append(
            {
                "id": digest(report, medium.role, medium.document, key, medium.name, nameless),
                "report": report,
                "position": position,
                "document": medium.document,
                "address": key,
                "json": _encode.encode(medium).decode(),
            }
        )
    return insert_once(connection, t.medium, list({row["id"]: row for row in rows}.values()))


def append_addresses(connection: sa.Connection, document: str, addresses: Iterable[str]) -> None:
    """The document is found by these addresses, which it was got from."""
    keys = dict.fromkeys(_key(address) for address in addresses)
    insert_once(connection, t.medium_address, [{"address": key, "document": document} for key in keys])


def is_named(connection: sa.Connection, document: str, addresses: Iterable[str]) -> bool:
    """True where a report has this photo, video or recording attached, or names one of the addresses."""
    either = sa.or_(t.medium.c.document == document, t.medium.c.address.in_([_key(address) for address in addresses]))
    return connection.execute(sa.select(t.medium.c.id).where(either).limit(1)).first() is not None


def media_of(connection: sa.Connection, reports: Iterable[str]) -> Iterator[tuple[str, Medium]]:
    """Each report with each of its media, in the report's order; `document` is told of all that are documents."""
    held = t.medium_address.c
    chosen = (
        sa.select(t.medium.c.report, t.medium.c.json, held.document)
        .outerjoin(t.medium_address, sa.and_(t.medium.c.document.is_(None), held.address == t.medium.c.address))
        .where(t.medium.c.report.in_(list(reports)))
        .order_by(t.medium.c.report, t.medium.c.position, t.medium.c.id, held.document)
    )
    return ((report, _resolved(text, found)) for report, text, found in connection.execute(chosen).all())


def reports_with(connection: sa.Connection, document: str) -> tuple[str, ...]:
    """The reports that have this photo, video or recording, in the order of their ids."""
    by_address = sa.select(t.medium_address.c.address).where(t.medium_address.c.document == document)
    either = sa.or_(t.medium.c.document == document, sa.and_(t.medium.c.document.is_(None), t.medium.c.address.in_(by_address)))
    return tuple(connection.scalars(sa.select(t.medium.c.report).where(either).distinct().order_by(t.medium.c.report)))


def _resolved(text: str, document: str | None) -> Medium:
    medium = _decoder.decode(text)
    return medium if document is None else replace(medium, document=document)


def _key(address: str) -> str:
    """One name for the ways of writing an address: without a fragment, the host in small letters."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return digest(address)
    if parts.scheme.lower() not in ("http", "https"):
        return digest(address)
    return digest(urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, "")))
