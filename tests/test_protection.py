"""Protection: whose name leaves the desk, and how exact a place."""

import datetime as dt

import pytest

from accounts_made import PLACES, claim, killed, named, reports_of, told
from tahqiq.assessing import assess
from tahqiq.errors import UnknownName
from tahqiq.model import Account, Named, Report, to_json
from tahqiq.protection import WITHHELD, Protected, is_withheld, protect

WHO = [
    ("victim", named("Layla Zorbaxi", None, "person"), True, True),
    ("victim-without-kind", named("Layla Zorbaxi"), True, True),
    ("victim-who-was-a-minister", named("Layla Zorbaxi", None, "minister"), True, False),
    ("victim-who-commanded", named("Zorbax al-Qamari", None, "commander"), True, False),
    ("victim-told-as-people", named("the Zorbaxi family", None, "people"), True, True),
    ("claimant-person", named("Layla Zorbaxi", None, "person"), False, True),
    ("claimant-official", named("Layla Zorbaxi", None, "official"), False, False),
    ("unknown-kind", named("Layla Zorbaxi", None, "neighbour"), False, True),
    ("nothing-known", named("Layla Zorbaxi"), False, True),
    ("group-of-the-registry-by-id", named("Islamic State", "islamic-state"), False, False),
    ("group-of-the-registry-by-name", named("Islamic State"), False, False),
    ("force", named("Zorbaxian army", None, "state_forces"), False, False),
    ("description", named("witnesses", None, "witness"), False, False),
    ("building", named("vegetable market", None, "market"), False, False),
]


@pytest.mark.parametrize(("who", "victim", "withheld"), [case[1:] for case in WHO], ids=[case[0] for case in WHO])
def test_a_name_is_withheld_unless_it_is_known_to_be_public(who: Named, victim: bool, withheld: bool) -> None:
    assert is_withheld(who, victim=victim) is withheld


def leaving(account: Account, policy: str = "public", **report: object) -> Protected:
    reports = reports_of((account,))
    if report:
        reports = {account.report: Report(id=account.report, language="ar", published=dt.date(2023, 7, 9), **report)}  # type: ignore[arg-type]
    return protect([assess((account,), reports, {})], [account], reports.values(), policy)


VICTIM = named("Layla Zorbaxi", None, "person", "ليلى الزربخي")


@pytest.mark.parametrize("policy", ["public", "partner"])
def test_a_withheld_name_is_in_no_label_quote_title_or_address(policy: str) -> None:
    account = told(
        "a",
        place="Mayadin",
        victims=(VICTIM,),
        harm=(killed(1),),
        claims=(claim("Layla Zorbaxi", kind="person"),),
    )
    text = "قُتلت ليلى الزربخي"

    protected = leaving(account, policy, text=text, title=text, url="https://news.example/2023/layla-zorbaxi-killed?x=1")
    everything = str([to_json(x) for x in (*protected.incidents, *protected.accounts.values(), *protected.reports.values())])

    assert "Zorbaxi" not in everything and "zorbaxi" not in everything and "الزربخي" not in everything
    assert protected.incidents[0].victims == (WITHHELD,)
    assert protected.incidents[0].values["victims"][0].label == WITHHELD
    assert protected.reports["r-a"].url == "https://news.example/"


def test_words_that_hold_a_part_of_a_withheld_name_are_withheld_with_their_clitics() -> None:
    account = told("a", victims=(VICTIM,), harm=())
    quoted = told("b", report="r-a", event_type="arrest", harm=(), by=(named("state", "islamic-state", words="والزربخي"),))
    reports = reports_of((account,))

    protected = protect([], [account, quoted], reports.values())

    assert protected.accounts["b"].perpetrators[0].mention.text == WITHHELD
    assert protected.accounts["b"].perpetrators[0].name == "state"


def test_words_of_witnesses_are_withheld_though_the_description_stays() -> None:
    account = told("a", claims=(claim("residents", kind="resident"),))

    claimant = leaving(account).accounts["a"].claims[0].claimant

    assert (claimant.name, claimant.mention.text) == ("residents", WITHHELD)


def test_an_incident_whose_account_is_not_given_shows_no_victim() -> None:
    account = told("a", victims=(named("Zorbax al-Qamari", None, "commander"),))
    found = assess((account,), {}, {})

    assert protect([found], [account]).incidents[0].victims == ("Zorbax al-Qamari",)
    assert protect([found], []).incidents[0].victims == (WITHHELD,)


def test_a_short_name_does_not_eat_other_words() -> None:
    account = told("a", place="Aleppo", victims=(named("Ale", None, "person"),))

    protected = leaving(account)

    assert protected.incidents[0].place is not None
    assert (protected.incidents[0].place.name, protected.incidents[0].victims) == ("Aleppo", (WITHHELD,))


def test_a_released_name_leaves_but_not_of_an_abduction() -> None:
    strike, abduction = told("a", victims=(VICTIM,)), told("b", "abduction", victims=(named("Sami Zorbaxi", None, "person"),))
    released = ["Layla Zorbaxi", "Sami Zorbaxi"]

    protected = protect([], [strike, abduction], [], "partner", released=released)

    assert protected.accounts["a"].victims[0].name == "Layla Zorbaxi"
    assert protected.accounts["b"].victims[0].name == WITHHELD


def test_inside_the_desk_nothing_changes() -> None:
    account = told("a", place="Ain al-Asad", victims=(VICTIM,))
    reports = reports_of((account,))
    found = assess((account,), reports, {})

    protected = protect([found], [account], reports.values(), "internal")

    assert (protected.incidents, protected.accounts, protected.reports) == ((found,), {"a": account}, reports)
    assert "must not leave" in protected.protection.lines()[0]


ROUNDED = [
    ("site", "public", (33.79, 42.44)),
    ("site", "partner", (33.791, 42.442)),
    ("settlement", "public", (33.79, 42.44)),
    ("district", "public", (33.8, 42.4)),
    ("province", "public", (33.8, 42.4)),
    ("site", "internal", (33.7912, 42.4417)),
]


@pytest.mark.parametrize(("precision", "policy", "expected"), ROUNDED)
def test_coordinates_are_as_exact_as_policy_and_precision_allow(precision: str, policy: str, expected: tuple[float, float]) -> None:
    from dataclasses import replace

    place = replace(PLACES["Ain al-Asad"], lat=33.7912, lon=42.4417, precision=precision)

    protected = leaving(told("a", place=place), policy)

    placed = protected.accounts["a"].place
    assert placed is not None and protected.incidents[0].place is not None
    assert (placed.place.lat, placed.place.lon) == expected
    assert (protected.incidents[0].place.lat, protected.incidents[0].place.lon) == expected
    assert protected.protection.places == (policy != "internal")


def test_a_policy_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownName, match="'secret'; there are: public, partner, internal"):
        protect([], [], [], "secret")
