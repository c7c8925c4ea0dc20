"""Versions: what one address gave at different times, and how their texts differ.

A page acquired again with other bytes is another document of the same address; bytes that are the same are one version, first acquired
when the document was. Their texts are taken out of the bytes anew, so that a version whose words changed nothing (another menu, another
advertisement) is seen to be so.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from tahqiq.errors import CustodyBroken, UnknownName, Withheld
from tahqiq.evidence import Vault
from tahqiq.ledger import Ledger
from tahqiq.model import Account, Document, Report
from tahqiq.text import FailedLine, to_reports

_SENTENCE = re.compile(r"(?<=[.!?؟۔])\s+|\n+")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Change:
    """Words that one version has in place of another's; either may be empty. `before` and `after` are whole sentences."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """One document of an address, what was read out of it, and what changed since the version before.

    `accounts` stand on this version; `same_words_as` is the document whose report this version repeats, where its words are the same.
    `seen_again` are the times at which the address was found to give the very same bytes.
    """

    number: int
    document: Document
    text: str
    accounts: tuple[Account, ...]
    changes: tuple[Change, ...] = ()
    same_words_as: str | None = None
    unread: str = ""
    seen_again: tuple[str, ...] = ()


def versions(ledger: Ledger, vault: Vault, address: str) -> tuple[Version, ...]:
    """The versions of an address, oldest first.

    Raises: UnknownName where the ledger has no document of it.
    """
    wanted = _plain(address)
    documents = sorted((d for d in ledger.documents() if d.url and _plain(d.url) == wanted), key=lambda d: (d.acquired_at, d.id))
    if not documents:
        raise UnknownName(f"{address[:200]}: the ledger has no document of this address")
    by_document = _reports_of(ledger, {d.id for d in documents})
    accounts = _accounts_of(ledger, {r.id: d for d, reports in by_document.items() for r in reports})
    seen = _seen_again(vault, wanted)
    found: list[Version] = []
    for number, document in enumerate(documents, 1):
        text, unread = _text(vault, document)
        before = found[-1] if found else None
        changes = () if before is None or unread or before.unread else tuple(_changes(before.text, text))
        same = next((v.document.id for v in found if v.text == text and not v.unread), None) if not unread else None
        found.append(Version(number, document, text, accounts.get(document.id, ()), changes, same, unread, seen.get(document.id, ())))
    return tuple(found)


def _seen_again(vault: Vault, wanted: str) -> dict[str, tuple[str, ...]]:
    """When the address gave a document again, by document."""
    found: dict[str, list[str]] = {}
    for entry in vault.custody():
        if entry["event"] == "seen_again" and _plain(str(entry.get("url") or entry.get("origin"))) == wanted:
            found.setdefault(str(entry["document"]), []).append(str(entry["at"]))
    return {name: tuple(times) for name, times in found.items()}


def words_of(change: Change) -> str:
    """A change on one line: `[-taken out-]` and `{+put in+}` among the words that stand."""
    if not change.before or not change.after:
        return f"[-{change.before}-]" if change.before else f"{{+{change.after}+}}"
    before, after = _WORD.findall(change.before), _WORD.findall(change.after)
    shown: list[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            shown += before[a:b]
            continue
        if b > a:
            shown.append(f"[-{' '.join(before[a:b])}-]")
        if d > c:
            shown.append(f"{{+{' '.join(after[c:d])}+}}")
    return " ".join(shown)


def _plain(address: str) -> str:
    """The address without what does not tell pages apart: a fragment, the case of the host, a slash at the end."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return address
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), parts.query, ""))


def _reports_of(ledger: Ledger, documents: set[str]) -> dict[str, list[Report]]:
    found: dict[str, list[Report]] = {}
    for report in ledger.reports():
        if report.document in documents:
            found.setdefault(str(report.document), []).append(report)
    return found


def _accounts_of(ledger: Ledger, document_by_report: dict[str, str]) -> dict[str, tuple[Account, ...]]:
    found: dict[str, list[Account]] = {}
    for name, document in document_by_report.items():
        try:
            found.setdefault(document, []).extend(ledger.reading(name).accounts)
        except UnknownName:
            continue  # it was not read, and its failure is kept beside it
    return {document: tuple(told) for document, told in found.items()}


def _text(vault: Vault, document: Document) -> tuple[str, str]:
    """The text of a version, and why there is none."""
    try:
        reports = [r for r in to_reports(document, vault.bytes(document.id)) if not isinstance(r, FailedLine)]
    except (UnknownName, Withheld, CustodyBroken) as e:
        return "", str(e)
    return "\n".join(f"{r.title or ''}\n{_without_furniture(r)}".strip() for r in reports), ""


def _without_furniture(report: Report) -> str:
    """The text without menus and share lines, which change while the words do not."""
    kept, at = [], 0
    for start, end in sorted(report.furniture):
        kept.append(report.text[at:start])
        at = max(at, end)
    return "".join([*kept, report.text[at:]]).strip()


def _changes(before: str, after: str) -> Iterator[Change]:
    """What changed, sentence by sentence."""
    old, new = _sentences(before), _sentences(after)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Change(" ".join(old[a:b]), " ".join(new[c:d]))


def _sentences(text: str) -> Sequence[str]:
    return [s for part in _SENTENCE.split(text) if (s := " ".join(part.split()))]
