"""What programs take from the public site: data in the formats of the field, feeds of changes, a map of the site for search engines.

What comes in are editions; what goes out are files that the exporters write from their records, which were protected when they were made.
A file of everything is written once for each state of what is public.
"""

import datetime as dt
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from lxml import etree  # type: ignore[import-untyped]

from tahqiq.errors import UnknownName
from tahqiq.export import Batch, find_exporter, write_batches
from tahqiq.export.package import write_package
from tahqiq.ledger import Ledger
from tahqiq.ledger.publications import Edition
from tahqiq.protection import AsProtected, Protection
from tahqiq.publishing import record_in
from tahqiq.settings import Settings
from tahqiq.web.public.pages import change_line, public_address
from tahqiq.web.public.site import FRESH, base_of, is_known, site_of, wording_of
from tahqiq.web.wording import LANGUAGES

router = APIRouter()
# By the name of the file: the exporter, and whether a data package is put around it.
FILES = {
    "incidents.csv": ("csv", False),
    "incidents.geojson": ("geojson", False),
    "incidents.jsonl": ("jsonl", False),
    "incidents.zip": ("csv", True),
}
_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_MOST_FEED = 50
_MOST_IN_MAP = 50_000  # addresses of one sitemap, by its protocol
_BATCH = 500
_RULES = (
    "what is public was protected when it was published, by the policy public: names of persons are withheld, but for public officials, "
    "commanders and those whom an editor released; texts of reports are left out; coordinates are made less exact",
)


class _Kept:
    """The files of one state of what is public; written by whoever asks first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.folder = tempfile.TemporaryDirectory(prefix="tahqiq-public-")
        self.made: dict[str, tuple[str, Path]] = {}

    def file(self, name: str, stamp: str, make: Callable[[IO[bytes]], None]) -> Path:
        with self.lock:
            known = self.made.get(name)
            if known and known[0] == stamp:
                return known[1]
            path = Path(self.folder.name) / f"{stamp}-{name}"
            with path.open("wb") as out:
                make(out)
            if known:
                known[1].unlink(missing_ok=True)
            self.made[name] = (stamp, path)
            return path


_KEPT: dict[int, _Kept] = {}


@router.get("/public/data/{name}")
def all_data(request: Request, name: str) -> Response:
    """Everything that is public, in a format."""
    if name not in FILES:
        raise UnknownName(f"{name}: no such file; there are {', '.join(FILES)}")
    ledger = site_of(request).ledger
    stamp, form = ledger.publications.stamp(), FILES[name]
    mark = f'"{stamp}-{name}"'
    headers = {"etag": mark, "cache-control": FRESH}
    if is_known(request, mark):
        return Response(status_code=304, headers=headers)
    kept = _KEPT.setdefault(id(ledger), _Kept())
    path = kept.file(name, stamp, partial(_write, ledger.publications.live, form))
    kind = "application/zip" if form[1] else find_exporter(form[0]).media_type
    return FileResponse(path, media_type=kind, filename=name, headers=headers)


@router.get("/public/incidents/{public_id}/data/{name}")
def one_data(request: Request, public_id: str, name: str) -> Response:
    """One incident, in a format."""
    ledger = site_of(request).ledger
    head = ledger.publications.head(public_id)
    if name not in FILES or not head.is_live:
        raise UnknownName(f"{public_id}: no such file is public")
    out = BytesIO()
    _write(lambda: iter([head]), FILES[name], out)
    form, packed = FILES[name]
    kind = "application/zip" if packed else find_exporter(form).media_type
    called = f"{public_id}.{name.partition('.')[2]}"
    headers = {"etag": f'"{head.seq}-{name}"', "cache-control": FRESH, "content-disposition": f'attachment; filename="{called}"'}
    if is_known(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    return Response(out.getvalue(), media_type=kind, headers=headers)


def _write(editions: Callable[[], Iterable[Edition]], form: tuple[str, bool], out: IO[bytes]) -> None:
    """The editions are in `out`; what was protected when they were made is written as it is."""
    name, packed = form
    protecting = AsProtected(Protection("public", rules=_RULES))

    def batches() -> Iterator[Batch]:
        given = iter(editions())
        while some := [record_in(edition) for edition in islice(given, _BATCH)]:
            yield [r.incident for r in some], [a for r in some for a in r.accounts], [p for r in some for p in r.reports]

    if not packed:
        write_batches(name, batches, out, settings=Settings(), protecting=protecting)  # type: ignore[arg-type]
        return
    with tempfile.TemporaryFile() as data, tempfile.TemporaryFile() as numbers:
        loss = write_batches(name, batches, data, settings=Settings(), protecting=protecting, numbers=numbers)
        write_package(out, find_exporter(name), loss, data, numbers)  # type: ignore[arg-type]


# -- feeds ------------------------------------------------------------------------------------------------------------


def _entries(request: Request) -> list[tuple[Edition, str, str, str]]:
    """The latest changes: each with its address, its title and its text in the reader's language."""
    site, wording = site_of(request), wording_of(request)
    found = []
    for edition in site.ledger.publications.changes(limit=_MOST_FEED):
        line = change_line(request, site, edition, wording)
        differences = [
            wording("public.differs", field=d.field, before=d.before, after=d.after) if d.before or d.after else d.field
            for d in line.differences
        ]
        text = " ".join([f"{line.kind}.", *([f"{line.why}"] if line.why else []), *differences])
        address = f"{base_of(request)}{public_address(edition.public_id)}"
        found.append((edition, address, wording.together([edition.public_id, line.kind, *([line.title] if line.title else [])]), text))
    return found


