"""Every event type is complete and mapped, every list has its words in the right script, every code is reached and known."""

import re
import unicodedata

import pytest

from tahqiq.codebook import LANGUAGES, Codebook, EventType, load_codebook
from tahqiq.errors import UnknownName

CODEBOOK = load_codebook()
TYPES = [pytest.param(t, id=t.name) for t in CODEBOOK.event_types.values()]
LABELS = [
    pytest.param(labels[language], language, id=f"{where}-{language}")
    for where, labels in [
        *((t.name, t.label) for t in CODEBOOK.event_types.values()),
        *((f"{name}.{v.name}", v.label) for name, values in CODEBOOK.lists.items() for v in values.values()),
    ]
    for language in LANGUAGES
]
GUIDE = {
    "event_types": "airstrike shelling explosion suicide_bombing armed_clash armed_attack raid execution abduction arrest "
    "sexual_violence shootdown interception encounter territory_change destruction protest riot agreement talks statement "
    "deployment disaster",
    "status": "occurred denied planned foiled",
    "certainty": "asserted alleged",
    "precisions": "site settlement district province region country",
    "weapons": "drone aircraft helicopter missile rocket artillery mortar firearm ied car_bomb suicide_vest mine grenade chemical "
    "knife vehicle fire flare barrel_bomb unspecified_explosive",
    "effects": "killed injured missing detained abducted displaced",
    "who": "civilians children women combatants security_forces mixed unspecified",
    "stances": "reports confirms claims_responsibility accuses denies declines investigating",
    "measures": "troops members attacks killed injured civilian_harm_incidents displaced detained other",
    "grades": "confirmed fair weak contested discounted none",
}
# Letters that look alike or belong to a neighbour's alphabet: a label that holds one was typed on the wrong keyboard.
FOREIGN_LETTERS = {"en": r"[^\x00-\x7f]", "ar": "[یېکگپچژہھەےۓٹڈڑںۃ۔]", "ur": "[يىكهةۀێېأإ]", "fa": "[يىكةہھےۓٹڈڑںۃ]"}


@pytest.fixture
def codebook() -> Codebook:
    return load_codebook()


@pytest.mark.parametrize("list_name", GUIDE)
def test_a_closed_list_holds_the_guide_s_values_and_no_others(codebook: Codebook, list_name: str) -> None:
    assert set(codebook.closed(list_name)) == set(GUIDE[list_name].split())


@pytest.mark.parametrize("event_type", TYPES)
def test_a_type_is_told_apart_from_another_and_shown_by_an_example(event_type: EventType) -> None:
    assert event_type.name not in event_type.mistaken_for
    assert event_type.mistaken_for
    for sentence in (event_type.means, event_type.example, *event_type.mistaken_for.values()):
        assert re.fullmatch(r"[A-Z].*\.", sentence), sentence


@pytest.mark.parametrize("event_type", TYPES)
def test_a_type_is_mapped_to_every_vocabulary_or_says_why_not(event_type: EventType) -> None:
    assert set(event_type.maps_to) == set(CODEBOOK.vocabularies)
    for mapping in event_type.maps_to.values():
        assert mapping.code or mapping.counts or mapping.note


@pytest.mark.parametrize("event_type", TYPES)
def test_families_go_both_ways_and_hold_no_type_twice(event_type: EventType) -> None:
    assert event_type.name not in event_type.family
    for other in event_type.family:
        assert event_type.name in CODEBOOK.event_types[other].family


@pytest.mark.parametrize("vocabulary", ["acled", "cameo"])
def test_every_code_of_the_vocabulary_is_reached_by_some_type(codebook: Codebook, vocabulary: str) -> None:
    mappings = [t.maps_to[vocabulary] for t in codebook.event_types.values()]
    reached = {m.code for m in mappings} | {v.code for m in mappings for v in m.variants}
    assert set(codebook.vocabulary(vocabulary).codes.rows) <= reached


@pytest.mark.parametrize(("label", "language"), LABELS)
def test_a_label_stands_in_the_script_and_letters_of_its_language(label: str, language: str) -> None:
    scripts = {unicodedata.name(c).split()[0] for c in label if c.isalpha()}
    assert scripts == {"LATIN" if language == "en" else "ARABIC"}
    assert not re.search(FOREIGN_LETTERS[language], label)


