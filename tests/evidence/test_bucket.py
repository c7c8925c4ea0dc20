"""The vault in a bucket keeps the same promises, against a real server of S3's protocol on the loopback."""

import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plain_stages import PLAIN
from tahqiq.errors import CustodyBroken, LedgerConflict, NotKept, UnknownName, Withheld
from tahqiq.evidence import Vault, open_vault
from tahqiq.evidence.proving import prove, wrong_proof
from tahqiq.keeping.backing_up import back_up, restore
from tahqiq.keeping.verifying import verify
from tahqiq.ledger import open_ledger
from tahqiq.model import Document
from tahqiq.pipeline import ingest

AT = "2023-07-09T10:00:00Z"
_numbers = iter(range(1000))


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    pytest.importorskip("s3fs", reason="a vault in a bucket needs the extra: pip install 'tahqiq[s3]'")
    from moto.server import ThreadedMotoServer

    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    told = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patched:
        for name, value in told.items():
            patched.setenv(name, value)
        import boto3

        boto3.client("s3").create_bucket(Bucket="desk")
        yield told
    running.stop()


@pytest.fixture
def address(server: dict[str, str]) -> str:
    return f"s3://desk/vault-{next(_numbers)}"


@pytest.fixture
def bucket(address: str) -> Vault:
    return open_vault(address)


def document(data: bytes, name: str = "x.txt") -> Document:
    return Document(hashlib.sha256(data).hexdigest(), len(data), "text/plain", f"in/{name}", "file", AT, name)


def keep(vault: Vault, *texts: str) -> list[Document]:
    documents = [document(text.encode(), f"{text}.txt") for text in texts]
    for text, d in zip(texts, documents, strict=True):
        assert vault.keep(d, text.encode())
    return documents


def raw(address: str) -> tuple[object, str]:
    from fsspec.core import url_to_fs

    return url_to_fs(address, use_listings_cache=False)


def test_bytes_lie_as_they_came_under_their_sha256(bucket: Vault, address: str) -> None:
    (d,) = keep(bucket, "قصف")
    files, root = raw(address)
    assert files.cat_file(f"{root}/{d.id[:2]}/{d.id}") == bucket.bytes(d.id) == bucket.place(d.id).read_bytes() == "قصف".encode()  # type: ignore[attr-defined]
    assert not bucket.keep(d, "قصف".encode())
    assert (bucket.verify(), len(bucket.lines()), bucket.size(d.id)) == ([], 1, 6)


def test_a_file_is_kept_in_blocks_and_refused_where_it_is_another(bucket: Vault, tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(b"0123456789abcdef" * 1_100_000)  # three parts of an upload
    d = document(file.read_bytes(), "large")
    with pytest.raises(CustodyBroken, match="are not those"):
        bucket.keep(document(b"another"), file)
    assert bucket.keep(d, file)
    assert bucket.place(d.id).read_bytes() == file.read_bytes()
    assert bucket.verify() == []


def test_a_chain_is_that_of_a_folder(bucket: Vault, tmp_path: Path) -> None:
    folder = Vault(tmp_path / "v")
    for vault in (bucket, folder):
        (one, _) = keep(vault, "one", "two")
        vault.withhold(one.id, reason="why", who="A. Editor", at=AT)
    assert bucket.lines() == folder.lines() and bucket.head() == folder.head()
    proof = prove(bucket, document(b"two").id)
    assert wrong_proof(proof, b"two") == ""


def test_what_the_vault_does_not_have_is_named(bucket: Vault) -> None:
    with pytest.raises(UnknownName, match="no such document"):
        bucket.bytes("0" * 64)
    assert (bucket.verify(), bucket.lines()) == ([], [])


def _alter(files: object, name: str) -> str:
    files.pipe_file(name, b"twO")  # type: ignore[attr-defined]
    return "are not those that were kept (two.txt)"


def _remove(files: object, name: str) -> str:
    files.rm_file(name)  # type: ignore[attr-defined]
    return "is missing, although custody.jsonl has it (two.txt)"


def _add(files: object, name: str) -> str:
    files.pipe_file(name[:-64] + "d" * 64, b"planted")  # type: ignore[attr-defined]
    return "has no entry in custody.jsonl"


def _rename(files: object, name: str) -> str:
    entry = name.rsplit("/", 2)[0] + "/custody/000000001"
    files.pipe_file(entry, files.cat_file(entry).replace(b"two.txt", b"six.txt"))  # type: ignore[attr-defined]
    return "line 2: the entry was altered"


@pytest.mark.parametrize("harm", [_alter, _remove, _add, _rename])
def test_every_change_is_found_and_named(bucket: Vault, address: str, harm: Callable[[object, str], str]) -> None:
    _, two, _ = keep(bucket, "one", "two", "three")
    files, root = raw(address)
    expected = harm(files, f"{root}/{two.id[:2]}/{two.id}")
    faults = open_vault(address).verify()
    assert any(expected in fault and address in fault for fault in faults), faults


def test_what_is_withheld_is_given_to_nobody_and_erased_bytes_are_gone(bucket: Vault, address: str) -> None:
    one, two = keep(bucket, "one", "two")
    bucket.withhold(one.id, reason="a witness", who="A. Editor", at=AT)
    bucket.withhold(two.id, reason="a court", who="A. Editor", at=AT, erase=True)
    with pytest.raises(Withheld, match="a witness"):
        open_vault(address).bytes(one.id)
    assert (bucket.size(two.id), bucket.verify()) == (None, [])
    assert not bucket.keep(two, b"two")
    bucket.release(one.id, reason="safe", who="A. Editor", at=AT)
    assert bucket.bytes(one.id) == b"one"


WRITER = """
import hashlib, sys
from tahqiq.evidence import open_vault
from tahqiq.model import Document
vault, letter = open_vault(sys.argv[1]), sys.argv[2]
for n in range(12):
    data = f"{letter if n % 2 else 'both'} {n}".encode()
    digest = hashlib.sha256(data).hexdigest()
    vault.keep(Document(digest, len(data), "text/plain", "x", "file", "2023-07-09T10:00:00Z", letter), data)
"""


def test_three_machines_at_once_do_not_break_the_chain(address: str, server: dict[str, str]) -> None:
    environment = {"PYTHONPATH": ":".join(sys.path), **server}
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, address, letter], env=environment) for letter in "xyz"]
    assert [w.wait(60) for w in writers] == [0, 0, 0]
    vault = open_vault(address)
    assert vault.verify() == []
    assert len(vault.lines()) == 3 * 6 + 6


