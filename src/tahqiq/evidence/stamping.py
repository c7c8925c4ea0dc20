"""Stamps of time (RFC 3161): an authority signs that it saw the root of the chain of custody at a time.

What is stamped is the root itself (SHA-256), so `openssl ts -verify -digest ROOT -in STAMP -CAfile CERTIFICATE` proves a stamp as well.
The library that reads stamps is the extra `stamps`. It is strict: an answer whose certificates are not in DER's order is refused.
"""

import datetime as dt
import re
from typing import Any
from urllib.parse import urlsplit

from tahqiq.errors import CustodyBroken, UnknownName
from tahqiq.evidence import merkle
from tahqiq.evidence.chain import Entry, Fault
from tahqiq.evidence.proving import Tree, tree_of
from tahqiq.evidence.vault import Vault

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.S)
_LONGEST_S = 30
_LARGEST = 1_000_000  # bytes of an answer; with its chain it has about 6 kB


def request_for(tree: Tree) -> bytes:
    """The question to an authority for a stamp of the tree's root (the content of a .tsq)."""
    client = _client()
    builder = client.TimestampRequestBuilder().data(tree.stamped_bytes).hash_algorithm(client.HashAlgorithm.SHA256)
    return bytes(builder.cert_request(cert_request=True).nonce(nonce=False).build().as_bytes())


def ask(authority: str, question: bytes) -> bytes:
    """An authority's answer to a question, over HTTP; raises CustodyBroken in one sentence where it gives none."""
    import httpx

    if urlsplit(authority).scheme not in ("http", "https"):
        raise UnknownName(f"{authority}: is no http address of a time-stamp authority")
    try:
        answer = httpx.post(
            authority, content=question, headers={"content-type": "application/timestamp-query"}, timeout=_LONGEST_S, follow_redirects=False
        )
    except httpx.HTTPError as e:
        raise CustodyBroken(f"{authority}: the time-stamp authority cannot be asked: {e}") from None
    if answer.status_code != 200 or len(answer.content) > _LARGEST:
        raise CustodyBroken(f"{authority}: the time-stamp authority gives no stamp (it answers {answer.status_code})")
    return answer.content


def take_stamp(vault: Vault, answer: bytes, trusted: bytes, *, at: str, authority: str) -> Entry:
    """The stamp lies in the vault with the certificates that vouch for it, and in the chain of custody; gives what the entry says.

    Args:
        answer: the authority's answer (the content of a .tsr), over the root as it is now or was.
        trusted: PEM certificates of whom you trust to vouch for the authority.

    Raises: CustodyBroken where the answer is none, is signed by another or stamps something else.
    """
    tree = tree_of(vault)
    response = _response(answer, authority)
    stamped = bytes(response.tst_info.message_imprint.message).hex()
    size = next((n for n, root in enumerate(merkle.roots(tree.leaves), 1) if root.hex() == stamped), None)
    if size is None:
        raise CustodyBroken(f"{authority}: stamps {stamped}, which is no root of this chain of custody")
    certificates = _PEM.findall(trusted)
    if not certificates:
        raise UnknownName("the certificate to trust is no PEM certificate")
    if wrong := _wrong(response, bytes.fromhex(stamped), certificates):
        raise CustodyBroken(f"{authority}: the stamp is not good: {wrong}")
    facts = {
        "root": stamped,
        "size": size,
        "time": _time(response),
        "authority": authority,
        "stamp": vault.keep_stamp(answer, ".tsr"),
        "certificates": [vault.keep_stamp(one + b"\n", ".pem") for one in certificates],
    }
    vault.record("stamped", at, facts)
    return facts


def wrong_stamps(vault: Vault, tree: Tree, stamps: list[Entry], trusted: bytes | None = None) -> list[Fault]:
    """What is wrong with the stamps that the chain names, one sentence each.

    Args:
        trusted: PEM certificates to hold stamps to, in place of those that were kept with them.
    """
    if not stamps:
        return []
    try:
        _client()
    except UnknownName as e:
        return [Fault(f"{len(stamps)} stamps were not checked: {e}", "stamp")]
    return [fault for entry in stamps if (fault := _wrong_stamp(vault, tree, entry, trusted))]


def _wrong_stamp(vault: Vault, tree: Tree, entry: Entry, trusted: bytes | None) -> Fault | None:
    answer = vault.stamp(entry["stamp"])
    if answer is None:
        return None  # the vault's own check names the file
    told = f"the stamp of {entry['time']} by {entry['authority']}"
    if entry["size"] > tree.size or tree.first(entry["size"]).root != entry["root"]:
        return Fault(
            f"{told}: is over {entry['root']}, which is not the root of the first {entry['size']:,} lines", "stamp", entry["stamp"]
        )
    kept = [data for name in entry["certificates"] if (data := vault.stamp(name)) is not None]
    certificates = _PEM.findall(trusted if trusted is not None else b"".join(kept))
    try:
        response = _response(answer, told)
    except CustodyBroken as e:
        return Fault(str(e), "stamp", entry["stamp"])
    wrong = _wrong(response, bytes.fromhex(entry["root"]), certificates)
    if not wrong and _time(response) != entry["time"]:
        wrong = f"it was given at {_time(response)}"
    return Fault(f"{told}: {wrong}", "stamp", entry["stamp"]) if wrong else None


def _response(answer: bytes, told: str) -> Any:
    try:
        response = _client().decode_timestamp_response(answer)
        _ = response.tst_info.message_imprint
    except ValueError as e:
        raise CustodyBroken(f"{told}: is no time stamp that can be read ({' '.join(str(e).split())[:160]})") from None
    return response


def _wrong(response: Any, imprint: bytes, certificates: list[bytes]) -> str:
    from cryptography import x509

    client = _client()
    if not certificates:
        return "no certificate vouches for it"
    try:
        roots = list(dict.fromkeys(x509.load_pem_x509_certificate(one) for one in certificates))
        client.VerifierBuilder(roots=roots).build().verify(response, imprint)
    except (client.VerificationError, ValueError) as e:
        return " ".join(str(e).split())[:200]
    return ""


def _time(response: Any) -> str:
    when: dt.datetime = response.tst_info.gen_time
    return when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _client() -> Any:
    try:
        import rfc3161_client
    except ImportError:
        raise UnknownName("stamps of time need the extra: pip install 'tahqiq[stamps]'") from None
    return rfc3161_client