@pytest.mark.parametrize("list_name", ["event_types", *CODEBOOK.lists])
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_values_of_a_list_never_share_a_word(codebook: Codebook, list_name: str, language: str) -> None:
    labels = [codebook.label(list_name, value, language) for value in codebook.closed(list_name)]
    assert len(set(labels)) == len(labels)


# Each row: what is told, and the sub-event that ACLED's codebook gives it.
ACLED_CASES = {
    "a bare air strike": ("airstrike", {}, "Air/drone strike"),
    "a strike that was foiled": ("airstrike", {"status": "foiled"}, "Disrupted weapons use"),
    "a threatened strike is no row": ("airstrike", {"status": "planned"}, None),
    "a denied strike is no row": ("airstrike", {"status": "denied"}, None),
    "gas dropped from a helicopter": ("airstrike", {"weapons": ["chemical", "helicopter"]}, "Chemical weapon"),
    "a hand grenade": ("explosion", {"weapons": ["grenade"]}, "Grenade"),
    "a grenade and a planted bomb": ("explosion", {"weapons": ["grenade", "ied"]}, "Remote explosive/landmine/IED"),
    "a blast of unknown make": ("explosion", {}, "Remote explosive/landmine/IED"),
    "a bomb defused": ("explosion", {"status": "foiled", "weapons": ["ied"]}, "Disrupted weapons use"),
    "a fighter jet shot down": ("shootdown", {"craft": "crewed"}, "Shelling/artillery/missile attack"),
    "a drone shot down": ("shootdown", {"craft": "uncrewed"}, "Disrupted weapons use"),
    "a drone is told among the weapons": ("shootdown", {"weapons": ["drone"]}, "Disrupted weapons use"),
    "an interception is foiled by nature": ("interception", {"status": "foiled"}, "Disrupted weapons use"),
    "gunmen kill a civilian": ("armed_attack", {"against": "civilians", "weapons": ["firearm"]}, "Attack"),
    "gunmen ambush soldiers": ("armed_attack", {"against": "state_forces"}, "Armed clash"),
    "a car bomb at a checkpoint stays a battle": ("armed_attack", {"against": "state_forces", "weapons": ["car_bomb"]}, "Armed clash"),
    "bombers storm a hotel": ("armed_attack", {"against": "civilians", "weapons": ["firearm", "suicide_vest"]}, "Suicide bomb"),
    "police fire on marchers": ("armed_attack", {"by": "state_forces", "against": "protesters"}, "Excessive force against protesters"),
    "a foiled shooting is no row": ("armed_attack", {"status": "foiled"}, None),
    "a raid that only detains": ("raid", {"effects": ["detained"]}, "Arrests"),
    "a raid that kills fighters": ("raid", {"effects": ["killed", "detained"]}, "Armed clash"),
    "a raid that kills a civilian": ("raid", {"effects": ["killed"], "against": ["civilians"]}, "Attack"),
    "abducted, then killed": ("abduction", {"effects": ["killed"]}, "Attack"),
    "the army takes a town": ("territory_change", {"by": "state_forces", "change": "taken"}, "Government regains territory"),
    "rebels take a town": ("territory_change", {"by": "rebel_group"}, "Non-state actor overtakes territory"),
    "a town taken without a fight": (
        "territory_change",
        {"by": "rebel_group", "change": "taken_unopposed"},
        "Non-violent transfer of territory",
    ),
    "a town taken by nobody knows whom": ("territory_change", {"change": "taken"}, None),
    "police step in": ("protest", {"response": "intervention"}, "Protest with intervention"),
    "marchers turn violent": ("riot", {"crowd": "demonstration"}, "Violent demonstration"),
    "a lynching": ("riot", {"crowd": "mob"}, "Mob violence"),
    "two groups merge": ("statement", {"act": "regroups"}, "Change to group/activity"),
    "a condemnation is no row": ("statement", {"act": "condemns"}, None),
    "an earthquake is no row": ("disaster", {}, None),
}


