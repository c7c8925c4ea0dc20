"""The API answers what `tahqiq search`, `persons`, `inbox` and `history` tell, and says what is wrong in a sentence."""

from fastapi.testclient import TestClient

from tahqiq.ledger import Ledger, Query


def test_search_finds_as_the_command_does(desk: TestClient, filled_ledger: Ledger) -> None:
    whole = desk.get("/api/v1/search", params={"limit": "2"}).json()
    assert whole["total"] == filled_ledger.incidents(Query()).total and len(whole["incidents"]) <= 2
    found = desk.get("/api/v1/search", params={"within": "Syria", "language": "ar"}).json()
    assert found["understood"] == ["in Syria (country, SY)"]
    assert {i["place"]["country"] for i in found["incidents"]} == {"SY"}
    if whole["next"]:
        following = desk.get("/api/v1/search", params={"limit": "2", "after": whole["next"]}).json()
        assert not {i["id"] for i in following["incidents"]} & {i["id"] for i in whole["incidents"]}


def test_what_cannot_be_asked_is_a_bad_request_with_a_sentence(desk: TestClient) -> None:
    for given, said in (
        ({"near": "1,2"}, "no place of the registry"),
        ({"mood": "bad"}, "there are the parameters text, near"),
        ({"limit": "many"}, "many"),
        ({"after": "nonsense"}, "is no place in the order"),
    ):
        answer = desk.get("/api/v1/search", params=given)
        assert answer.status_code == 400 and said in answer.json()["problems"][0]
    assert desk.get("/api/v1/inbox", params={"kind": "letters"}).status_code == 400


def test_the_inbox_decisions_and_persons_are_answered(desk: TestClient, filled_ledger: Ledger) -> None:
    incident = filled_ledger.incidents(Query()).items[0].id
    assert desk.get(f"/api/v1/incidents/{incident}/decisions").json() == {"incident": incident, "decisions": []}
    assert {one["kind"] for one in desk.get("/api/v1/inbox").json()["waiting"]} <= {"unreviewed", "person"}
    assert desk.get("/api/v1/persons", params={"incident": incident}).json()["next"] is None
    assert desk.get("/api/v1/persons", params={"incident": "nowhere"}).status_code == 404
