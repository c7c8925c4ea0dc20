"""Packing: everything about one incident in a BagIt package (RFC 8493) that others open and check without this software.

    bagit.txt, bag-info.txt, manifest-sha256.txt, tagmanifest-sha256.txt
    data/index.html             the page to begin with, in four languages
    data/incident.json          the incident; accounts, claims, reports, documents and decisions beside it, one JSON object a line
    data/documents/             the documents as acquired, named by their SHA-256, and archive.wacz of those from the web
    data/media.jsonl            which report has, shows or names which photo or film, and what it says of it
    data/proofs/, data/stamps/  for each document the proof that it is in the chain of custody; answers of time-stamp authorities
    data/check_proof.py         the lines that hold a proof to its root
    data/method.json            which version of what read, linked and protected it

What leaves passes protection first: only the policy `internal` takes the documents themselves and the lines of custody along; with another
a proof has their hash in place of the line. A document that is withheld is in no pack; its hash, its proof and the reason are.
"""

import datetime as dt
import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tahqiq import __version__
from tahqiq.errors import LedgerConflict, NotKept, UnknownName, Withheld
from tahqiq.evidence import Vault
from tahqiq.evidence.archiving import write_wacz
from tahqiq.evidence.media import SHOWN
from tahqiq.evidence.proving import CHECK, Tree, prove, tree_of
from tahqiq.keeping.page import LANGUAGES, Contents, file_of, page
from tahqiq.ledger import Ledger
from tahqiq.model import Account, Decision, Document, Incident, Medium, Report, to_json
from tahqiq.protection import Protected, protect, without_withheld

_PROGRAM = f"tahqiq {__version__}"
_SUFFIXES = {
    "text/html": ".html",
    "text/plain": ".txt",
    "application/pdf": ".pdf",
    "application/jsonl": ".jsonl",
    "text/csv": ".csv",
    "message/rfc822": ".eml",
    "multipart/related": ".mhtml",
}
_SHOWN_TO_ALL = ("id", "size", "media_type", "acquired_at", "method")  # what no name stands in


@dataclass(frozen=True, slots=True)
class Packed:
    """What a pack holds."""

    path: Path
    documents: int
    withheld: int
    accounts: int
    protection: tuple[str, ...]


def pack(ledger: Ledger, vault: Vault, incident_id: str, out: Path, *, policy: str = "public", at: str) -> Packed:
    """The incident is packed in the folder `out`, or in the ZIP of that name, which is whole or not there.

    Args:
        policy: what may leave: public, partner or internal.
        at: the time, which is the bagging date.

    Raises: UnknownName where there is no such incident; LedgerConflict where `out` is there already; NotKept where it cannot be written.
    """
    if out.exists():
        raise LedgerConflict(f"{out}: is there already; name another, packs are never written over")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as made:
            bag = Path(made) / out.stem
            packed = _write(ledger, vault, incident_id, bag, out, policy, at)
            if out.suffix.lower() == ".zip":
                _zip(bag, Path(made) / "whole.zip").replace(out)
            else:
                bag.replace(out)
    except OSError as e:
        raise NotKept(f"{out}: the pack cannot be written: {e.strerror or e}; nothing is left of it") from None
    return packed


