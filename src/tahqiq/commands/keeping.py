"""The commands of keeping: custody, verify, pack, backup, restore, withhold, versions, media."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from tahqiq.commands import LEDGER, VAULT, counted, open_desk, plainly, write
from tahqiq.errors import UnknownName

_JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of sentences.")
_PATH = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def custody() -> None:
    """The chain of custody: its root to print and publish, proofs for one document, stamps of time."""


@custody.command("root")
@LEDGER
@VAULT
@_JSON
@click.option("--size", type=int, help="Over so many lines from the first; over all unless given.")
@plainly
def root(ledger: str | None, vault: str | None, as_json: bool, size: int | None) -> None:
    """Print the Merkle root (RFC 6962) over all entries of custody. Publish it: `verify --root` holds the chain to it later."""
    from tahqiq.evidence.proving import tree_of

    tree = tree_of(open_desk(ledger, vault)[1])
    tree = tree if size is None else tree.first(size)
    if as_json:
        write({"size": tree.size, "root": tree.root})
    else:
        click.echo(f"{tree.size}:{tree.root}")


@custody.command("prove")
@click.argument("document")
@LEDGER
@VAULT
@click.option("--without-entry", is_flag=True, help="Leave out the line of custody, which tells names and origins; its hash stands for it.")
@plainly
def prove(document: str, ledger: str | None, vault: str | None, without_entry: bool) -> None:
    """Write the proof that DOCUMENT (the SHA-256 of its bytes, or how it begins) is in the chain of custody, as JSON."""
    from tahqiq.evidence.proving import prove as proof_of

    documents = open_desk(ledger, vault)[1]
    click.echo(json.dumps(proof_of(documents, whole_name(documents, document), with_entry=not without_entry), indent=1))


def whole_name(vault: Any, begin: str) -> str:
    """The document's SHA-256 that begins so; raises UnknownName where none or several do."""
    found = [name for name in vault.check().documents if name.startswith(begin.lower())] if begin else []
    if len(found) != 1:
        said = "several documents begin so" if found else "the chain of custody has no such document"
        raise UnknownName(f"{begin[:80]}: {said}")
    return str(found[0])


@custody.command("stamp")
@click.option("--authority", help="The http address of a time-stamp authority, or a file with its answer (.tsr).")
@click.option("--trusted", type=_PATH, help="PEM certificates of whom you trust to vouch for the authority.")
@click.option("--question", type=click.Path(path_type=Path), help="Write the question (.tsq) to this file and ask nobody.")
@LEDGER
@VAULT
@plainly
def stamp(authority: str | None, trusted: Path | None, question: Path | None, ledger: str | None, vault: str | None) -> None:
    """Have the root stamped by an authority (RFC 3161): proof that the entries of custody were there at a time.

    \b
      tahqiq custody stamp --authority https://tsa.example.org --trusted certificate.pem
      tahqiq custody stamp --question root.tsq                  without a network: carry it to where there is one,
      tahqiq custody stamp --authority answer.tsr --trusted …   bring the answer back
    """
    from tahqiq.evidence.proving import tree_of
    from tahqiq.evidence.stamping import ask, request_for, take_stamp
    from tahqiq.pipeline import now

    documents = open_desk(ledger, vault)[1]
    if question:
        question.write_bytes(request_for(tree_of(documents)))
        click.echo(f"{question}: asks for a stamp of {tree_of(documents).root}")
        return
    if not authority or not trusted:
        raise ValueError("a stamp needs --authority and --trusted, or --question alone")
    is_file = Path(authority).is_file()
    answer = Path(authority).read_bytes() if is_file else ask(authority, request_for(tree_of(documents)))
    told = take_stamp(documents, answer, trusted.read_bytes(), at=now(), authority=Path(authority).name if is_file else authority)
    click.echo(f"stamped at {told['time']}: {told['size']}:{told['root']}")