def test_a_writer_killed_at_random_moments_leaves_the_whole_or_nothing(address: str, server: dict[str, str]) -> None:
    environment, moments = {"PYTHONPATH": ":".join(sys.path), **server}, random.Random(7)
    command = [sys.executable, "-c", WRITER, address, "x"]
    for _ in range(4):
        writer = subprocess.Popen(command, env=environment)
        time.sleep(moments.uniform(0.5, 2))
        writer.kill()
        writer.wait()
        assert all("has no entry" in fault for fault in open_vault(address).verify())
    assert subprocess.run(command, env=environment, timeout=60, check=False).returncode == 0
    vault = open_vault(address)
    assert (vault.verify(), len(vault.lines())) == ([], 12)


def test_bytes_whose_entry_was_not_written_are_named_and_the_next_intake_finishes_them(bucket: Vault, address: str) -> None:
    keep(bucket, "one")
    d = document(b"two")
    files, root = raw(address)
    files.pipe_file(f"{root}/{d.id[:2]}/{d.id}", b"two")  # type: ignore[attr-defined]
    (fault,) = bucket.verify()
    assert "has no entry" in fault
    assert bucket.keep(d, b"two")
    assert bucket.verify() == []


def test_a_bucket_that_is_not_there_is_said_in_one_sentence(server: dict[str, str]) -> None:
    with pytest.raises(NotKept, match="cannot be written"):
        keep(open_vault("s3://nowhere/vault"), "one")


def test_an_intake_and_its_backup_go_to_a_bucket_and_back(bucket: Vault, tmp_path: Path, address: str) -> None:
    (tmp_path / "in").mkdir()
    for n in range(3):
        (tmp_path / "in" / f"{n}.txt").write_text(f"{n + 2} killed in Homs")
    desk = open_ledger(f"sqlite:///{tmp_path / 'l.db'}")
    outcome = ingest([tmp_path / "in"], desk, bucket, stages=PLAIN)
    assert (outcome.documents, outcome.refused, verify(desk, bucket).faults) == (3, [], ())
    back_up(desk, bucket, tmp_path / "b.tar", at=AT)
    for number, elsewhere in enumerate((Vault(tmp_path / "v"), open_vault(f"{address}-again"))):
        ledger = open_ledger(f"sqlite:///{tmp_path / f'{number}.db'}")
        restore(tmp_path / "b.tar", ledger, elsewhere)
        assert verify(ledger, elsewhere).faults == ()
        assert elsewhere.lines() == bucket.lines()
    with pytest.raises(LedgerConflict):
        elsewhere.hold([], [], [])
