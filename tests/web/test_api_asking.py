"""The API answers what the desk's pages and commands tell, protected by what a key is for, and says what is wrong in a sentence."""

import pytest
import working
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tahqiq.ledger import Ledger, Query
from tahqiq.review import people
from tahqiq.review.keys import SCOPES, new_key, withdraw_key

ADDRESS = "http://127.0.0.1:8765/api/v1"


def test_search_finds_as_the_command_does_and_goes_on_by_cursor(desk: TestClient, filled_ledger: Ledger) -> None:
    whole = desk.get("/api/v1/incidents", params={"limit": "1"}).json()
    assert whole["total"] == filled_ledger.incidents(Query()).total == 2 and len(whole["items"]) == 1
    following = desk.get("/api/v1/incidents", params={"limit": "1", "cursor": whole["next"]}).json()
    assert following["next"] is None and following["items"][0]["id"] != whole["items"][0]["id"]
    found = desk.get("/api/v1/incidents", params={"within": "Syria", "language": "ar"}).json()
    assert found["understood"] == ["in Syria (country, SY)"]
    assert {i["place"]["country"] for i in found["items"]} == {"SY"}


REFUSED = {
    "a place of no register": ("/incidents", {"near": "1,2"}, 422, "no place of the registry"),
    "a page too long": ("/incidents", {"limit": "many"}, 422, "limit"),
    "a cursor of nothing": ("/incidents", {"cursor": "nonsense"}, 400, "this cursor is none of this list"),
    "a cursor of another list": ("/reports", {"cursor": "aW5jaWRlbnRzfngK"}, 400, "this cursor is none of this list"),
    "a kind that does not wait": ("/inbox", {"kind": "letters"}, 422, "letters"),
    "an unknown incident": ("/incidents/nowhere", {}, 404, "nowhere"),
    "an unknown format": ("/exports/stone", {}, 404, "stone"),
    "a method that is none": ("/codebook", None, 405, "POST"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_told_as_a_problem_whose_type_is_documented(desk: TestClient, name: str) -> None:
    path, params, status, said = REFUSED[name]
    answer = desk.post(f"/api/v1{path}") if params is None else desk.get(f"/api/v1{path}", params=params)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = answer.json()
    assert told["status"] == status and said in told["detail"]
    assert desk.get(told["type"]).json()["status"] == status
    assert status != 405 or answer.headers["allow"] == "GET"


def test_an_address_that_is_asked_otherwise_than_documented_says_how_it_is_asked(desk: TestClient) -> None:
    for path, operations in desk.get("/api/v1/openapi.json").json()["paths"].items():
        for method in {"get", "put", "post", "delete", "patch"} - set(operations):
            answer = desk.request(method, path.replace("{", "").replace("}", ""))
            allowed = {name.strip().lower() for name in answer.headers.get("allow", "").split(",")}
            assert (answer.status_code, allowed) == (405, set(operations)), f"{method} {path}"


def test_every_field_and_parameter_says_what_it_means_and_none_is_anything(desk: TestClient) -> None:
    told = desk.get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    for name, shape in told["components"]["schemas"].items():
        for field, value in shape.get("properties", {}).items():
            assert value.get("description") or "const" in value or "$ref" in value, f"{name}.{field}"
            assert set(value) - {"description", "title", "default"}, f"{name}.{field} is anything"
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"] and operation["tags"], f"{method} {path}"
            unsaid = [one["name"] for one in operation.get("parameters", ()) if not one.get("description")]
            assert not unsaid, f"{method} {path}: {unsaid}"


def test_every_resource_is_answered(desk: TestClient, filled_ledger: Ledger) -> None:
    one = "/api/v1/incidents/i-strike"
    assert desk.get(one).json()["id"] == "i-strike"
    (account, *_) = desk.get("/api/v1/accounts", params={"incident": "i-strike"}).json()["items"]
    assert desk.get(f"/api/v1/accounts/{account['id']}").json() == account
    assert desk.get(f"/api/v1/reports/{account['report']}").json()["id"] == account["report"]
    assert {one["account"] for one in desk.get("/api/v1/claims", params={"incident": "i-strike"}).json()["items"]}
    for path in ("links", "decisions", "notes", "persons"):
        assert "items" in desk.get(f"{one}/{path}").json()
    for path in ("persons", "sources", "figures", "inbox", "exports", "searches", "keys", "problems", "changes", "tallies/place"):
        assert "items" in desk.get(f"/api/v1/{path}").json(), path
    (aleppo, *_) = desk.get("/api/v1/places", params={"name": "حلب"}).json()["items"]
    assert desk.get(f"/api/v1/places/{aleppo['id']}").json() == aleppo
    (actor, *_) = desk.get("/api/v1/actors", params={"name": "ISIS"}).json()["items"]
    assert desk.get(f"/api/v1/actors/{actor['id']}").json() == actor
    assert desk.get("/api/v1/codebook").json()["event_types"]["airstrike"]["label"]["ar"]
    written = desk.get("/api/v1/exports/csv", params={"country": "SY"})
    assert written.status_code == 200 and "incidents%20written" in written.headers["tahqiq-loss"]


def test_an_answer_that_is_known_is_not_sent_again(desk: TestClient) -> None:
    first = desk.get("/api/v1/incidents/i-strike")
    tag = first.headers["etag"]
    again = desk.get("/api/v1/incidents/i-strike", headers={"if-none-match": f'W/"x", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert desk.get("/api/v1/incidents/i-strike", headers={"if-match": '"another"'}).status_code == 412
    assert desk.get("/api/v1/incidents/i-rockets").headers["etag"] != tag


# -- keys -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def own(whole, tmp_path):  # type: ignore[no-untyped-def]
    ledger, app = working.copy(whole, tmp_path / "own")
    yield ledger, app
    ledger.close()


def program(app: FastAPI, ledger: Ledger, who: str, *scopes: str) -> TestClient:
    """A program that holds a key of this user for these scopes."""
    held = new_key(ledger, who, "a program", scopes)[1]
    return TestClient(app, base_url=ADDRESS, headers={"authorization": f"Bearer {held}"})


def first(ledger: Ledger) -> str:
    return ledger.incidents(Query(text="Homs")).items[0].id


MAY = {
    "read": {"/incidents": 200, "/reports": 200, "/persons": 200, "/persons?name=a": 403, "/inbox": 403, "/users": 403, "/keys": 200},
    "read:protected": {"/incidents": 200, "/persons?name=a": 200, "/inbox": 200, "/users": 403, "/exports/csv?policy=internal": 200},
    "write:documents": {"/incidents": 403, "/reports": 403, "/changes": 403, "/users": 403},
    "decide": {"/incidents": 403, "/inbox": 403, "/users": 403},
    "admin": {"/incidents": 403, "/users": 200, "/keys": 403},
}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_opens_what_it_is_for_and_nothing_else(own: tuple[Ledger, FastAPI], scope: str) -> None:
    asking = program(own[1], own[0], "Admin 1", scope)
    assert {path: asking.get(path).status_code for path in MAY[scope]} == MAY[scope]


def test_a_key_is_kept_as_a_digest_and_opens_nothing_once_withdrawn_or_its_user_is_out(own: tuple[Ledger, FastAPI]) -> None:
    ledger, app = own
    key, held = new_key(ledger, "Coder 1", "nightly", ["read"], by="test")
    asking = TestClient(app, base_url=ADDRESS, headers={"authorization": f"Bearer {held}"})
    assert asking.get("/incidents").status_code == 200 and ledger.keys.get(key.id).used
    assert held.encode() not in b"".join(ledger.copy_out())
    people.set_active(ledger, "Coder 1", False)
    assert asking.get("/incidents").status_code == 401
    people.set_active(ledger, "Coder 1", True)
    withdraw_key(ledger, key.id)
    refused = asking.get("/incidents")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Bearer realm="tahqiq"')
    assert {entry.what for entry in ledger.people.entries()} >= {"key made", "key withdrawn"}
    assert asking.get("http://127.0.0.1:8765/incidents", follow_redirects=False).status_code == 303


def test_no_key_does_more_than_its_users_role(own: tuple[Ledger, FastAPI]) -> None:
    ledger, app = own
    with pytest.raises(people.NotAllowed, match="asks for more"):
        new_key(ledger, "Reader 1", "x", ["decide"])
    asking = program(app, ledger, "Coder 1", "read", "decide")
    asked = {"act": "publish", "incident": first(ledger), "why": "checked"}
    assert asking.post("/decisions", json=asked).status_code == 403
    assert asking.post("/keys", json={"name": "y", "scopes": ["read"]}).status_code == 403


def test_without_the_scope_names_words_and_exact_places_stay_at_the_desk(desk: TestClient, own: tuple[Ledger, FastAPI]) -> None:
    ledger, app = own
    bare, whole = program(app, ledger, "Reader 1", "read"), program(app, ledger, "Reader 1", "read:protected")
    (report, *_) = whole.get("/reports").json()["items"]
    assert report["text"] and bare.get(f"/reports/{report['id']}").json()["text"] == ""
    assert bare.get("/pages/incidents").status_code in (401, 403) or "items" not in bare.get("/pages/incidents").json()
    exact = {i["id"]: i["place"]["lat"] for i in whole.get("/incidents").json()["items"] if i["place"] and i["place"]["lat"]}
    coarse = {i["id"]: i["place"]["lat"] for i in bare.get("/incidents").json()["items"] if i["id"] in exact}
    assert all(abs(exact[name] - lat) < 0.06 and lat == round(lat, 3) for name, lat in coarse.items())


# -- deciding ---------------------------------------------------------------------------------------------------------


def test_a_program_decides_as_the_desk_does_and_takes_back(own: tuple[Ledger, FastAPI]) -> None:
    ledger, app = own
    asking = program(app, ledger, "Editor 1", "read:protected", "decide")
    name = first(ledger)
    made = asking.post("/decisions", json={"act": "publish", "incident": name, "why": "checked"})
    assert made.status_code == 201 and made.json()["who"] == "Editor 1"
    public = made.json()["facts"]["public_id"]
    assert asking.get(f"/incidents/{public}").json()["review"] == "published"
    back = asking.post("/decisions", json={"act": "take_back", "decision": made.json()["id"], "why": "not yet"})
    assert back.status_code == 201 and back.json()["facts"]["takes_back"] == made.json()["id"]
    states = [(e["decision"]["kind"], e["state"]) for e in asking.get(f"/incidents/{name}/decisions").json()["items"]]
    assert ("published", "taken back") in states
    assert asking.post(f"/incidents/{name}/notes", json={"text": "a second list"}).status_code == 201
    assert [note["text"] for note in asking.get(f"/incidents/{name}/notes").json()["items"]] == ["a second list"]


def test_every_act_of_the_desk_can_be_asked_for(own: tuple[Ledger, FastAPI]) -> None:
    ledger, app = own
    asking = program(app, ledger, "Editor 1", "read:protected", "decide")
    one, two = (ledger.incidents(Query(text=word)).items[0].id for word in ("Homs", "Azaz"))
    account = ledger.incident(one).accounts[0]
    acts = [
        {"act": "accept", "incident": one},
        {"act": "grade", "incident": one, "grade": "fair"},
        {"act": "correct", "account": account, "slot": "killed", "words": "4 civilians"},
        {"act": "apart", "incident": one, "other": two},
        {"act": "merge", "incidents": [one, two]},
    ]
    told = [asking.post("/decisions", json=act | {"why": "seen"}) for act in acts]
    assert [answer.status_code for answer in told] == [201] * len(acts), [a.text for a in told]
    assert told[2].json()["facts"]["to"] == [{"who": "civilian", "min": 4, "max": 4}] or told[2].json()["facts"]["to"]
    merged = ledger.incident(one)
    split = asking.post("/decisions", json={"act": "split", "incident": merged.id, "accounts": [account], "why": "two"})
    assert split.status_code == 201, split.text
    assert asking.post("/decisions", json={"act": "reject", "account": account, "why": "an exercise"}).status_code == 201
    for wrong in (
        {"act": "accept", "incident": "nowhere"},
        {"act": "grade", "incident": two, "grade": "A"},
        {"act": "dance"},
        {"act": "accept"},
    ):
        assert asking.post("/decisions", json={**wrong, "why": "x"}).status_code == 422, wrong


def test_what_is_asked_for_twice_under_one_word_is_decided_once(own: tuple[Ledger, FastAPI]) -> None:
    ledger, app = own
    asking = program(app, ledger, "Editor 1", "read:protected", "decide")
    asked = {"act": "accept", "incident": first(ledger), "why": "seen"}
    told = [asking.post("/decisions", json=asked, headers={"idempotency-key": "one"}) for _ in range(3)]
    assert len({answer.text for answer in told}) == 1 and len([*ledger.decisions()]) == 1
    assert asking.post("/decisions", json=asked | {"why": "x"}, headers={"idempotency-key": "one"}).status_code == 409
    assert asking.post("/decisions", json=asked, headers={"idempotency-key": "two"}).json()["id"] != told[0].json()["id"]


def test_a_decision_on_a_state_that_is_no_more_is_refused(own: tuple[Ledger, FastAPI]) -> None:
    ledger, app = own
    asking = program(app, ledger, "Editor 1", "read:protected", "decide")
    name = first(ledger)
    seen = asking.get(f"/incidents/{name}").headers["etag"]
    asked = {"act": "accept", "incident": name, "why": "seen"}
    assert asking.post("/decisions", json=asked, headers={"if-match": seen}).status_code == 201
    assert asking.post("/decisions", json=asked, headers={"if-match": seen}).status_code == 412
    assert len([*ledger.decisions()]) == 1


def test_a_browser_changes_nothing_without_the_word_of_its_own_pages(own: tuple[Ledger, FastAPI]) -> None:
    worker = working.Worker(own[1], own[0], "Editor 1")
    asked = {"act": "accept", "incident": first(own[0]), "why": "seen"}
    assert worker.client.post("/api/v1/decisions", json=asked).status_code == 403
    csrf = worker.client.get("/api/v1/session").json()["csrf"]
    foreign = {"x-csrf-token": csrf, "origin": "https://evil.example"}
    assert worker.client.post("/api/v1/decisions", json=asked, headers=foreign).status_code == 403
    assert worker.client.post("/api/v1/decisions", json=asked, headers={"x-csrf-token": csrf}).status_code == 201


def test_searches_and_keys_of_ones_own_come_and_go(own: tuple[Ledger, FastAPI]) -> None:
    worker = working.Worker(own[1], own[0], "Coder 1")
    word = {"x-csrf-token": worker.client.get("/api/v1/session").json()["csrf"]}
    client = worker.client
    assert client.put("/api/v1/searches/Homs", json={"address": "/incidents?text=Homs"}, headers=word).status_code == 200
    assert [one["name"] for one in client.get("/api/v1/searches").json()["items"]] == ["Homs"]
    assert client.delete("/api/v1/searches/Homs", headers=word).status_code == 200
    assert client.delete("/api/v1/searches/Homs", headers=word).status_code == 404
    made = client.post("/api/v1/keys", json={"name": "mine", "scopes": ["read"], "days": 2}, headers=word)
    assert made.status_code == 201 and made.json()["held"].startswith("tq_")
    name = made.json()["key"]["id"]
    assert "held" not in client.get("/api/v1/keys").text
    assert client.delete(f"/api/v1/keys/{name}", headers=word).json()["withdrawn"]
    assert client.delete(f"/api/v1/keys/{name}", headers=word).status_code == 409
    other = working.Worker(own[1], own[0], "Coder 2")
    theirs = {"x-csrf-token": other.client.get("/api/v1/session").json()["csrf"]}
    assert other.client.delete(f"/api/v1/keys/{name}", headers=theirs).status_code == 404


def test_changes_go_on_from_where_one_was_and_say_why(own: tuple[Ledger, FastAPI]) -> None:
    ledger, app = own
    asking = program(app, ledger, "Editor 1", "read:protected", "decide")
    told = asking.get("/changes", params={"limit": 2}).json()
    seen = [change["incident"] for change in told["items"]]
    while not told["is_all"]:
        told = asking.get("/changes", params={"limit": 2, "since": told["next"]}).json()
        seen += [change["incident"] for change in told["items"]]
    assert len(seen) == ledger.incidents().total
    assert asking.get("/changes", params={"since": told["next"]}).json()["items"] == []
    made = asking.post("/decisions", json={"act": "publish", "incident": seen[0], "why": "checked"}).json()
    (change,) = asking.get("/changes", params={"since": told["next"], "what": "published"}).json()["items"]
    assert (change["incident"], change["because"]["decided"]) == (seen[0], [made["id"]])
    assert asking.get("/changes", params={"since": "x"}).status_code == 400


def test_keys_of_ones_own_are_made_and_withdrawn_on_the_account_page(own: tuple[Ledger, FastAPI]) -> None:
    ledger, app = own
    worker = working.Worker(app, ledger, "Coder 1")
    page = worker.post("/account/keys", 200, called="nightly", scope=["read", "write:documents"], days="30")
    held = page.partition("tq_")[2].partition("<")[0]
    asking = TestClient(app, base_url=ADDRESS, headers={"authorization": f"Bearer tq_{held}"})
    assert asking.get("/incidents").status_code == 200
    shown = worker.get("/account")
    assert "nightly" in shown and held not in shown
    (key,) = ledger.keys.all("Coder 1")
    assert (key.scopes, bool(key.until)) == (("read", "write:documents"), True)
    assert working.Worker(app, ledger, "Coder 2").post("/account/keys", 403, do="withdraw", key=key.id)
    assert worker.post("/account/keys", do="withdraw", key=key.id) == "/account"
    assert asking.get("/incidents").status_code == 401
    assert "asks for more" in worker.post("/account/keys", 400, called="x", scope=["admin"])
