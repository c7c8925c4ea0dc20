"""Every pack that is there: strict load, letters of its own script, examples that fire, counter-examples that do not, and its cases."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tahqiq.errors import PackError
from tahqiq.fold import fold, folded
from tahqiq.languages import PACKS, load_language, supported
from tahqiq.model import Account, Report
from tahqiq.reading import read
from tahqiq.reading.dates import find_dates
from tahqiq.reading.numbers import find_quantities

RULED = ("triggers", "harm", "people", "weapons", "forces", "sites", "directions", "sources", "attribution", "names")
FILES = {*RULED, "pack", "numbers", "dates", "roles", "cases"}
LEAST_CASES = 60
MOST_AWAITING = 0.16  # of a pack's cases; may only fall
ANCHOR = dt.date(2023, 7, 12)


def load(code: str, name: str) -> Any:
    return yaml.safe_load((PACKS / code / f"{name}.yaml").read_text("utf-8"))


def rules(value: Any) -> Iterator[dict[str, Any]]:
    """Every rule of a pack's file, however grouped."""
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict) and "words" in item:
                yield item
    elif isinstance(value, dict):
        for item in value.values():
            yield from rules(item)


EXAMPLES = [
    pytest.param(code, name, rule, id=f"{code}/{name}/{rule['name']}")
    for code in supported()
    for name in RULED
    for rule in rules(load(code, name))
    if rule.get("name") and rule.get("example")
]
CASES = [
    pytest.param(
        code, case, id=f"{code}/{case['id']}", marks=[pytest.mark.xfail(reason=case["awaits"], strict=False)] if case.get("awaits") else []
    )
    for code in supported()
    for case in load(code, "cases")
]
DATE_EXAMPLES = [
    pytest.param(code, rule, id=f"{code}/{rule['name']}")
    for code in supported()
    for rule in load(code, "dates")["rules"]
    if rule.get("example")
]


def fired(code: str, text: str) -> set[str]:
    """Names of the rules that find something in a text."""
    pack = load_language(code)
    return {m.sense.rule for m in pack.lexicon.find(pack.lexicon.tokens(fold(text)))}


def test_there_are_packs_for_the_four_languages() -> None:
    assert {"ar", "en", "fa", "ur"} <= set(supported())


@pytest.mark.parametrize("code", supported())
def test_a_pack_has_every_file_and_loads_strictly(code: str) -> None:
    assert {p.stem for p in (PACKS / code).glob("*.yaml")} == FILES
    assert load_language(code).code == code


@pytest.mark.parametrize("code", supported())
def test_rule_names_stand_once_in_a_file(code: str) -> None:
    for name in RULED:
        names = [rule["name"] for rule in rules(load(code, name)) if "name" in rule]
        assert not {n for n in names if names.count(n) > 1}, name


@pytest.mark.parametrize(("code", "name", "rule"), EXAMPLES)
def test_an_example_fires_its_rule(code: str, name: str, rule: dict[str, Any]) -> None:
    assert f"{code}/{name}/{rule['name']}" in fired(code, str(rule["example"]))
    if rule.get("not"):
        for counter in [rule["not"]] if isinstance(rule["not"], str) else rule["not"]:
            assert f"{code}/{name}/{rule['name']}" not in fired(code, str(counter))


@pytest.mark.parametrize(("code", "rule"), DATE_EXAMPLES)
def test_a_date_example_is_found_by_its_rule(code: str, rule: dict[str, Any]) -> None:
    pack = load_language(code)
    tokens = pack.lexicon.tokens(fold(str(rule["example"])))
    quantities = find_quantities(tokens, pack.lexicon.find(tokens), pack)
    found = {d.rule for d in find_dates(tokens, quantities, pack.dates, ANCHOR, pack.dates.week_start)}
    assert f"{code}/dates/{rule['name']}" in found if rule["value"] != "none" else not found  # what only looks like a date


@pytest.mark.parametrize("code", ["ar", "fa", "ur"])
def test_letters_are_those_of_the_language(code: str) -> None:
    foreign = {"ar": "یکےٹڈڑںہھ", "fa": "يكٹڈڑںے", "ur": "يك"}[code]
    for path in (PACKS / code).glob("*.yaml"):
        text = re.sub(r"#.*", "", path.read_text("utf-8"))
        wrong = {c for c in foreign if c in text}
        assert not wrong, f"{path.name} holds {wrong}"