def _write(ledger: Ledger, vault: Vault, incident_id: str, bag: Path, out: Path, policy: str, at: str) -> Packed:
    incident = ledger.incident(incident_id)
    accounts = ledger.accounts_of(incident.accounts)
    reports = ledger.reports_of(dict.fromkeys(incident.reports))
    chain = vault.check()
    reasons = {name: str(entry["reason"]) for name, entry in chain.withheld.items()}
    shut = {r.id: reasons[r.document] for r in reports if r.document in reasons}
    said, told, found = without_withheld([incident], accounts, reports, shut)
    safe = protect(said, told, found, policy, marked=ledger.protected_names())
    data = bag / "data"
    (data / "proofs").mkdir(parents=True)
    tree = tree_of(vault)
    media = {name: found for name, found in ledger.media(r.id for r in reports).items() if name not in shut}
    held = (medium.document for found in media.values() for medium in found)
    documents = tuple(_known(ledger, dict.fromkeys([*(r.document for r in reports if r.document), *(name for name in held if name)])))
    rows = [_document(vault, d, data, policy, tree, reasons.get(d.id)) for d in documents]
    taken = [d for d, row in zip(documents, rows) if row.get("file")]
    _web(vault, taken, data / "documents" / "archive.wacz")
    decisions = [_decision(d, policy) for d in ledger.decisions() if _concerns(d, incident, reports, documents)]
    _tell(data, safe, rows, decisions, tree, ledger, incident, at)
    shown = tuple(_medium(name, medium, rows) for name, found in media.items() for medium in found) if policy == "internal" else ()
    if shown:
        _lines(data / "media.jsonl", shown)
    _stamps(vault, data / "stamps", chain.stamps)
    _pages(data, safe, rows, decisions, tree, shown)
    _bag(bag, incident, at, policy)
    return Packed(out, len(taken), sum("withheld" in row for row in rows), len(accounts), safe.protection.lines())


# -- the parts of the payload -----------------------------------------------------------------------------------------


def _known(ledger: Ledger, names: Iterable[str]) -> Iterator[Document]:
    """The documents of these ids; a photo that a letter names and that was no photo is none."""
    for name in names:
        with suppress(UnknownName):
            yield ledger.document(name)


