"""Persons: one record for one person in every script, two for brothers of like names, doubtful pairs shown and never merged."""

import datetime as dt
from collections.abc import Sequence

import pytest

from tahqiq.model import Account, Casualty, Decision, Incident, Mention, Named, Person, Report
from tahqiq.persons import records
from tahqiq.persons.naming import is_name

DAY = dt.date(2023, 7, 7)


class Desk:
    """Reports that name people, each with one account, in incidents."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.reports: dict[str, Report] = {}
        self.of: dict[str, list[str]] = {}

    def tell(self, incident: str, text: str, *names: str, language: str = "en", event_type: str = "airstrike", kind: str = "person") -> str:
        number = f"{len(self.accounts):02}"
        report = Report(text, f"r{number}", language=language, published=DAY)
        victims = tuple(Named(Mention(at, at + len(n), n), n, None, kind) for n in names if (at := text.index(n)) >= 0)
        harm = (Casualty(Mention(0, 1, text[0]), "killed", "civilians", 1, 1),)
        account = Account(f"a{number}", report.id, event_type, Mention(0, 1, text[0]), victims=victims, casualties=harm)
        self.accounts[account.id], self.reports[report.id] = account, report
        self.of.setdefault(incident, []).append(account.id)
        return account.id

    def persons(self, *decisions: Decision) -> tuple[tuple[Person, ...], list[tuple[frozenset[str], bool]]]:
        incidents = [Incident(name, "airstrike", tuple(ids), (), ()) for name, ids in self.of.items()]
        found, pairs = records(incidents, self.accounts, self.reports, decisions)
        names = {person.id: all_names(person)[0] for person in found}
        return found, [(frozenset((names[p.a], names[p.b])), p.in_one_incident) for p in pairs]


def all_names(person: Person) -> list[str]:
    return [name for forms in person.names.values() for name in forms]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def grouped(found: Sequence[Person]) -> set[frozenset[str]]:
    return {frozenset(all_names(person)) for person in found}


def test_one_person_told_in_four_scripts_is_one_record(desk: Desk) -> None:
    desk.tell("i1", "Osama al-Muhajir was killed", "Osama al-Muhajir")
    desk.tell("i1", "قتل أسامة المهاجر", "أسامة المهاجر", language="ar")
    desk.tell("i1", "اسامہ المہاجر ہلاک", "اسامہ المہاجر", language="ur")
    (person,), pairs = desk.persons()
    assert person.names == {"ar": ("أسامة المهاجر",), "en": ("Osama al-Muhajir",), "ur": ("اسامہ المہاجر",)}
    assert (person.roles, person.statuses, len(person.accounts), pairs) == (("victim",), ("killed",), 3, [])


def test_brothers_whose_names_differ_by_a_vowel_stay_two_in_every_script(desk: Desk) -> None:
    desk.tell("i1", "محمد الأحمد ومحمود الأحمد قتلا", "محمد الأحمد", "محمود الأحمد", language="ar")
    desk.tell("i1", "Mohammad al-Ahmad and Mahmoud al-Ahmad died", "Mohammad al-Ahmad", "Mahmoud al-Ahmad")
    found, _ = desk.persons()
    assert grouped(found) == {frozenset({"محمد الأحمد", "Mohammad al-Ahmad"}), frozenset({"محمود الأحمد", "Mahmoud al-Ahmad"})}


def test_a_name_that_two_of_another_script_could_be_is_shown_with_both_and_merged_with_none(desk: Desk) -> None:
    desk.tell("i1", "حسن علي وحسين علي قتلا", "حسن علي", "حسين علي", language="ar")
    desk.tell("i1", "Hosen Ali died", "Hosen Ali")
    found, pairs = desk.persons()
    assert len(found) == 3
    assert {frozenset({"Hosen Ali", "حسن علي"}), frozenset({"Hosen Ali", "حسين علي"})} <= {names for names, _ in pairs}


def test_one_name_in_two_incidents_is_a_doubtful_pair_until_a_person_decides(desk: Desk) -> None:
    a = desk.tell("i1", "Person Seventeen Jabir was killed", "Seventeen Jabir")
    b = desk.tell("i2", "Seventeen Jabir was injured", "Seventeen Jabir")
    found, pairs = desk.persons()
    assert len(found) == 2 and pairs == [(frozenset({"Seventeen Jabir"}), False)]
    keys = {"persons": [[a, "Seventeen Jabir"], [b, "Seventeen Jabir"]], "accounts": [b]}
    (one,), pairs = desk.persons(Decision("x1", "same_person", a, "e", "w", "2024-01-01T00:00:00Z", keys))
    assert (one.incidents, one.decisions, pairs) == (("i1", "i2"), ("x1",), [])
    found, pairs = desk.persons(Decision("x1", "not_same_person", a, "e", "w", "2024-01-01T00:00:00Z", keys))
    assert len(found) == 2 and pairs == []


def test_persons_are_the_same_in_any_order(desk: Desk) -> None:
    desk.tell("i1", "Osama al-Muhajir was killed", "Osama al-Muhajir")
    desk.tell("i1", "قتل أسامة المهاجر", "أسامة المهاجر", language="ar")
    desk.tell("i2", "Khaled Masoud died", "Khaled Masoud")
    first = desk.persons()
    desk.of = {name: list(reversed(ids)) for name, ids in reversed(desk.of.items())}
    desk.accounts = dict(reversed(desk.accounts.items()))
    assert desk.persons() == first


@pytest.mark.parametrize(
    ("language", "text", "name", "age", "sex", "family"),
    [
        ("en", "the girl Rana Seventeen (12) was killed", "Rana Seventeen", 12, "female", None),
        ("en", "Rana Seventeen, aged 12, was killed", "Rana Seventeen", 12, None, None),
        ("en", "12-year-old Rana Seventeen was killed", "Rana Seventeen", 12, None, None),
        ("en", "his wife Rana Seventeen was killed", "Rana Seventeen", None, "female", "spouse"),
        ("en", "Rana Seventeen, 300, was killed", "Rana Seventeen", None, None, None),
        ("en", "3 killed, Rana Seventeen among them", "Rana Seventeen", None, None, None),
        ("ar", "قتلت الطفلة رنا سبعة عشر (12 عاماً)", "رنا سبعة عشر", 12, "female", None),
        ("ar", "وقتل شقيقه سامي سبعة عشر", "سامي سبعة عشر", None, "male", "sibling"),
        ("ur", "12 سالہ رعنا سترہ ہلاک ہو گئی", "رعنا سترہ", 12, None, None),
        ("fa", "رعنا هفده، 12 ساله، کشته شد", "رعنا هفده", 12, None, None),
    ],
)
def test_age_sex_and_family_are_taken_from_beside_the_name(
    desk: Desk, language: str, text: str, name: str, age: int | None, sex: str | None, family: str | None
) -> None:
    desk.tell("i1", text, name, language=language)
    (person,), _ = desk.persons()
    assert (person.ages, person.sexes, person.family) == ((age,) if age else (), (sex,) if sex else (), (family,) if family else ())


def test_ages_that_reports_tell_otherwise_are_all_kept_and_a_person_s_word_stands_for_them(desk: Desk) -> None:
    a = desk.tell("i1", "Rana Seventeen (12) was killed", "Rana Seventeen")
    desk.tell("i1", "Rana Seventeen (13) was killed", "Rana Seventeen")
    (person,), _ = desk.persons()
    assert person.ages == (12, 13)
    said = Decision(
        "x1", "person_is", a, "e", "w", "2024-01-01T00:00:00Z", {"persons": [[a, "Rana Seventeen"]], "field": "age", "to": "13"}
    )
    (person,), _ = desk.persons(said)
    assert (person.ages, person.decisions) == ((13,), ("x1",))


def test_who_was_taken_is_a_detainee(desk: Desk) -> None:
    desk.tell("i1", "Rana Seventeen was arrested", "Rana Seventeen", event_type="arrest")
    (person,), _ = desk.persons()
    assert (person.roles, person.statuses) == (("detainee",), ("detained",))


@pytest.mark.parametrize(
    ("name", "kind", "actor", "is_one"),
    [
        ("Rana Seventeen", "person", None, True),
        ("Rana", "person", None, True),
        ("رنا سبعة", "official", None, True),
        ("official", "official", None, False),
        ("officials", "official", None, False),
        ("Governor Seventeen", "official", None, True),
        ("Syrian Army", "state_forces", "sy-army", False),
        ("American officers", "state_forces", None, False),
    ],
)
def test_descriptions_and_forces_are_no_names(name: str, kind: str, actor: str | None, is_one: bool) -> None:
    assert is_name(Named(Mention(0, 1, name[0]), name, actor, kind)) is is_one
