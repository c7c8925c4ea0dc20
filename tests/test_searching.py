"""What a person asks in words becomes the question that was meant, or one sentence says what is wrong."""

import pytest

from tahqiq.errors import UnknownName
from tahqiq.searching import Asking, understood


def test_a_place_is_the_widest_of_its_name_and_the_note_says_which() -> None:
    query, notes = understood(Asking(within="دیر الزور"))
    assert (query.country, query.admin1, query.near) == ("SY", "Deir ez-Zor", None)
    assert notes == ("in Deir ez-Zor Governorate (province, SY)",)


def test_a_country_holds_its_incidents() -> None:
    assert understood(Asking(within="Syria"))[0].country == "SY"


def test_a_name_of_several_countries_can_say_which() -> None:
    assert understood(Asking(within="Punjab, PK"))[0].country == "PK"


def test_a_town_is_a_circle_around_its_middle() -> None:
    query, notes = understood(Asking(within="Khan Sheikhoun"))
    assert query.near and query.near[2] == 5.0 and query.country is None
    assert "within 5 km" in notes[0]


@pytest.mark.parametrize("words", ["34.53,69.17,20", "Kabul,20", "کابل,20"])
def test_a_radius_is_around_a_point_or_a_place(words: str) -> None:
    near = understood(Asking(near=words))[0].near
    assert near and near[2] == 20 and near[0] == pytest.approx(34.53, abs=0.1) and near[1] == pytest.approx(69.17, abs=0.1)


def test_an_actor_is_asked_for_with_those_that_belong_to_it() -> None:
    query, notes = understood(Asking(actor="الجيش السوري"))
    assert "syrian-arab-army" in query.actors and notes[0].startswith("Syrian Arab Army")
    assert understood(Asking(actor="people of the valley"))[0].actors == ("people of the valley",)


def test_a_source_is_asked_for_under_all_its_names() -> None:
    assert {"sana", "sana.sy", "SANA"} <= set(understood(Asking(source="وكالة سانا"))[0].sources)


@pytest.mark.parametrize(
    ("asking", "why"),
    [
        (Asking(near="1,2"), "no place of the registry"),
        (Asking(near="Kabul"), "write LAT,LON,KM"),
        (Asking(near="95,10,5"), "latitude comes first"),
        (Asking(near="Kabul,-3"), "write LAT,LON,KM"),
        (Asking(within="Nowhere-upon-Nothing"), "no place of the registry"),
        (Asking(near="Kabul,5", within="Khan Sheikhoun"), "not both"),
        (Asking(box="1,2,3"), "no box"),
        (Asking(box="1,60,2,50"), "no box on earth"),
        (Asking(since="2023-1-1"), "no day"),
        (Asking(since="2023-02-02", until="2023-02-01"), "before since"),
        (Asking(grade="splendid"), "no grade"),
        (Asking(event_type="party"), "no event type"),
        (Asking(review="maybe"), "no state of review"),
        (Asking(order="beauty"), "no order"),
        (Asking(contradiction="perhaps"), "yes or no"),
        (Asking(limit=0), "1 to 1000"),
        (Asking(text="x" * 600), "500 are the most"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_means_nothing_is_refused_in_one_sentence(asking: Asking, why: str) -> None:
    with pytest.raises(UnknownName, match=why):
        understood(asking)
