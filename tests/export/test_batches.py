"""An export that is written in batches is the one written whole, and withholds the names of all of it."""

import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from exported import EXPORTERS, made, written

from accounts_made import named, told
from tahqiq.assessing import assess
from tahqiq.export import Batch, find_exporter, write, write_batches
from tahqiq.export.package import write_package
from tahqiq.model import Place


def one_by_one() -> Iterator[Batch]:
    incidents, accounts, reports = made()
    for incident in sorted(incidents, key=lambda i: (i.start.isoformat() if i.start else "9999", i.id)):
        yield [incident], [a for a in accounts if a.id in incident.accounts], [r for r in reports if r.id in incident.reports]


@pytest.mark.parametrize("name", EXPORTERS)
def test_one_incident_at_a_time_gives_the_same_bytes_and_losses(name: str) -> None:
    out = io.BytesIO()
    loss = write_batches(name, one_by_one, out)

    assert out.getvalue() == written(name)
    assert loss == write(name, *made(), io.BytesIO())


def test_a_name_withheld_in_the_last_batch_is_in_none_before() -> None:
    home = Place("house of Qasim Zorbaxi", None, "SY", None, 36.0, 37.0, "site")
    first = told("a", day="2024-01-01", place=home)
    last = told("b", day="2024-01-02", place="Aleppo", victims=(named("Qasim Zorbaxi", None, "person"),))
    out = io.BytesIO()

    write_batches("jsonl", lambda: ([(assess([account], {}, {}),), [account], []] for account in (first, last)), out)  # type: ignore[misc]

    assert b"house of" in out.getvalue()
    assert b"Zorbaxi" not in out.getvalue()


def test_no_batch_is_asked_for_before_the_one_before_is_written() -> None:
    written_at: list[int] = []
    out = io.BytesIO()

    def batches() -> Iterator[Batch]:
        for number in range(3):
            written_at.append(out.getvalue().count(b"\n"))
            account = told(f"a{number}", day="2024-01-01", place="Aleppo")
            yield [assess([account], {}, {})], [account], []

    write_batches("jsonl", batches, out)

    assert written_at == [0, 0, 0, 0, 1, 2]


def test_a_data_package_has_the_sizes_hashes_and_types_of_what_is_in_it() -> None:
    import hashlib

    data, numbers, out = io.BytesIO(), io.BytesIO(), io.BytesIO()
    loss = write("csv", *made(), data, numbers=numbers)
    write_package(out, find_exporter("csv"), loss, data, numbers)
    with zipfile.ZipFile(out) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    described = json.loads(files["datapackage.json"])

    for resource in described["resources"]:
        assert resource["bytes"] == len(files[resource["path"]])
        assert resource["hash"] == f"sha256:{hashlib.sha256(files[resource['path']]).hexdigest()}"
    fields = {field["name"]: field["type"] for field in described["resources"][0]["schema"]["fields"]}
    assert list(fields) == files["incidents.csv"].decode().splitlines()[0].split(",")
    assert (fields["killed_low"], fields["start"], fields["latitude"]) == ("integer", "date", "number")
    assert "lost of 1: denials and claims of responsibility" in files["loss.txt"].decode()