@click.command()
@LEDGER
@VAULT
@_JSON
@click.option("--root", "roots", multiple=True, metavar="SIZE:ROOT", help="A root that was printed or published before.")
@click.option("--trusted", type=_PATH, help="Hold stamps to these PEM certificates, not to those kept with them.")
@click.option("--texts", is_flag=True, help="Open every document again and hold each report to the text in it (takes longer).")
@plainly
def verify(ledger: str | None, vault: str | None, as_json: bool, roots: tuple[str, ...], trusted: Path | None, texts: bool) -> None:
    """Prove that nothing was changed or lost: bytes, chain of custody, root, stamps, and each account's words in its report."""
    from tahqiq.jobs import note
    from tahqiq.keeping.verifying import verify as check

    desk, documents, _ = open_desk(ledger, vault)
    found = check(desk, documents, roots=dict(map(_root, roots)), trusted=trusted.read_bytes() if trusted else None, with_texts=texts)
    said = f"{len(found.faults)} problems: {found.faults[0]}" if found.faults else found.said().replace("\n", "; ")
    note(desk, "verify", who="command", told=said, is_good=not found.faults)
    if as_json:
        write(found.to_json())
    else:
        for fault in found.faults:
            click.echo(f"tahqiq: {fault}", err=True)
        click.echo(counted(len(found.faults), "problem") if found.faults else found.said())
    sys.exit(1 if found.faults else 0)


def _root(told: str) -> tuple[int, str]:
    size, _, root = told.partition(":")
    if not size.isdigit() or len(root) != 64:
        raise ValueError(f"{told[:100]}: is no root; give SIZE:ROOT as `tahqiq custody root` prints it")
    return int(size), root.lower()


@click.command()
@click.argument("incident")
@LEDGER
@VAULT
@click.option("--out", type=click.Path(path_type=Path), help="Folder, or .zip, to write; INCIDENT unless given.")
@click.option(
    "--policy", type=click.Choice(["public", "partner", "internal"]), default="public", show_default=True, help="What may leave the desk."
)
@plainly
def pack(incident: str, ledger: str | None, vault: str | None, out: Path | None, policy: str) -> None:
    """Write everything about INCIDENT as a BagIt package that others open and check without this software.

    Its index.html is the page to begin with. Only --policy internal takes the documents themselves along.
    """
    from tahqiq.keeping.packing import pack as write_out
    from tahqiq.pipeline import now

    desk, documents, _ = open_desk(ledger, vault)
    done = write_out(desk, documents, incident, out or Path(incident), policy=policy, at=now())
    for line in done.protection:
        click.echo(line, err=True)
    withheld = f" ({done.withheld} withheld)" if done.withheld else ""
    click.echo(f"{counted(done.accounts, 'account')}, {counted(done.documents, 'document')}{withheld} in {done.path}")


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@LEDGER
@VAULT
@plainly
def backup(out: Path, ledger: str | None, vault: str | None) -> None:
    """Write ledger and vault into one file OUT (.tar, or .tar.gz to pack it), which `restore` brings back anywhere."""
    from tahqiq.jobs import note
    from tahqiq.keeping.backing_up import back_up
    from tahqiq.pipeline import now

    desk, documents, _ = open_desk(ledger, vault)
    done = back_up(desk, documents, out, at=now())
    said = f"{out.absolute()}: {done.documents} documents, {done.rows} rows, {out.stat().st_size} bytes"
    note(desk, "backup", who="command", told=said, is_good=not done.faults)
    for fault in done.faults:
        click.echo(f"tahqiq: {fault}", err=True)
    click.echo(f"{counted(done.documents, 'document')}, {counted(done.rows, 'row')} of the ledger in {out}")
    sys.exit(1 if done.faults else 0)


@click.command()
@click.argument("file", type=_PATH)
@LEDGER
@VAULT
@plainly
def restore(file: Path, ledger: str | None, vault: str | None) -> None:
    """Bring a backup back into a new ledger and a new vault, wherever they are, and verify them."""
    from tahqiq.keeping.backing_up import restore as bring_back
    from tahqiq.keeping.verifying import verify as check

    desk, documents, _ = open_desk(ledger, vault)
    done = bring_back(file, desk, documents)
    found = check(desk, documents)
    for fault in found.faults:
        click.echo(f"tahqiq: {fault}", err=True)
    click.echo(f"{counted(done.documents, 'document')}, {counted(done.rows, 'row')} of the ledger restored")
    click.echo(counted(len(found.faults), "problem") if found.faults else found.said())
    sys.exit(1 if found.faults else 0)