@pytest.mark.parametrize("code", supported())
def test_a_pack_has_cases_and_negatives_among_them(code: str) -> None:
    cases = load(code, "cases")
    assert len(cases) >= LEAST_CASES
    assert sum(not case["events"] for case in cases) >= 15
    assert len({case["id"] for case in cases}) == len(cases) == len({folded(case["text"]) for case in cases})


@pytest.mark.parametrize("code", supported())
def test_most_cases_of_a_pack_are_read(code: str) -> None:
    """A case that the reader does not yet read says so with what it awaits; they stay few."""
    cases = load(code, "cases")
    assert sum(bool(case.get("awaits")) for case in cases) <= MOST_AWAITING * len(cases)


@pytest.mark.parametrize(("code", "case"), CASES)
def test_a_case_gives_what_it_says(code: str, case: dict[str, Any]) -> None:
    day = case.get("published")
    published = day if isinstance(day, dt.date) or day is None else dt.date.fromisoformat(str(day))
    reading = read(Report(case["text"], id=case["id"], language=code, published=published))
    if not case["events"]:
        assert [a.event_type for a in reading.accounts] == []
        return
    for expected in case["events"]:
        assert any(not differences(account, expected) for account in reading.accounts), [
            (a.event_type, differences(a, expected)) for a in reading.accounts
        ]


def differences(account: Account, expected: dict[str, Any]) -> dict[str, object]:
    """What of an expected event an account says otherwise; only the keys that the case gives are held."""
    told: dict[str, object] = {
        "event_type": account.event_type,
        "status": account.status,
        "certainty": account.certainty,
        "background": account.background,
        "weapons": sorted(account.weapons),
        "date": account.date and [account.date.start.isoformat(), account.date.end.isoformat()],
        "place": account.place and account.place.place.name,
        "count": account.count and list(account.count),
    }
    for effect in ("killed", "injured", "missing", "detained", "abducted", "displaced"):
        told[effect] = [[c.min, c.max] for c in account.casualties if c.effect == effect]
    found: dict[str, object] = {}
    for key, value in expected.items():
        if key in ("perpetrators", "targets", "victims"):
            names = [f"{n.name} {n.mention.text}".lower() for n in getattr(account, key)]
            if len(names) < len(value) or not all(any(str(v).lower() in n for n in names) for v in value):
                found[key] = names
        elif key == "sources":
            claims = [(f"{c.claimant.name} {c.claimant.mention.text}".lower(), c.stance) for c in account.claims]
            wanted = [next(iter(v.items())) if isinstance(v, dict) else (v, None) for v in value]
            if not all(any(str(w).lower() in name and stance in (None, s) for name, s in claims) for w, stance in wanted):
                found[key] = claims
        elif key in ("killed", "injured", "missing", "detained", "abducted", "displaced"):
            rows = told[key]
            assert isinstance(rows, list)
            if rows if value is None else list(value) not in rows:  # null: no such toll is told
                found[key] = rows
        elif key == "weapons":
            if told[key] != sorted(value):
                found[key] = told[key]
        elif key == "place":
            if not told[key] or str(value).lower() not in str(told[key]).lower():
                found[key] = told[key]
        elif key == "date":
            if [str(v) for v in value] != told[key] if value else told[key] is not None:
                found[key] = told[key]
        elif told[key] != value:
            found[key] = told[key]
    return found


def test_a_pack_that_says_what_is_not_known_is_refused_by_file_and_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (PACKS / "en").glob("*.yaml"):
        (tmp_path / "xx").mkdir(exist_ok=True)
        (tmp_path / "xx" / path.name).write_text(path.read_text("utf-8"), "utf-8")
    weapons = tmp_path / "xx" / "weapons.yaml"
    weapons.write_text(weapons.read_text("utf-8") + "\nnet:\n- {name: a-net, words: [net], colour: green}\n", "utf-8")
    monkeypatch.setattr("tahqiq.languages.PACKS", tmp_path)
    with pytest.raises(PackError, match=r"xx/weapons\.yaml: a-net: colour"):
        load_language.__wrapped__("xx")
