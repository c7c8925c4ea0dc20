"""The root over the chain of custody, proofs for one document, and stamps: true where they should be, refused where not."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from authority import Authority, is_there, served
from tahqiq.errors import CustodyBroken, UnknownName
from tahqiq.evidence import Vault, merkle
from tahqiq.evidence.proving import CHECK, prove, tree_of, wrong_proof, wrong_roots
from tahqiq.evidence.stamping import ask, request_for, take_stamp, wrong_stamps
from tahqiq.model import Document

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "keep-evidence.md"
AT = "2026-11-20T10:00:00Z"

# Known answers: the trees over d0 … d7 of Certificate Transparency's reference tests.
LINES = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def kept(vault: Vault, *texts: str) -> list[str]:
    names = []
    for text in texts:
        data = text.encode()
        names.append(hashlib.sha256(data).hexdigest())
        vault.keep(Document(names[-1], len(data), "text/plain", "in", "file", AT, f"{text}.txt"), data)
    return names


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    leaves = [merkle.leaf(line) for line in LINES[:size]]
    assert merkle.root(leaves).hex() == ROOTS[size]
    assert [root.hex() for root in merkle.roots(leaves)] == [ROOTS[n] for n in range(1, size + 1)]
    assert hashlib.sha256(merkle.preimage(leaves, LINES[0])).hexdigest() == ROOTS[size]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33])
def test_every_line_has_a_path_to_the_root_and_to_no_other(size: int) -> None:
    leaves = [merkle.leaf(str(n).encode()) for n in range(size)]
    root = merkle.root(leaves)
    for n in range(size):
        path = merkle.path(leaves, n)
        assert merkle.root_from(leaves[n], n, size, path) == root
        assert merkle.root_from(merkle.leaf(b"another"), n, size, path) != root
        assert merkle.root_from(leaves[n], n, size, [*path, leaves[0]]) is None


def test_a_proof_holds_and_what_is_changed_in_it_does_not(vault: Vault) -> None:
    names = kept(vault, "one", "two", "three", "four", "five")
    proof = prove(vault, names[1])
    assert wrong_proof(proof, b"two") == ""
    assert "do not have the SHA-256" in wrong_proof(proof, b"twO")
    assert "another document" in wrong_proof(proof | {"document": names[2]})
    assert "does not lead" in wrong_proof(proof | {"entry": proof["entry"].replace("two.txt", "six.txt")})
    assert "does not lead" in wrong_proof(proof | {"index": 2})
    assert "does not lead" in wrong_proof(proof | {"root": "0" * 64})


def test_a_proof_without_its_entry_names_nobody_and_still_holds(vault: Vault) -> None:
    names = kept(vault, "one", "two", "three")
    proof = prove(vault, names[2], with_entry=False)
    assert "three.txt" not in json.dumps(proof)
    assert wrong_proof(proof) == ""


def test_a_document_that_is_not_there_has_no_proof(vault: Vault) -> None:
    kept(vault, "one")
    with pytest.raises(UnknownName, match="no such document"):
        prove(vault, "0" * 64)


def test_a_root_told_before_holds_while_the_chain_grows_and_no_longer_when_it_was_changed(vault: Vault) -> None:
    kept(vault, "one", "two")
    before = tree_of(vault)
    kept(vault, "three")
    assert wrong_roots(vault, tree_of(vault), {before.size: before.root}) == []
    vault.log.write_bytes(vault.log.read_bytes().replace(b"one.txt", b"0ne.txt"))
    (fault,) = wrong_roots(vault, tree_of(vault), {before.size: before.root})
    assert "first 2 lines" in fault and fault.kind == "root"
    (cut,) = wrong_roots(vault, tree_of(vault), {9: before.root})
    assert "cut off" in cut


# -- with a few lines of Python ----------------------------------------------------------------------------------------


def the_lines() -> str:
    """The script that the page shows for checking a proof without this software."""
    found = re.search(r"```py\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    assert found
    return found[1]


def test_the_page_shows_the_script_that_packs_carry() -> None:
    assert the_lines() == CHECK.read_text("utf-8")


@pytest.fixture
def checked(vault: Vault, tmp_path: Path) -> Callable[[dict[str, Any], bytes], subprocess.CompletedProcess[str]]:
    script = tmp_path / "check_proof.py"
    script.write_text(the_lines(), "utf-8")

    def check(proof: dict[str, Any], data: bytes) -> subprocess.CompletedProcess[str]:
        (tmp_path / "proof.json").write_text(json.dumps(proof))
        (tmp_path / "document").write_bytes(data)
        command = [sys.executable, "-I", "-S", str(script), "proof.json", "document"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return check


@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_the_lines_of_the_page_hold_a_proof_without_our_software(vault: Vault, checked: Callable[..., Any], count: int) -> None:
    texts = [f"report {n}" for n in range(count)]
    names = kept(vault, *texts)
    tree = tree_of(vault)
    for n in (0, count // 2, count - 1):
        done = checked(prove(vault, names[n]), texts[n].encode())
        assert (done.returncode, done.stdout.split()[-1]) == (0, f"{tree.size}:{tree.root}"), done.stderr


@pytest.mark.parametrize("harm", [{"index": 1}, {"path": []}, {"root": "00" * 32}, {"size": 4}], ids=str)
def test_the_lines_of_the_page_refuse_what_was_changed(vault: Vault, checked: Callable[..., Any], harm: dict[str, Any]) -> None:
    names = kept(vault, "one", "two", "three", "four", "five")
    proof = prove(vault, names[2])
    assert checked(proof, b"three").returncode == 0
    assert checked(proof | harm, b"three").returncode != 0
    assert checked(proof, b"thr33").returncode != 0


# -- stamps ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    pytest.importorskip("rfc3161_client", reason="stamps need the extra: pip install 'tahqiq[stamps]'")
    if not is_there():
        pytest.skip("OpenSSL, which makes the authority of these tests, is not installed")
    yield Authority(tmp_path_factory.mktemp("authority"))


def stamped(vault: Vault, authority: Authority) -> dict[str, Any]:
    answer = authority.answer(request_for(tree_of(vault)))
    return take_stamp(vault, answer, authority.certificate.read_bytes(), at=AT, authority="here")


def test_a_stamp_is_taken_over_http_and_holds_for_us_and_for_openssl(vault: Vault, authority: Authority) -> None:
    kept(vault, "one", "two", "three")
    with served(authority) as address:
        answer = ask(address, request_for(tree_of(vault)))
        with pytest.raises(CustodyBroken, match="answers 503"):
            ask(address + "/busy", request_for(tree_of(vault)))
    told = take_stamp(vault, answer, authority.certificate.read_bytes(), at=AT, authority="here")
    assert (told["size"], authority.vouches(answer, told["root"])) == (3, True)
    assert vault.verify() == []
    assert wrong_stamps(vault, tree_of(vault), vault.check().stamps) == []
    with pytest.raises(CustodyBroken, match="cannot be asked"):
        ask(address, b"")


def test_an_answer_that_comes_late_stamps_what_the_chain_was(vault: Vault, authority: Authority) -> None:
    kept(vault, "one", "two")
    answer = authority.answer(request_for(tree_of(vault)))
    (name,) = kept(vault, "three")
    told = take_stamp(vault, answer, authority.certificate.read_bytes(), at=AT, authority="here")
    assert told["size"] == 2
    assert prove(vault, name)["stamped"] == []
    (under,) = prove(vault, hashlib.sha256(b"one").hexdigest())["stamped"]
    assert (under["size"], under["time"]) == (2, told["time"])
    assert authority.vouches(base64.b64decode(under["answer"]), under["root"])
    assert wrong_proof(prove(vault, hashlib.sha256(b"two").hexdigest()), b"two") == ""


def test_a_stamp_of_something_else_or_by_another_is_refused(vault: Vault, authority: Authority, tmp_path: Path) -> None:
    kept(vault, "one")
    elsewhere = Vault(tmp_path / "elsewhere")
    kept(elsewhere, "another")
    trusted = authority.certificate.read_bytes()
    with pytest.raises(CustodyBroken, match="is no root of this chain"):
        take_stamp(vault, authority.answer(request_for(tree_of(elsewhere))), trusted, at=AT, authority="here")
    stranger = Authority(tmp_path / "stranger", "A stranger")
    with pytest.raises(CustodyBroken, match="the stamp is not good"):
        take_stamp(vault, stranger.answer(request_for(tree_of(vault))), trusted, at=AT, authority="there")
    with pytest.raises(CustodyBroken, match="is no time stamp"):
        take_stamp(vault, b"nothing", trusted, at=AT, authority="here")
    with pytest.raises(UnknownName, match="no PEM certificate"):
        take_stamp(vault, authority.answer(request_for(tree_of(vault))), b"x", at=AT, authority="here")
    assert len(vault.lines()) == 1


def _rewrite(vault: Vault, told: dict[str, Any], stranger: Authority) -> str:
    """The whole chain is made anew with another name in it: only the stamp knows."""
    entries = [json.loads(line) for line in vault.lines()]
    vault.log.unlink()
    for entry in entries:
        facts = {k: v for k, v in entry.items() if k not in ("n", "event", "at", "previous", "hash")}
        vault.record(entry["event"], entry["at"], facts | ({"name": "six.txt"} if entry["event"] == "acquired" else {}))
    return "is not the root of the first 2 lines"


def _lose(vault: Vault, told: dict[str, Any], stranger: Authority) -> str:
    (vault.folder / "stamps" / told["stamp"]).unlink()
    return "is missing or altered"


def _alter(vault: Vault, told: dict[str, Any], stranger: Authority) -> str:
    place = vault.folder / "stamps" / told["certificates"][0]
    place.write_bytes(stranger.certificate.read_bytes())
    return "no certificate vouches for it"


@pytest.mark.parametrize("harm", [_rewrite, _lose, _alter])
def test_a_stamp_that_no_longer_holds_is_named(
    vault: Vault, authority: Authority, tmp_path: Path, harm: Callable[[Vault, dict[str, Any], Authority], str]
) -> None:
    kept(vault, "one", "two")
    told = stamped(vault, authority)
    expected = harm(vault, told, Authority(tmp_path / "stranger", "A stranger"))
    faults = [*vault.verify(), *wrong_stamps(vault, tree_of(vault), vault.check().stamps)]
    assert any(expected in fault and fault.kind == "stamp" for fault in faults), faults


def test_stamps_can_be_held_to_certificates_of_your_own(vault: Vault, authority: Authority, tmp_path: Path) -> None:
    kept(vault, "one")
    stamped(vault, authority)
    stranger = Authority(tmp_path / "stranger", "A stranger").certificate.read_bytes()
    tree, stamps = tree_of(vault), vault.check().stamps
    assert wrong_stamps(vault, tree, stamps, authority.certificate.read_bytes()) == []
    assert len(wrong_stamps(vault, tree, stamps, stranger)) == 1