@router.get("/public/feed.atom")
def atom(request: Request) -> Response:
    site, wording, base = site_of(request), wording_of(request), base_of(request)
    entries = _entries(request)
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM}, attrib={"{http://www.w3.org/XML/1998/namespace}lang": wording.language})
    _tell(feed, "id", f"{base}/public/changes")
    _tell(feed, "title", f"{site.name}: {wording('public.nav.changes')}")
    _tell(feed, "updated", entries[0][0].at if entries else "1970-01-01T00:00:00Z")
    etree.SubElement(feed, f"{{{_ATOM}}}link", attrib={"href": f"{base}/public/changes"})
    etree.SubElement(feed, f"{{{_ATOM}}}link", attrib={"rel": "self", "href": f"{base}/public/feed.atom"})
    _tell(etree.SubElement(feed, f"{{{_ATOM}}}author"), "name", site.name)
    for edition, address, title, text in entries:
        entry = etree.SubElement(feed, f"{{{_ATOM}}}entry")
        _tell(entry, "id", f"{address}#{edition.edition}")
        _tell(entry, "title", title)
        _tell(entry, "updated", edition.at)
        etree.SubElement(entry, f"{{{_ATOM}}}link", attrib={"href": address})
        etree.SubElement(entry, f"{{{_ATOM}}}category", attrib={"term": edition.kind})
        _tell(entry, "summary", text)
    return _given(request, etree.tostring(feed, xml_declaration=True, encoding="UTF-8"), "application/atom+xml; charset=utf-8")


def _tell(parent: "etree._Element", name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{_ATOM}}}{name}").text = in_xml(text)


def in_xml(text: str) -> str:
    """The text without letters that XML does not know."""
    return "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF)))


@router.get("/public/feed.json")
def json_feed(request: Request) -> Response:
    """Source: JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    site, wording, base = site_of(request), wording_of(request), base_of(request)
    items = [
        {
            "id": f"{address}#{edition.edition}",
            "url": address,
            "title": title,
            "content_text": text,
            "date_published": edition.at,
            "tags": [edition.kind],
            "_tahqiq": {"public_id": edition.public_id, "edition": edition.edition, "kind": edition.kind, "leads_to": edition.leads_to},
        }
        for edition, address, title, text in _entries(request)
    ]
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{site.name}: {wording('public.nav.changes')}",
        "home_page_url": f"{base}/public",
        "feed_url": f"{base}/public/feed.json",
        "language": wording.language,
        "items": items,
    }
    return _given(request, bytes(JSONResponse(told).body), "application/feed+json; charset=utf-8")


def _given(request: Request, body: bytes, kind: str) -> Response:
    from tahqiq.web.public.site import fresh

    return fresh(request, Response(body, media_type=kind))


# -- for search engines -----------------------------------------------------------------------------------------------


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    """The public pages may be read by programs, the desk's not."""
    base = base_of(request)
    lines = ["User-agent: *", "Allow: /public", "Disallow: /public/data/", "Disallow: /public/errors", "Disallow: /"]
    return PlainTextResponse("\n".join([*lines, f"Sitemap: {base}/public/sitemap.xml", ""]), headers={"cache-control": FRESH})


@router.get("/public/sitemap.xml")
def sitemap(request: Request) -> Response:
    base, site = base_of(request), site_of(request)
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP, "xhtml": "http://www.w3.org/1999/xhtml"})
    pages = [(path, "") for path in ("/public", "/public/changes", "/public/methodology")]
    live = ((public_address(e.public_id), e.at[:10]) for e in site.ledger.publications.live())
    for path, day in islice([*pages, *live], _MOST_IN_MAP):
        url = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        etree.SubElement(url, f"{{{_SITEMAP}}}loc").text = f"{base}{path}"
        if day:
            etree.SubElement(url, f"{{{_SITEMAP}}}lastmod").text = dt.date.fromisoformat(day).isoformat()
        for language in LANGUAGES:
            told = {"rel": "alternate", "hreflang": language, "href": f"{base}{path}?lang={language}"}
            etree.SubElement(url, "{http://www.w3.org/1999/xhtml}link", attrib=told)
    return _given(request, etree.tostring(root, xml_declaration=True, encoding="UTF-8"), "application/xml; charset=utf-8")


def ledger_of(request: Request) -> Ledger:
    return site_of(request).ledger
