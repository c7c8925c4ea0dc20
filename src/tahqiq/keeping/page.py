"""The page by which people read a pack: one file of HTML that any browser opens, without a network and without this software.

What comes in has been through protection; nothing is looked up here but labels of the codebook. Each quoted text has its language and
direction, the page those of its own language.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import yaml

from tahqiq.codebook import load_codebook
from tahqiq.model import Account, Claim, Incident, Mention, Report

Words = Mapping[str, Any]

LANGUAGES = ("en", "ar", "ur", "fa")
_RIGHT_TO_LEFT = frozenset("ar fa ur ps sd ckb he ug".split())
_LISTS = {"event_type": "event_types", "weapons": "weapons", "status": "status", "certainty": "certainty"}
_STYLE = (
    "body{font:1rem/1.6 system-ui,'Noto Naskh Arabic','Noto Nastaliq Urdu',sans-serif;max-width:60rem;margin:2rem auto;padding-inline:1rem}"
    "table{border-collapse:collapse;inline-size:100%}td,th{border:1px solid #999;padding:.3rem .5rem;text-align:start;vertical-align:top}"
    "th{background:#eee}blockquote{white-space:pre-wrap;border-inline-start:.3rem solid #999;margin-inline:0;padding-inline:1rem}"
    "code{overflow-wrap:anywhere;direction:ltr;unicode-bidi:isolate}mark{background:#fe9}"
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a page shows. `documents` are rows as the pack's documents.jsonl has them, `withheld` the ids of those given to nobody."""

    incident: Incident
    accounts: Mapping[str, Account]
    reports: Mapping[str, Report]
    documents: Sequence[Mapping[str, Any]]
    decisions: Sequence[Mapping[str, Any]]
    protection: Sequence[str]
    root: str
    program: str
    media: Sequence[Mapping[str, Any]] = ()


def direction(language: str | None) -> str:
    """`rtl` or `ltr` where the language is known, else `auto`."""
    return "auto" if language is None else "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def page(given: Contents, language: str) -> str:
    """The page in a language."""
    words = _words()[language]
    parts = [
        _head(given, words, language),
        _tolls(given, words, language),
        _values(given, words, language),
        _reports(given, words, language),
    ]
    parts += [_media(given, words), _documents(given, words), _decisions(given, words), _check(given, words)]
    title = escape(_title(given.incident, words, language))
    others = " · ".join(
        f'<a lang="{code}" dir="{direction(code)}" href="{file_of(code)}">{_words()[code]["itself"]}</a>'
        for code in LANGUAGES
        if code != language
    )
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction(language)}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n'
        f"<nav>{others}</nav>\n<h1>{title}</h1>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def file_of(language: str) -> str:
    """What the page in this language is called in the pack."""
    return "index.html" if language == LANGUAGES[0] else f"index.{language}.html"


def _title(incident: Incident, words: Words, language: str) -> str:
    what = load_codebook().label("event_types", incident.event_type, language)
    return f"{what} · {incident.place.name if incident.place else words['unknown']} · {_days(incident, words)}"


def _days(incident: Incident, words: Words) -> str:
    days = dict.fromkeys(str(day) for day in (incident.start, incident.end) if day)
    return " – ".join(days) or words["unknown"]


def _head(given: Contents, words: Words, language: str) -> str:
    incident = given.incident
    place = incident.place
    book = load_codebook()
    where = f"{place.name} ({book.label('precisions', place.precision, language)})" if place else words["unknown"]
    point = f" <code>{place.lat}, {place.lon}</code>" if place and place.lat is not None else ""
    rows = [
        (words["where"], f"<bdi>{escape(where)}</bdi>{point}"),
        (words["when"], f"<bdi>{_days(incident, words)}</bdi>"),
        (words["grade"], escape(book.label("grades", incident.grade, language) if incident.grade != "none" else words["none"])),
        (words["reports"], f"{len(incident.reports)} ({incident.independent} {words['independent']})"),
        (words["contradictions"], " · ".join(_field(name, words) for name in incident.contradictions) or words["none"]),
    ]
    return _table([], [[f"<b>{name}</b>", value] for name, value in rows]) + f"<p><code>{escape(incident.id)}</code></p>"


def _tolls(given: Contents, words: Words, language: str) -> str:
    book = load_codebook()
    rows = [
        [
            escape(book.label("effects", toll.effect, language)),
            escape(book.label("who", toll.who, language)),
            str(toll.low),
            str(toll.best),
            words["open"] if toll.high is None else str(toll.high),
        ]
        for toll in given.incident.tolls
    ]
    return _section(words["toll"], _table([words[name] for name in ("effect", "who", "low", "best", "high")], rows), words)


def _values(given: Contents, words: Words, language: str) -> str:
    rows = []
    for field, told in given.incident.values.items():
        for value in told:
            label = load_codebook().label(_LISTS[field], value.value, language) if field in _LISTS else value.label or value.value
            where = " ".join(_links(dict.fromkeys(given.accounts[a].report for a in value.accounts if a in given.accounts), given))
            rows.append([_field(field, words), f"<bdi>{escape(label)}</bdi>", str(value.independent), where])
    return _section(words["values"], _table([words[name] for name in ("field", "value", "independent", "reports")], rows), words)


def _field(name: str, words: Words) -> str:
    return escape(words["fields"].get(name, name))


def _links(reports: Iterable[str], given: Contents) -> list[str]:
    order = list(given.reports)
    return [f'<a href="#report-{order.index(name) + 1}">{order.index(name) + 1}</a>' for name in reports if name in given.reports]