@pytest.mark.parametrize(("event_type", "facts", "sub_event"), ACLED_CASES.values(), ids=ACLED_CASES)
def test_the_facts_told_choose_acled_s_sub_event(codebook: Codebook, event_type: str, facts: dict[str, str], sub_event: str | None) -> None:
    assert codebook.acled_sub_event(event_type, **facts) == sub_event


CODE_CASES = {
    "plover: drone": ("airstrike", "plover", {"weapons": ["drone"]}, "ASSAULT/drone"),
    "plover: jets beside a drone": ("airstrike", "plover", {"weapons": ["drone", "aircraft"]}, "ASSAULT/aerial"),
    "plover: threatened": ("shelling", "plover", {"status": "planned"}, "THREATEN/violence"),
    "plover: announced withdrawal": ("territory_change", "plover", {"status": "planned", "change": "withdrawn"}, None),
    "plover: withdrawal": ("territory_change", "plover", {"change": "withdrawn"}, "RETREAT/withdraw"),
    "plover: truce": ("agreement", "plover", {"agreement": "ceasefire"}, "RETREAT/ceasefire"),
    "plover: rejection": ("statement", "plover", {"act": "rejects"}, "REJECT"),
    "plover: denied": ("shelling", "plover", {"status": "denied"}, None),
    "cameo: car bomb": ("explosion", "cameo", {"weapons": ["car_bomb"]}, "1832"),
    "cameo: interception": ("interception", "cameo", {}, None),
    "ucdp: army against rebels": ("armed_clash", "ucdp", {"by": "state_forces", "against": "rebel_group"}, "1"),
    "ucdp: two groups": ("armed_clash", "ucdp", {"by": "rebel_group", "against": "identity_militia"}, "2"),
    "ucdp: civilians": ("airstrike", "ucdp", {"by": "external_forces", "against": "civilians"}, "3"),
    "ucdp: unknown gunmen": ("armed_attack", "ucdp", {"by": "unidentified_armed", "against": "civilians"}, None),
    "ucdp: soldiers and civilians hit": ("shelling", "ucdp", {"by": "rebel_group", "against": ["state_forces", "civilians"]}, None),
    "ucdp: sides untold": ("airstrike", "ucdp", {}, None),
    "ucdp: threatened": ("airstrike", "ucdp", {"by": "state_forces", "against": "rebel_group", "status": "planned"}, None),
    "ucdp: protest": ("protest", "ucdp", {"by": "protesters", "against": "state_forces"}, None),
}


@pytest.mark.parametrize(("event_type", "vocabulary", "facts", "code"), CODE_CASES.values(), ids=CODE_CASES)
def test_the_facts_told_choose_the_code(
    codebook: Codebook, event_type: str, vocabulary: str, facts: dict[str, str], code: str | None
) -> None:
    assert codebook.code(event_type, vocabulary, **facts) == code


@pytest.mark.parametrize(
    ("a", "b", "joined"),
    [
        ("airstrike", "airstrike", True),
        ("airstrike", "shelling", True),
        ("shelling", "airstrike", True),
        ("raid", "arrest", True),
        ("airstrike", "protest", False),
        ("abduction", "execution", False),
    ],
)
def test_a_happening_may_be_told_as_types_of_one_family(codebook: Codebook, a: str, b: str, joined: bool) -> None:
    assert codebook.family(a, b) is joined


@pytest.mark.parametrize(
    ("qualifier", "lowest", "acled", "acled_large"),
    [
        ("several", 2, 3, 10),
        ("dozens", 24, 12, None),
        ("scores", 40, 20, None),
        ("hundreds", 200, 100, None),
        ("thousands", 2000, 1000, None),
        ("tens_of_thousands", 20_000, 10_000, None),
        ("millions", 2_000_000, 1_000_000, None),
        ("none", 0, 0, None),
        ("exact", None, None, None),
    ],
)
def test_a_word_without_a_number_counts_as_each_format_counts_it(
    codebook: Codebook, qualifier: str, lowest: int | None, acled: int | None, acled_large: int | None
) -> None:
    told = codebook.word_count(qualifier)
    assert (told.min, told.acled, told.acled_large) == (lowest, acled, acled_large)