@click.command()
@click.argument("document")
@click.option("--reason", required=True, help="Why; it stands on the tombstone and in the chain of custody, in words that may be read.")
@click.option("--by", "who", help="Who decides; the user of this machine unless given.")
@click.option("--erase", is_flag=True, help="Destroy the bytes for good; what was read out of them stands in the ledger.")
@click.option("--release", is_flag=True, help="Give a withheld document out again.")
@LEDGER
@VAULT
@plainly
def withhold(document: str, reason: str, who: str | None, erase: bool, release: bool, ledger: str | None, vault: str | None) -> None:
    """Give DOCUMENT (its SHA-256, or how it begins) to nobody any more. A tombstone says why; nothing goes silently."""
    import getpass

    from tahqiq.keeping.withholding import give_again
    from tahqiq.keeping.withholding import withhold as take_away
    from tahqiq.pipeline import now

    desk, documents, _ = open_desk(ledger, vault)
    name, by = whole_name(documents, document), who or getpass.getuser()
    if release:
        give_again(desk, documents, name, reason=reason, who=by, at=now())
        click.echo(f"{name}: is given out again")
        return
    take_away(desk, documents, name, reason=reason, who=by, at=now(), erase=erase)
    click.echo(f"{name}: is withheld{', its bytes are erased' if erase else ''}; its entry in the chain of custody stands")


@click.command()
@click.argument("address")
@LEDGER
@VAULT
@_JSON
@plainly
def versions(address: str, ledger: str | None, vault: str | None, as_json: bool) -> None:
    """What a page at ADDRESS said each time it was acquired: [-taken out-], {+put in+}, and which accounts stand on which version."""
    from tahqiq.keeping.versions import versions as of_address
    from tahqiq.keeping.versions import words_of
    from tahqiq.model import to_json

    desk, documents, _ = open_desk(ledger, vault)
    for found in of_address(desk, documents, address):
        accounts = [account.id for account in found.accounts]
        if as_json:
            write(
                {
                    "version": found.number,
                    "document": to_json(found.document),
                    "accounts": accounts,
                    "changes": [to_json(change) for change in found.changes],
                    "same_words_as": found.same_words_as,
                    "unread": found.unread,
                    "seen_again": list(found.seen_again),
                }
            )
            continue
        click.echo(f"version {found.number}  {found.document.acquired_at}  {found.document.id}")
        click.echo(f"    {counted(len(accounts), 'account')}{': ' if accounts else ''}{', '.join(accounts)}")
        if found.seen_again:
            click.echo(f"    the same bytes again {counted(len(found.seen_again), 'time')}, last at {found.seen_again[-1]}")
        if found.unread:
            click.echo(f"    its text cannot be shown: {found.unread}")
        elif found.same_words_as:
            click.echo(f"    has the words of {found.same_words_as[:12]}…, whose accounts stand for it")
        for change in found.changes:
            click.echo(f"    {words_of(change)}")


@click.command()
@LEDGER
@VAULT
@_JSON
@click.option("--missing", is_flag=True, help="The addresses alone of those that are only named: what `tahqiq ingest` can ask for.")
@plainly
def media(ledger: str | None, vault: str | None, as_json: bool, missing: bool) -> None:
    """List the photos, films and recordings that reports have, show or name: which are held, and of which only the address is known.

    \b
      tahqiq media --missing | grep news.example | xargs tahqiq ingest
    """
    from tahqiq.model import to_json

    desk, _, _ = open_desk(ledger, vault)
    shut = desk.withheld_reports()
    told: set[str] = set()
    for report, found in desk.all_media():
        if report in shut or (missing and (found.document or not (found.address or "").startswith(("http://", "https://")))):
            continue
        if as_json:
            write({"report": report, **to_json(found)})
        elif not missing:
            held = found.document or "not held"
            click.echo(f"{report}  {found.kind} {found.role}  {held}  {found.address or found.name}  {found.caption}".rstrip())
        elif found.address not in told:
            told.add(str(found.address))
            click.echo(found.address)


KEEPING = (custody, verify, pack, backup, restore, withhold, versions, media)