def _reports(given: Contents, words: Words, language: str) -> str:
    shown = []
    for number, report in enumerate(given.reports.values(), 1):
        told = [account for account in given.accounts.values() if account.report == report.id]
        claims = dict.fromkeys(_claim(claim, language) for account in told for claim in account.claims)
        rows = [
            (words["source"], f"<bdi>{escape(report.source or words['unknown'])}</bdi>"),
            (words["published"], str(report.published or words["unknown"])),
            (words["claims"], "<br>".join(claims) or words["none"]),
            (words["documents"], f"<code>{escape(report.document or '')}</code>"),
        ]
        if report.url:
            rows.append(("URL", f"<code>{escape(report.url)}</code>"))
        title = f'<h3 id="report-{number}">{number}. <bdi lang="{report.language or ""}">{escape(report.title or "")}</bdi></h3>'
        shown.append(title + _table([], [[f"<b>{name}</b>", value] for name, value in rows]) + _text(report, told, words))
    return _section(words["reports"], "\n".join(shown), words)


def _claim(claim: Claim, language: str) -> str:
    stance = load_codebook().label("stances", claim.stance, language)
    return f"<bdi>{escape(claim.claimant.name)}</bdi>: {escape(stance)}"


def _text(report: Report, told: Sequence[Account], words: Words) -> str:
    """The text with the words that the accounts stand on marked."""
    if not report.text:
        return f"<p>{words['text']}: {words['withheld']}</p>"
    marked, at = [], 0
    spans = {(m.start, m.end) for account in told for m in _mentions(account)}
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= at and report.text[start:end]:
            marked += [escape(report.text[at:start]), f"<mark>{escape(report.text[start:end])}</mark>"]
            at = end
    text = "".join([*marked, escape(report.text[at:])])
    return f'<p>{words["text"]}:</p><blockquote lang="{report.language or ""}" dir="{direction(report.language)}">{text}</blockquote>'


def _mentions(account: Account) -> Iterable[Mention]:
    yield account.trigger
    for one in (account.date, account.place, *account.perpetrators, *account.targets, *account.victims, *account.casualties):
        if one is not None:
            yield one.mention
    for claim in account.claims:
        yield from (named.mention for named in (claim.claimant, *claim.via))


def _media(given: Contents, words: Words) -> str:
    """Photos and films by what is said of them; none is shown before somebody opens its file."""
    rows = []
    for medium in given.media:
        report = next((r for r in given.reports.values() if r.id == medium["report"]), None)
        said = f'<bdi lang="{(report.language if report else None) or ""}">{escape(medium["caption"])}</bdi>'
        where = f"<code>{escape(medium['address'] or medium['name'])}</code>"
        if medium.get("file"):
            where = f'<a href="{escape(medium["file"])}">{words["media_open"]}</a> <code>{medium["document"]}</code>'
        elif medium.get("withheld"):
            where = f"{words['withheld']}: {escape(medium['withheld'])}"
        rows.append([words["media_kinds"][medium["kind"]], said, where, " ".join(_links([medium["report"]], given))])
    if not rows:
        return ""
    headings = [words[name] for name in ("media", "media_caption", "media_where", "reports")]
    return _section(words["media"], _table(headings, rows), words)


def _documents(given: Contents, words: Words) -> str:
    rows = []
    for document in given.documents:
        name = document["id"]
        file = f'<a href="{escape(document["file"])}"><code>{name}</code></a>' if document.get("file") else f"<code>{name}</code>"
        withheld = f"<br>{words['withheld']}: {escape(document['withheld'])}" if document.get("withheld") else ""
        called = f"<br><bdi>{escape(document['name'])}</bdi>" if document.get("name") else ""
        rows.append([file + called + withheld, f"{document['size']}", escape(document["acquired_at"])])
    return _section(words["documents"], _table(["SHA-256", words["size"], words["acquired"]], rows), words)


def _decisions(given: Contents, words: Words) -> str:
    rows = [[f"<bdi>{escape(str(d.get(name, '')))}</bdi>" for name in ("at", "kind", "who", "why")] for d in given.decisions]
    return _section(words["decisions"], _table([], rows), words)


def _check(given: Contents, words: Words) -> str:
    rules = "".join(f"<li>{escape(line)}</li>" for line in given.protection)
    first = given.documents[0]["id"] if given.documents else "DOCUMENT"
    return (
        f'<h2>{words["protection"]}</h2><ul lang="en" dir="ltr">{rules}</ul>'
        f"<h2>{words['check']}</h2><p>{words['check_bytes']} <code>cd .. &amp;&amp; sha256sum -c manifest-sha256.txt</code></p>"
        f"<p>{words['check_proof']} <code>python3 check_proof.py proofs/{first}.json</code></p>"
        f"<p>{words['root']}: <code>{given.root}</code></p><p>{words['made']} <bdi>{escape(given.program)}</bdi></p>"
    )


def _section(title: str, inside: str, words: Words) -> str:
    return f"<h2>{title}</h2>\n{inside or words['none']}"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = [_row("th", headings)] if headings else []
    return "<table>" + "".join([*lines, *(_row("td", row) for row in rows)]) + "</table>"


def _row(kind: str, cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<{kind}>{cell}</{kind}>" for cell in cells) + "</tr>"


@cache
def _words() -> Mapping[str, Words]:
    found: Mapping[str, Words] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text("utf-8"))
    return found
