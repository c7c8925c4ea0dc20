"""The words go to JSON and come back the same; content names itself."""

import datetime as dt
import json

import pytest

from tahqiq.model import Account, Casualty, Claim, Dated, Incident, Mention, Named, Place, Placed, Told, Toll, digest, from_json, to_json

MENTION = Mention(0, 4, "غارة", "ar/triggers/strike")
ACCOUNT = Account(
    "a1",
    "r1",
    "airstrike",
    MENTION,
    count=(2, None),
    date=Dated(MENTION, dt.date(2023, 7, 7), dt.date(2023, 7, 8), "interval"),
    place=Placed(MENTION, Place("Raqqa", "sy-raqqa", "SY", None, 35.95, 39.01), (Place("Raqqa", None),)),
    perpetrators=(Named(MENTION, "Russia", "russia", "government"),),
    weapons=("aircraft",),
    casualties=(Casualty(MENTION, "killed", "civilians", 24, None, "dozens"),),
    claims=(Claim(Named(MENTION, "SOHR"), "reports", via=(Named(MENTION, "AFP"),)),),
)
INCIDENT = Incident(
    "i1", "airstrike", ("a1",), ("r1",), ("ar", "ur"), start=dt.date(2023, 7, 7), values={"killed": (Told("1", "1", ("a1",)),)},
    tolls=(Toll("killed", "all", 1, 1, None, "lowest-accepted", ("a1",)),),
)  # fmt: skip


@pytest.mark.parametrize("value", [ACCOUNT, INCIDENT, MENTION], ids=["account", "incident", "mention"])
def test_values_come_back_from_json_as_they_were(value: object) -> None:
    assert from_json(type(value), json.loads(json.dumps(to_json(value)))) == value


def test_json_of_another_shape_is_refused_with_its_key() -> None:
    with pytest.raises(ValueError, match="start"):
        from_json(Mention, {"start": "four", "end": 5, "text": "x"})


def test_equal_content_has_one_name_and_other_content_another() -> None:
    assert digest("a", 1) == digest("a", 1)
    assert len({digest("a", 1), digest("a", 2), digest("a1"), digest(("a", 1))}) == 4