def test_acled_has_six_event_types_and_25_sub_events_with_battles_first(codebook: Codebook) -> None:
    codes = codebook.vocabulary("acled").codes
    assert len(codes.rows) == 25
    assert list(dict.fromkeys(row["event_type"] for row in codes.rows.values())) == [
        "Battles",
        "Protests",
        "Riots",
        "Explosions/Remote violence",
        "Violence against civilians",
        "Strategic developments",
    ]


def test_the_higher_sub_event_absorbs_the_lower(codebook: Codebook) -> None:
    assert codebook.vocabulary("acled").first(["Attack", "Air/drone strike", "Armed clash"]) == "Armed clash"
    assert codebook.vocabulary("acled").first([]) is None


def test_acled_s_interactions_follow_the_digits_but_for_civilians_and_others(codebook: Codebook) -> None:
    tables = codebook.vocabulary("acled").tables
    labels = {key: row["label"] for key, row in tables["interaction"].rows.items()}
    assert len(labels) == 44
    assert labels["12"] == "State forces-Rebel group"
    assert labels["80"] == "External/Other forces only"
    assert labels["78"] == "External/Other forces-Civilians"
    assert set(codebook.closed("sides")) == set(tables["inter"].rows)


@pytest.mark.parametrize(
    ("country", "name", "iso", "region"),
    [
        ("SY", "Syria", 760, "Middle East"),
        ("PK", "Pakistan", 586, "South Asia"),
        ("AF", "Afghanistan", 4, "Caucasus and Central Asia"),
        ("SD", "Sudan", 729, "Northern Africa"),
        ("NO", "Norway", 578, "Europe"),
        ("UA", "Ukraine", 804, "Europe"),
    ],
)
def test_a_country_has_acled_s_name_number_and_region(codebook: Codebook, country: str, name: str, iso: int, region: str) -> None:
    row = codebook.vocabulary("acled").tables["countries"].rows[country]
    assert (row["name"], row["iso"], row["region"]) == (name, iso, region)


def test_every_country_lies_in_a_region_that_acled_has(codebook: Codebook) -> None:
    tables = codebook.vocabulary("acled").tables
    assert {row["region"] for row in tables["countries"].rows.values()} == set(tables["regions"].rows)
    assert len(tables["countries"].rows) >= 243


@pytest.mark.parametrize("vocabulary", ["acled", "ucdp"])
@pytest.mark.parametrize("list_name", ["precisions", "grains"])
def test_a_vocabulary_of_places_and_days_knows_each_of_our_grades_of_exactness(codebook: Codebook, vocabulary: str, list_name: str) -> None:
    assert tuple(codebook.vocabulary(vocabulary).tables[list_name].rows) == codebook.closed(list_name)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda c: c.event_type("bombing"), ["no event type 'bombing'", "airstrike"]),
        (lambda c: c.label("weapons", "sword", "en"), ["value of weapons 'sword'", "drone"]),
        (lambda c: c.label("weapons", "drone", "de"), ["'de'", "fa"]),
        (lambda c: c.closed("colours"), ["closed list 'colours'", "weapons"]),
        (lambda c: c.code("airstrike", "gtd"), ["vocabulary 'gtd'", "acled"]),
        (lambda c: c.code("airstrike", "acled", mood="angry"), ["fact 'mood'", "weapons"]),
        (lambda c: c.acled_sub_event("airstrike", ["sword"]), ["'sword'", "drone"]),
    ],
    ids=["type", "value", "language", "list", "vocabulary", "fact", "fact value"],
)
def test_an_unknown_name_is_answered_with_those_that_exist(codebook: Codebook, call: object, words: list[str]) -> None:
    assert callable(call)
    with pytest.raises(UnknownName) as raised:
        call(codebook)
    for word in words:
        assert word in str(raised.value)


def test_the_codebook_is_loaded_once_and_cannot_be_altered(codebook: Codebook) -> None:
    assert load_codebook() is codebook
    with pytest.raises(TypeError):
        codebook.event_types["x"] = codebook.event_types["raid"]  # type: ignore[index]