def _medium(report: str, medium: Medium, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What a report has or names: which photo or film, what it says of it, and its file in the pack where that is held."""
    row = next((row for row in rows if row["id"] == medium.document), {})
    return {"report": report, **to_json(medium), **{key: row[key] for key in ("file", "withheld") if key in row}}


def _document(vault: Vault, document: Document, data: Path, policy: str, tree: Tree, reason: str | None) -> dict[str, Any]:
    """The row of a document, which with its proof, and where it may leave with its bytes, is in the pack."""
    told = to_json(document)
    row = told if policy == "internal" else {name: told[name] for name in _SHOWN_TO_ALL}
    try:
        proof = prove(vault, document.id, tree=tree, with_entry=policy == "internal")
        (data / "proofs" / f"{document.id}.json").write_text(json.dumps(proof, indent=1), "utf-8")
    except UnknownName as e:
        row["no_proof"] = str(e)
    if reason is not None:
        row["withheld"] = reason if policy == "internal" else "by decision of the desk"
        return row
    if policy != "internal":
        return row
    file = f"documents/{document.id}{_suffix(document)}"
    (data / "documents").mkdir(exist_ok=True)
    try:
        shutil.copyfile(vault.place(document.id), data / file)
    except (UnknownName, Withheld) as e:
        row["withheld"] = str(e)
        return row
    return row | {"file": file}


def _suffix(document: Document) -> str:
    """What the file's name ends in: a photo or film as what it is, but for kinds that run what is in them when they are opened."""
    if document.is_medium:
        return f".{document.media_type.partition('/')[2]}" if document.media_type in SHOWN else ".bin"
    return _SUFFIXES.get(document.media_type, "")


def _web(vault: Vault, documents: Iterable[Document], out: Path) -> None:
    found = [d for d in documents if d.url]
    if found:
        with out.open("wb") as target:
            write_wacz(((d, vault.bytes(d.id)) for d in found), target, program=_PROGRAM)


def _concerns(decision: Decision, incident: Incident, reports: Iterable[Report], documents: Iterable[Document]) -> bool:
    named = {incident.id, *incident.accounts, *(r.id for r in reports), *(d.id for d in documents)}
    told = json.dumps(decision.value)
    return decision.subject in named or any(f'"{name}"' in told for name in named)


def _decision(decision: Decision, policy: str) -> dict[str, Any]:
    """A decision; who made it and their words, which may name anybody, only inside."""
    told: dict[str, Any] = to_json(decision)
    return told if policy == "internal" else {name: told[name] for name in ("id", "kind", "subject", "at")}


def _tell(
    data: Path,
    safe: Protected,
    rows: Iterable[Mapping[str, Any]],
    decisions: Iterable[Mapping[str, Any]],
    tree: Tree,
    ledger: Ledger,
    incident: Incident,
    at: str,
) -> None:
    reports = [safe.reports[name] for name in incident.reports if name in safe.reports]
    accounts = [safe.accounts[name] for name in incident.accounts if name in safe.accounts]
    read_from = {report.id: report.document for report in reports}
    _json(data / "incident.json", to_json(safe.incidents[0]))
    _lines(data / "reports.jsonl", map(to_json, reports))
    _lines(data / "accounts.jsonl", ({**to_json(a), "document": read_from.get(a.report)} for a in accounts))
    _lines(data / "claims.jsonl", _claims(accounts))
    _lines(data / "documents.jsonl", rows)
    _lines(data / "decisions.jsonl", decisions)
    readers = sorted({f"{r.reader} {r.version}" for r in (ledger.reading(name) for name in dict.fromkeys(a.report for a in accounts))})
    method = {"program": _PROGRAM, "readers": readers, "protection": safe.protection.lines(), "packed_at": at}
    _json(data / "method.json", method | {"custody": {"size": tree.size, "root": tree.root}})
    (data / "check_proof.py").write_bytes(CHECK.read_bytes())


def _claims(accounts: Iterable[Account]) -> Iterator[dict[str, Any]]:
    for account in accounts:
        for claim in account.claims:
            yield {"account": account.id, "report": account.report, **to_json(claim)}


def _stamps(vault: Vault, folder: Path, stamps: Iterable[Mapping[str, Any]]) -> None:
    for entry in stamps:
        for name in (entry["stamp"], *entry["certificates"]):
            data = vault.stamp(name)
            if data is not None:
                folder.mkdir(exist_ok=True)
                (folder / name).write_bytes(data)


def _pages(
    data: Path,
    safe: Protected,
    rows: list[dict[str, Any]],
    decisions: list[dict[str, Any]],
    tree: Tree,
    media: tuple[dict[str, Any], ...],
) -> None:
    root = f"{tree.size}:{tree.root}"
    held = Contents(safe.incidents[0], safe.accounts, safe.reports, rows, decisions, safe.protection.lines(), root, _PROGRAM, media)
    for language in LANGUAGES:
        (data / file_of(language)).write_text(page(held, language), "utf-8")


def _json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _lines(path: Path, values: Iterable[Any]) -> None:
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), "utf-8")


# -- the bag ----------------------------------------------------------------------------------------------------------


def _bag(bag: Path, incident: Incident, at: str, policy: str) -> None:
    """The payload is described as RFC 8493 has it."""
    payload = sorted(path for path in (bag / "data").rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in payload)
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "utf-8")
    facts = {
        "External-Identifier": incident.id,
        "Bagging-Date": dt.date.fromisoformat(at[:10]).isoformat(),
        "Bag-Software-Agent": _PROGRAM,
        "Payload-Oxum": f"{size}.{len(payload)}",
        "Protection-Policy": policy,
    }
    (bag / "bag-info.txt").write_text("".join(f"{name}: {value}\n" for name, value in facts.items()), "utf-8")
    _manifest(bag, "manifest-sha256.txt", payload)
    _manifest(bag, "tagmanifest-sha256.txt", [bag / name for name in ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")])


def _manifest(bag: Path, name: str, files: Iterable[Path]) -> None:
    lines = (f"{_digest(path)}  {path.relative_to(bag).as_posix()}\n" for path in files)
    (bag / name).write_text("".join(lines), "utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _zip(bag: Path, out: Path) -> Path:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in bag.rglob("*") if path.is_file()):
            archive.write(path, f"{bag.name}/{path.relative_to(bag).as_posix()}")
    return out
