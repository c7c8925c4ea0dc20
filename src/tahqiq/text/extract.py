"""A web page becomes its main text with title, date and address; nothing on the page is run, fetched or believed too easily.

The main text is found by trafilatura. The published date is our own: only a date that the page gives to machines (JSON-LD, meta,
a time element) is believed, since date finders read an Arabic month name in the page's words as 1 January. A page
nested so deeply that parsers give up still gives its words, by a flat pass that keeps no structure.
"""

import datetime as dt
import html
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

_FIRST_YEAR = 1990  # a year before is of another calendar (1402) or a default (1970)
_DATE_METAS = frozenset(
    [
        "article:published_time",
        "og:published_time",
        "og:article:published_time",
        "datepublished",
        "pubdate",
        "publishdate",
        "publish-date",
        "publish_date",
        "date",
        "dc.date",
        "dc.date.issued",
        "dc.date.created",
        "dcterms.date",
        "dcterms.issued",
        "dcterms.created",
        "sailthru.date",
        "parsely-pub-date",
        "article.published",
        "cxenseparse:recs:publishtime",
        "citation_date",
        "citation_publication_date",
        "originalpublicationdate",
    ]
)
_META = re.compile(r"<meta\b([^<>]{1,2000})>", re.I)
_LINK = re.compile(r"<link\b([^<>]{1,2000})>", re.I)
_TIME = re.compile(r"<time\b([^<>]{0,1000})>", re.I)
_ATTRIBUTE = re.compile(r"([a-zA-Z][\w:.-]{0,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_JSON_LD = re.compile(r"<script\b[^<>]{0,300}application/ld\+json[^<>]{0,300}>(.*?)(?:</script|\Z)", re.I | re.S)
_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report|LiveBlog", re.I)
_ISO_DAY = re.compile(r"\s*(\d{4})[-/]?(\d{2})[-/]?(\d{2})(?!\d)")
_TITLE = re.compile(r"<title[^<>]{0,300}>(.{1,1000}?)</title", re.I | re.S)
_HEADING = re.compile(r"<h1\b[^<>]{0,500}>(.{1,1000}?)</h1", re.I | re.S)
_UNSHOWN = re.compile(r"<(script|style|noscript|template|svg|head)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.I | re.S)
_BLOCK = re.compile(
    r"<(?:p|br|div|li|tr|h[1-6]|article|section|header|footer|td|ul|ol|table|blockquote)\b[^<>]*>|</(?:p|div|li|h[1-6])>", re.I
)
_TAG = re.compile(r"<[^<>]*>")
_LARGE = 5_000_000  # characters; an article has some thousands, and a page this large is no page
_DEEP = 250  # libxml2 gives up at 256 nested elements, and recursive readers not much later


@dataclass(frozen=True, slots=True)
class Page:
    """What was found in a page: its text, and what it says of itself; None where it says nothing that can be believed."""

    text: str
    title: str | None = None
    published: dt.date | None = None
    url: str | None = None
    site: str | None = None


def page_text(markup: str, *, latest: dt.date | None = None) -> Page:
    """The main text of a page, its headline first, with what the page says of itself.

    Args:
        latest: a published date after this day is not believed; None believes any.
    """
    if "\x00" in markup:
        markup = markup.replace("\x00", "\ufffd")
    body = "" if len(markup) > _LARGE or _is_deep(markup) else _main_text(markup)
    metas = dict(_metas(markup))
    title = _clean(metas.get("og:title") or _heading(markup) or "") or None
    if not body:
        body = words_of(markup)
    if title and title not in body.split("\n")[:3]:
        body = f"{title}\n{body}"
    published = _published(markup, metas)
    if published and latest and published > latest:
        published = None
    url = metas.get("og:url") or _canonical(markup)
    return Page(body, title, published, url if url and url.startswith("http") else None, metas.get("og:site_name"))


def parse_day(value: str) -> dt.date | None:
    """The day of an ISO 8601 or RFC 2822 date, as it is written there; None where it is neither or of another calendar."""
    if match := _ISO_DAY.match(value):
        try:
            day = dt.date(*map(int, match.groups()))
        except ValueError:
            return None
    else:
        try:
            day = parsedate_to_datetime(value.strip()).date()
        except (ValueError, TypeError, IndexError):
            return None
    return day if _FIRST_YEAR <= day.year < 2200 else None


def _main_text(markup: str) -> str:
    """The page's article, a line a block; empty where none is found."""
    import lxml.etree  # type: ignore[import-untyped]
    from trafilatura import extract

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it reports every page without an article as an error
    try:
        found = extract(markup, include_comments=False, include_tables=True, with_metadata=False, fast=False)
    except (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError, MemoryError, lxml.etree.LxmlError):
        return ""  # what a parser makes of a broken page is its own affair; the flat pass still finds the words
    return _lines(found or "")


def _lines(text: str) -> str:
    return "\n".join(line for raw in text.split("\n") if (line := raw.strip()))


def _is_deep(markup: str) -> bool:
    """True where elements are nested deeper than parsers bear: opened and closed tags are counted, empty ones left out."""
    depth = deepest = 0
    for match in re.finditer(
        r"<(/?)(?:div|span|section|article|table|tr|td|ul|ol|li|b|i|em|strong|font|a|blockquote|center|p)\b", markup, re.I
    ):
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return (deepest > _DEEP and depth > _DEEP / 2) or deepest > 4 * _DEEP


def words_of(markup: str) -> str:
    """Every word a page shows, a line a block: each pass over the page is linear."""
    shown = re.sub(r"<!--.*?(?:-->|\Z)", " ", markup, flags=re.S)
    shown = _UNSHOWN.sub(" ", shown)
    text = html.unescape(_TAG.sub("", _BLOCK.sub("\n", shown)))
    return _lines(re.sub(r"[ \t\xa0]+", " ", text))


def _metas(markup: str) -> Iterator[tuple[str, str]]:
    """Name and content of each meta element, the first of a name last, so that it stays in a dict."""
    found = []
    for match in _META.finditer(markup[:400_000]):
        attributes = _attributes(match[1])
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if name and attributes.get("content"):
            found.append((name.lower(), attributes["content"]))
    yield from reversed(found)


def _attributes(tag: str) -> dict[str, str]:
    return {m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "").strip() for m in _ATTRIBUTE.finditer(tag)}


def _published(markup: str, metas: dict[str, str]) -> dt.date | None:
    for value in _json_ld_dates(markup):
        if day := parse_day(value):
            return day
    for name, value in metas.items():
        if name in _DATE_METAS and (day := parse_day(value)):
            return day
    times = [_attributes(m[1]) for m in _TIME.finditer(markup)]
    marked = [t for t in times if t.get("itemprop", "").lower() == "datepublished" or "pubdate" in t]
    days = {day for t in (marked or times) if (day := parse_day(t.get("datetime", "")))}
    return days.pop() if len(days) == 1 else None


def _json_ld_dates(markup: str) -> Iterator[str]:
    for match in _JSON_LD.finditer(markup):
        try:
            data = json.loads(match[1])
        except (ValueError, RecursionError):
            continue
        waiting: list[Any] = [data]
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting += node[:100]
            elif isinstance(node, dict):
                waiting += [node[k] for k in ("@graph", "mainEntity") if k in node]
                if _ARTICLE_TYPES.search(str(node.get("@type"))) and isinstance(node.get("datePublished"), str):
                    yield node["datePublished"]


def _canonical(markup: str) -> str | None:
    for match in _LINK.finditer(markup[:400_000]):
        attributes = _attributes(match[1])
        if attributes.get("rel", "").lower() == "canonical":
            return attributes.get("href")
    return None


def _heading(markup: str) -> str | None:
    """The only first-level heading, which names the site less often than the title does; else the title."""
    headings = _HEADING.findall(markup)
    if len(headings) == 1 and (words := _clean(_TAG.sub(" ", headings[0]))):
        return words
    match = _TITLE.search(markup[:200_000])
    return match[1] if match else None


def _clean(title: str) -> str:
    return " ".join(html.unescape(title).split())
