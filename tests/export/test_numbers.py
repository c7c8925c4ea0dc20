"""Every number that is exported can be traced to a rule and to words of a report."""

import csv
import io
import json
from typing import Any

import pytest
from exported import EXPORTERS, made, written

from tahqiq.assessing import assess
from tahqiq.export import write
from tahqiq.model import Account

# Where a number has no line: those that hold none.
_WITHOUT = ("polecat",)


def traced(name: str, policy: str = "public") -> list[dict[str, Any]]:
    numbers = io.BytesIO()
    write(name, *made(), io.BytesIO(), policy, numbers=numbers)
    return [json.loads(line) for line in numbers.getvalue().splitlines()]


@pytest.mark.parametrize("name", [param for param in EXPORTERS if param.values[0] not in _WITHOUT])
def test_each_number_names_its_rule_and_the_words_it_stands_on(name: str) -> None:
    accounts: dict[str, Account] = {account.id: account for account in made()[1]}
    lines = traced(name)

    assert lines
    for line in lines:
        assert line["rule"] and line["record"] and line["column"]
        assert line["claims"] or line["value"] == 0 or line["rule"].endswith("none_told")
        for claim in line["claims"]:
            told = {(c.mention.start, c.mention.end, c.min, c.max) for c in accounts[claim["account"]].casualties}
            assert (claim["start"], claim["end"], claim["min"], claim["max"]) in told
            assert claim["report"] == accounts[claim["account"]].report


@pytest.mark.parametrize("name", EXPORTERS)
def test_the_same_bytes_are_written_whether_numbers_are_traced_or_not(name: str) -> None:
    out = io.BytesIO()
    write(name, *made(), out, numbers=io.BytesIO())

    assert out.getvalue() == written(name)


@pytest.mark.parametrize(
    ("name", "key", "columns"),
    [
        ("acled", "event_id_cnty", ["fatalities"]),
        ("ucdp", "relid", "deaths_a deaths_b deaths_civilians deaths_unknown best high low".split()),
        ("csv", "id", [f"{of}_{bound}" for of in ("killed", "civilians_killed", "injured") for bound in ("low", "best", "high")]),
    ],
)
def test_a_table_and_its_trace_tell_the_same_numbers(name: str, key: str, columns: list[str]) -> None:
    cells = {
        (row[key], column): row[column]
        for row in csv.DictReader(io.StringIO(written(name).decode()))
        for column in columns
        if row[column] != ""
    }
    lines = {(line["record"], line["column"]): str(line["value"]) for line in traced(name) if line["value"] is not None}

    assert lines == cells


def test_lowest_and_highest_name_those_who_tell_them_and_not_the_others() -> None:
    strike = [line for line in traced("csv") if line["record"] == _strike()]
    by = {line["column"]: [claim["account"] for claim in line["claims"]] for line in strike}

    assert by["killed_low"] == ["s1"]
    assert by["killed_best"] == ["s2"]


def _strike() -> str:
    incidents, _, _ = made()
    return next(incident.id for incident in incidents if "s1" in incident.accounts)


def test_what_nobody_told_of_is_traced_to_a_rule_without_words() -> None:
    from accounts_made import told

    account, numbers = told("a", day="2024-01-01", place="Aleppo"), io.BytesIO()
    write("acled", [assess([account], {}, {})], [account], [], io.BytesIO(), numbers=numbers)
    (line,) = (json.loads(line) for line in numbers.getvalue().splitlines())

    assert (line["value"], line["rule"], line["claims"]) == (0, "acled_none_told", [])
