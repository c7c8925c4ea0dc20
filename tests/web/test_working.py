"""Work on the desk without scripts: signing in, roles, every decision by a form, and what hostile requests come to."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import working
from fastapi import FastAPI
from fastapi.routing import APIRoute
from working import PASSWORD, USERS, Worker, plain

from tahqiq import review
from tahqiq.ledger import Ledger
from tahqiq.model import Account
from tahqiq.review import people

CHANGES = (
    "/decisions",
    "/errors",
    "/notes",
    "/held",
    "/searches",
    "/users",
    "/account/password",
    "/account/keys",
    "/sign-out",
    "/coding",
    "/coding/{item}",
    "/items",
    "/admin/names",
    "/admin/jobs",
)
PAGES = ("/today", "/inbox", "/incidents", "/sources", "/account")


@pytest.fixture
def desk(whole: Path, tmp_path: Path) -> Iterator[tuple[Ledger, FastAPI]]:
    made = working.copy(whole, tmp_path / "desk")
    yield made
    made[0].close()


@pytest.fixture
def ledger(desk: tuple[Ledger, FastAPI]) -> Ledger:
    return desk[0]


def by(desk: tuple[Ledger, FastAPI], name: str = "") -> Worker:
    return Worker(desk[1], desk[0], name)


def account(ledger: Ledger, report: str) -> Account:
    """The account of the report whose text begins so."""
    text = next(text for name, _, text in working.REPORTS if name == report)
    return next(a for r in ledger.reports() if r.text.startswith(text[:30]) for a in ledger.accounts_of_reports([r.id]))


def home(ledger: Ledger, report: str) -> str:
    return ledger.incidents_of_accounts([account(ledger, report).id])[0].id


# -- the door ---------------------------------------------------------------------------------------------------------


def test_with_users_a_stranger_is_led_to_the_sign_in_page_and_back(desk: tuple[Ledger, FastAPI]) -> None:
    stranger = by(desk)
    answer = stranger.client.get("/inbox?kind=person")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Finbox%3Fkind%3Dperson")
    assert stranger.client.get("/api/v1/pages/incidents").status_code == 401
    assert stranger.client.get("/health").status_code == 200


def sign_in(worker: Worker, name: str, password: str, status: int, **more: str) -> str:
    page = worker.get("/sign-in")
    word = re.search(r'name="csrf" value="(\w+)"', page)
    assert word
    return worker.post("/sign-in", status, csrf=word[1], name=name, password=password, **more)


def test_a_session_planted_before_signing_in_is_worth_nothing_after(desk: tuple[Ledger, FastAPI]) -> None:
    worker = by(desk)
    worker.client.cookies.set("tahqiq_session", planted := "a" * 43, domain="127.0.0.1", path="/")
    assert sign_in(worker, "Coder 1", PASSWORD, 303, next="/inbox") == "/inbox"
    held = {cookie.value for cookie in worker.client.cookies.jar if cookie.name == "tahqiq_session"}
    fresh = held - {planted}
    assert len(fresh) == 1 and people.visitor(desk[0], planted) is None
    assert people.visitor(desk[0], fresh.pop())
    assert planted not in desk[0].people.entries()[0].told


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(desk: tuple[Ledger, FastAPI]) -> None:
    answer = by(desk).client.get("/sign-in")
    told = answer.headers["set-cookie"].lower()
    assert "httponly" in told and "samesite=lax" in told and answer.headers["cache-control"] == "no-store"


def test_wrong_sign_ins_say_the_same_of_names_that_are_and_are_not_and_then_must_wait(desk: tuple[Ledger, FastAPI]) -> None:
    told = {plain(sign_in(by(desk), name, "wrong " * 3, 403)).replace(name, "") for name in ("Coder 1", "Coder 9")}
    assert len({re.sub(r"\W+", " ", text) for text in told}) == 1
    for _ in range(people.FREE_BY_NAME - 1):
        desk[0].people.note_entry(people.Entry(people._later(0), "refused", "Coder 1", "elsewhere"))
    page = sign_in(by(desk), "Coder 1", PASSWORD, 429)
    assert "Try again in" in plain(page)
    assert sign_in(by(desk), "Coder 2", PASSWORD, 303)


def test_a_second_factor_is_asked_for_and_its_code_is_taken_once(ledger: Ledger) -> None:
    address = people.set_totp(ledger, "Coder 1", True)
    secret = re.search(r"secret=(\w+)", address)
    assert secret
    with pytest.raises(people.NotAllowed):
        people.sign_in(ledger, "Coder 1", PASSWORD)
    import time

    code = people.totp(secret[1], int(time.time()) // people.STEP_S)
    assert people.sign_in(ledger, "Coder 1", PASSWORD, code)[0].name == "Coder 1"
    with pytest.raises(people.NotAllowed):
        people.sign_in(ledger, "Coder 1", PASSWORD, code)


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, to six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [people.totp(secret, at // 30) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_an_address_signs_in_once(desk: tuple[Ledger, FastAPI]) -> None:
    word = people.once(desk[0], "Editor 1")
    assert sign_in(by(desk), "", "", 303, once=word) == "/today"
    assert "was used" in plain(sign_in(by(desk), "", "", 403, once=word))


def test_who_is_shut_out_is_out_at_once_and_what_they_decided_stays(desk: tuple[Ledger, FastAPI]) -> None:
    coder, admin = by(desk, "Coder 1"), by(desk, "Admin 1")
    coder.decide("accept", incident=home(desk[0], "car"), back="/inbox")
    admin.post("/users", do="shut", name="Coder 1")
    coder.get("/inbox", status=303)
    assert [d.who for d in desk[0].decisions()] == ["Coder 1"]


def test_a_new_password_ends_every_other_session(desk: tuple[Ledger, FastAPI]) -> None:
    here, there = by(desk, "Coder 1"), by(desk, "Coder 1")
    new = "other plain words here"
    here.post("/account/password", old=PASSWORD, new=new, again=new)
    there.get("/inbox", status=303)
    with pytest.raises(people.NotAllowed):
        people.sign_in(desk[0], "Coder 1", PASSWORD)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "A Person 77"])
def test_passwords_that_are_guessed_first_are_refused(ledger: Ledger, password: str) -> None:
    with pytest.raises(people.LedgerConflict):
        people.add_user(ledger, "A Person 77", "coder", password)


@pytest.mark.parametrize("name", ["", "two\u202eeno", "a\u200bb", "x" * 101])
def test_names_that_could_be_taken_for_others_are_refused(ledger: Ledger, name: str) -> None:
    with pytest.raises(people.LedgerConflict):
        people.add_user(ledger, name, "coder", PASSWORD)


# -- hostile requests -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("word", ["", "0" * 64])
def test_no_change_is_made_without_the_word_of_this_browser(desk: tuple[Ledger, FastAPI], path: str, word: str) -> None:
    by(desk, "Admin 1").post(path, 403, csrf=word, act="accept", incident=home(desk[0], "car"), text="x", name="Coder 1", do="shut")
    assert not [*desk[0].decisions()] and desk[0].people.get("Coder 1").is_active


def test_no_way_to_change_anything_is_left_out_of_these_tests(desk: tuple[Ledger, FastAPI]) -> None:
    def posts(routes: list[object]) -> Iterator[str]:
        for route in routes:
            if isinstance(route, APIRoute) and "POST" in route.methods:
                yield route.path
            yield from posts(getattr(getattr(route, "original_router", None), "routes", []))

    of_programs = {"/documents", "/decisions", "/keys", "/incidents/{incident}/notes"}  # tests/web/test_api_asking.py
    of_programs |= {"/public/incidents/{public_id}/errors"}  # of anybody: tests/web/test_public.py
    of_programs |= {"/comparisons"}  # takes a file, has tests of its own
    assert set(posts(desk[1].routes)) - of_programs == {*CHANGES, "/sign-in"} - of_programs


def test_the_word_of_another_user_is_no_good(desk: tuple[Ledger, FastAPI]) -> None:
    one, other = by(desk, "Coder 1"), by(desk, "Coder 2")
    one.decide("accept", 403, csrf=people.csrf(other.token), incident=home(desk[0], "car"))


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}])
def test_forms_of_other_sites_are_refused_whatever_word_they_carry(desk: tuple[Ledger, FastAPI], headers: dict[str, str]) -> None:
    worker = by(desk, "Coder 1")
    data = {"csrf": people.csrf(worker.token), "act": "accept", "incident": home(desk[0], "car")}
    assert worker.client.post("/decisions", data=data, headers=headers).status_code == 403
    assert not [*desk[0].decisions()]


def test_oversized_and_strange_bodies_are_refused(desk: tuple[Ledger, FastAPI]) -> None:
    worker = by(desk, "Coder 1")
    worker.post("/notes", 413, text="x" * 200_000, incident="y")
    assert worker.client.post("/notes", json={"text": "x"}).status_code == 415
    assert (
        worker.client.post("/notes", content=b"\xff" * 40, headers={"content-type": "application/x-www-form-urlencoded"}).status_code == 400
    )


MAY = {
    "accept": "coder", "reject": "coder", "merge": "coder", "apart": "coder", "split": "coder", "correct": "coder", "grade": "editor",
    "publish": "editor",
}  # fmt: skip


@pytest.mark.parametrize("act", MAY)
@pytest.mark.parametrize("name", [*USERS, ""])
def test_a_role_may_do_what_it_may_and_no_more(desk: tuple[Ledger, FastAPI], act: str, name: str) -> None:
    worker = by(desk, name)
    one, other = home(desk[0], "car"), home(desk[0], "shells")
    fields = {
        "incident": [one, other] if act in ("merge", "accept") else one, "other": other if act == "apart" else "", "why": "seen",
        "account": account(desk[0], "strike" if act == "split" else "car").id, "slot": "killed", "words": "3", "grade": "fair",
    }  # fmt: skip
    if act == "split":
        fields["incident"] = home(desk[0], "strike")
    is_allowed = name and people.ROLES.index(USERS[name]) >= people.ROLES.index(MAY[act])
    if not name:
        worker.post("/decisions", 303, act=act, **fields)
    elif is_allowed and act == "split" and home(desk[0], "strike") != home(desk[0], "strike-ar"):
        worker.decide(act, 409, **fields)  # one account alone
    else:
        worker.decide(act, 303 if is_allowed else 403, **fields)
    assert bool([*desk[0].decisions()]) == bool(is_allowed) or act == "split"


def test_a_coder_takes_back_their_own_decisions_and_an_editor_those_of_others(desk: tuple[Ledger, FastAPI]) -> None:
    by(desk, "Coder 1").decide("accept", incident=home(desk[0], "car"))
    by(desk, "Coder 2").decide("accept", incident=home(desk[0], "shells"))
    mine, theirs = (d.id for d in desk[0].decisions())
    by(desk, "Coder 1").decide("take_back", 403, decision=theirs)
    by(desk, "Reader 1").decide("take_back", 403, decision=mine)
    by(desk, "Coder 1").decide("take_back", decision=mine)
    by(desk, "Editor 1").decide("take_back", decision=theirs)
    assert {i.review for i in desk[0].incidents().items} == {"proposed"}


def test_a_coder_cannot_withdraw_what_an_editor_published(desk: tuple[Ledger, FastAPI]) -> None:
    by(desk, "Editor 1").decide("publish", incident=home(desk[0], "car"), why="checked")
    (published,) = desk[0].decisions()
    by(desk, "Coder 1").decide("take_back", 403, decision=published.id)
    assert desk[0].incident(home(desk[0], "car")).review == "published"


def test_only_an_admin_sees_and_changes_users(desk: tuple[Ledger, FastAPI]) -> None:
    for name in ("Reader 1", "Coder 1", "Editor 1"):
        by(desk, name).get("/users", status=403)
        by(desk, name).post("/users", 403, do="role", name=name, role="admin")
    admin = by(desk, "Admin 1")
    admin.post("/users", 400, do="role", name="Admin 1", role="reader")
    admin.post("/users", do="role", name="Coder 1", role="editor")
    assert desk[0].people.get("Coder 1").role == "editor" and "Coder 1" in admin.get("/users")


def test_nobody_takes_away_what_another_holds_but_an_editor(desk: tuple[Ledger, FastAPI]) -> None:
    incident = home(desk[0], "car")
    by(desk, "Coder 1").post("/held", incident=incident, do="hold", back="/inbox")
    by(desk, "Coder 2").post("/held", incident=incident, do="hold", back="/inbox")
    by(desk, "Coder 2").post("/held", 403, incident=incident, do="hold", whom="Coder 1", back="/inbox")
    assert [one.who for one in desk[0].people.holding()] == ["Coder 1"]
    by(desk, "Editor 1").post("/held", incident=incident, do="hold", whom="Coder 2", back="/inbox")
    assert [one.who for one in desk[0].people.holding()] == ["Coder 2"]


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "/ok\r\nset-cookie: x=1", "javascript:alert(1)"]
)
def test_no_form_leads_off_the_desk(desk: tuple[Ledger, FastAPI], back: str) -> None:
    where = by(desk, "Coder 1").post("/held", incident=home(desk[0], "car"), back=back)
    assert where.startswith("/inbox")
    assert sign_in(by(desk), "Coder 1", PASSWORD, 303, next=back) == "/today"


def test_searches_of_others_can_be_neither_seen_nor_dropped(desk: tuple[Ledger, FastAPI]) -> None:
    one, other = by(desk, "Coder 1"), by(desk, "Coder 2")
    one.post("/searches", name="my search", address="/incidents?country=SY", back="/today")
    assert "my search" in one.get("/today") and "my search" not in other.get("/today")
    other.post("/searches", do="drop", name="my search", back="/today")
    assert "my search" in one.get("/today")
    one.post("/searches", 400, name="x", address="/users", back="/today")


@pytest.mark.parametrize("language", ["en", "ar", "ur", "fa"])
def test_hostile_words_stay_words_on_every_page_of_work(desk: tuple[Ledger, FastAPI], language: str) -> None:
    ledger, editor = desk[0], by(desk, "Editor 1")
    incident, words = home(ledger, "hostile"), working.HOSTILE
    editor.post("/notes", incident=incident, text=words, back="/inbox")
    editor.post("/searches", name=words, address="/incidents?text=%3Cscript%3E", back="/today")
    editor.decide("correct", incident=incident, account=account(ledger, "hostile").id, slot="targets", words=words, why=words)
    where = editor.decide("grade", incident=home(ledger, "hostile"), grade="fair", why=words, back=f"/incidents/{incident}")
    pages = (*PAGES, where, f"/incidents/{home(ledger, 'hostile')}?do=%22%3E%3Cscript%3E", f"/reports/{account(ledger, 'hostile').report}")
    for path in (*pages, "/inbox?kind=%3Cscript%3E&whose=%22&at=%3C", "/today?did=%3Cscript%3E", "/sign-in?next=%22%3E%3Cscript%3E"):
        html = editor.client.get(path, headers={"accept-language": language}).text
        assert "<script>document" not in html and "<img src=x" not in html and '"><script>' not in html, path
        assert re.findall(r"<script(?! type=\"(?:module|application/json)\")", html) == []


# -- deciding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar", "ur", "fa"])
@pytest.mark.parametrize("name", ["Reader 1", "Admin 1"])
def test_every_page_of_work_is_there_in_every_language(desk: tuple[Ledger, FastAPI], language: str, name: str) -> None:
    worker = by(desk, name)
    for path in (*PAGES, *(f"/inbox?kind={kind}" for kind in review.KINDS), f"/incidents/{home(desk[0], 'strike')}"):
        html = worker.get(path, language)
        assert ("decisions" in html) == (name == "Admin 1") or path not in ("/inbox",)


def test_the_inbox_puts_harm_and_doubt_first_and_says_why(desk: tuple[Ledger, FastAPI]) -> None:
    html = by(desk, "Coder 1").get("/inbox")
    order = re.findall(r'name="incident" value="([^"]+)"', html)
    assert len(order) == desk[0].incidents().total
    scores = [review_need(desk[0], name) for name in order]
    assert scores == sorted(scores, reverse=True)
    assert "told by one alone" in plain(html)


def review_need(ledger: Ledger, name: str) -> float:
    from tahqiq.review.needing import need

    return need(ledger.incident(name)).score


def test_several_are_accepted_at_once_and_taken_back_at_once(desk: tuple[Ledger, FastAPI]) -> None:
    coder = by(desk, "Coder 1")
    chosen = [home(desk[0], "car"), home(desk[0], "shells")]
    where = coder.decide("accept", incident=chosen, back="/inbox", at="1")
    assert {desk[0].incident(name).review for name in chosen} == {"reviewed"} and "at=1" in where
    page = coder.get(where)
    ids = re.findall(r'name="decision" value="(\w+)"', page)
    assert "Done:" in plain(page) and len(ids) == 2
    coder.decide("take_back", decision=ids, back="/inbox")
    assert {desk[0].incident(name).review for name in chosen} == {"proposed"}


def test_two_are_merged_and_the_old_address_leads_to_the_one(desk: tuple[Ledger, FastAPI]) -> None:
    coder, one, other = by(desk, "Coder 1"), home(desk[0], "car"), home(desk[0], "shells")
    where = coder.decide("merge", incident=one, other=other, back=f"/incidents/{one}")
    assert home(desk[0], "car") == home(desk[0], "shells")
    assert where.startswith(f"/incidents/{home(desk[0], 'car')}?did=") and coder.get(where)
    gone = next(name for name in (one, other) if name != home(desk[0], "car"))
    assert coder.client.get(f"/incidents/{gone}?lang=en").headers["location"].startswith(f"/incidents/{home(desk[0], 'car')}?")


def test_a_place_is_corrected_on_the_very_words_that_were_selected(desk: tuple[Ledger, FastAPI]) -> None:
    coder, told = by(desk, "Coder 1"), account(desk[0], "shells")
    text = desk[0].report(told.report).text
    at = text.index("Rastan")
    fields = {"account": told.id, "slot": "place", "words": "Rastan, 34.92, 36.73", "on": "Rastan", "why": "where the shells fell"}
    coder.decide("correct", span=f"{at}-{at + 6}", back=f"/reports/{told.report}", **fields)
    (found,) = desk[0].accounts_of([told.id])
    assert found.place and (found.place.mention.start, found.place.mention.text) == (at, "Rastan")
    page = plain(coder.get(f"/reports/{told.report}"))
    assert "by a person's decision" in page.replace("&#39;", "'")


def test_a_span_that_holds_other_words_than_those_sent_is_not_believed(desk: tuple[Ledger, FastAPI]) -> None:
    told = account(desk[0], "shells")
    fields = {"account": told.id, "slot": "place", "words": "Rastan, 34.92, 36.73", "on": "Rastan", "why": "x"}
    by(desk, "Coder 1").decide("correct", span="0-6", **fields)
    (found,) = desk[0].accounts_of([told.id])
    assert found.place and found.place.mention.text == "Rastan"


def test_a_value_told_elsewhere_is_taken_over(desk: tuple[Ledger, FastAPI]) -> None:
    coder, told = by(desk, "Coder 1"), account(desk[0], "strike-ar")
    page = coder.get(f"/incidents/{home(desk[0], 'strike-ar')}")
    values = re.findall(r'<option value="(killed=[^"]+)"', page)
    assert values
    coder.decide("correct", account=told.id, told="killed=3 civilians", slot="date", words="", why="three by name")
    assert [(c.min, c.who) for c in desk[0].accounts_of([told.id])[0].casualties if c.effect == "killed"] == [(3, "civilians")]


def test_what_cannot_be_decided_is_told_in_one_sentence_and_nothing_is_kept(desk: tuple[Ledger, FastAPI]) -> None:
    coder = by(desk, "Coder 1")
    page = coder.decide("correct", 409, account=account(desk[0], "car").id, slot="killed", words="many", why="x")
    assert "is no count" in plain(page) and not [*desk[0].decisions()]
    coder.decide("accept", 409)
    coder.decide("explode", 400)


def test_the_history_of_an_incident_says_everything_and_takes_back_beside_it(desk: tuple[Ledger, FastAPI]) -> None:
    editor, incident = by(desk, "Editor 1"), home(desk[0], "car")
    editor.decide("grade", incident=incident, grade="fair", why="two films")
    editor.decide("publish", incident=incident, why="checked by two")
    page = plain(editor.get(f"/incidents/{incident}"))
    assert "two films" in page and "checked by two" in page and "Withdraw" in page
    (graded, _) = desk[0].decisions()
    editor.decide("take_back", decision=graded.id, why="a mistake", back=f"/incidents/{incident}")
    assert "taken back by Editor 1" in plain(editor.get(f"/incidents/{incident}"))


def test_a_grade_has_no_usual_reason(desk: tuple[Ledger, FastAPI]) -> None:
    by(desk, "Editor 1").decide("grade", 409, incident=home(desk[0], "car"), grade="fair", why="  ")


def test_rejecting_all_of_an_incident_leads_to_the_inbox(desk: tuple[Ledger, FastAPI]) -> None:
    incident = home(desk[0], "car")
    assert by(desk, "Coder 1").decide("reject", incident=incident, back=f"/incidents/{incident}").startswith("/inbox?did=")
    assert not desk[0].incidents_of_accounts([account(desk[0], "car").id])


def test_a_report_says_which_of_its_accounts_was_rejected_until_that_is_taken_back(desk: tuple[Ledger, FastAPI]) -> None:
    coder, told = by(desk, "Coder 1"), account(desk[0], "car")
    coder.decide("reject", account=told.id, why="a drill")
    assert "Rejected by Coder 1: a drill" in plain(coder.get(f"/reports/{told.report}"))
    (decision,) = desk[0].decisions()
    coder.decide("take_back", decision=decision.id)
    assert "Rejected by" not in plain(coder.get(f"/reports/{told.report}"))


def test_notes_stay_with_the_incident_when_it_is_merged(desk: tuple[Ledger, FastAPI]) -> None:
    coder = by(desk, "Coder 1")
    coder.post("/notes", incident=home(desk[0], "car"), text="ask the hospital", back="/inbox")
    coder.decide("merge", incident=[home(desk[0], "car"), home(desk[0], "shells")])
    assert "ask the hospital" in coder.get(f"/incidents/{home(desk[0], 'shells')}")


def test_a_desk_without_users_is_read_here_and_changed_by_nobody(desk: tuple[Ledger, FastAPI]) -> None:
    for name in USERS:
        people.set_active(desk[0], name, False)
    stranger = by(desk)
    assert "/decisions" not in stranger.get(f"/incidents/{home(desk[0], 'car')}") and stranger.get("/today")
    assert stranger.client.post("/decisions", data={"csrf": "", "act": "accept", "incident": home(desk[0], "car")}).status_code == 403


def test_a_desk_without_users_answers_nobody_elsewhere(desk: tuple[Ledger, FastAPI], tmp_path: Path) -> None:
    from fastapi.testclient import TestClient

    from tahqiq.evidence.vault import Vault
    from tahqiq.ledger import open_ledger
    from tahqiq.settings import Settings
    from tahqiq.web import create_app

    empty = open_ledger(f"sqlite:///{tmp_path / 'empty.db'}")
    client = TestClient(create_app(empty, Vault(tmp_path / "v"), Settings(host="0.0.0.0")), base_url=working.ADDRESS)
    answer = client.get("/incidents")
    assert answer.status_code == 403 and "tahqiq users add" in answer.text
    empty.close()


def test_decisions_at_odds_wait_in_the_inbox_and_either_can_be_taken_back_there(desk: tuple[Ledger, FastAPI]) -> None:
    incident = home(desk[0], "car")
    by(desk, "Editor 1").decide("grade", incident=incident, grade="fair", why="two films")
    by(desk, "Admin 1").decide("grade", incident=incident, grade="weak", why="one film twice")
    page = by(desk, "Editor 1").get("/inbox?kind=conflict")
    assert "Editor 1 decided: grade: fair (two films); a later decision says otherwise" in plain(page)
    (waiting,) = re.findall(r'name="decision" value="(\w+)"', page)
    by(desk, "Editor 1").decide("take_back", decision=waiting, back="/inbox?kind=conflict")
    assert "Nothing waits." in plain(by(desk, "Editor 1").get("/inbox?kind=conflict"))


def test_today_tells_what_was_decided_and_what_one_has_taken_on(desk: tuple[Ledger, FastAPI]) -> None:
    coder = by(desk, "Coder 1")
    coder.decide("accept", incident=home(desk[0], "car"), why="seen with its film")
    coder.post("/held", incident=home(desk[0], "shells"), do="hold", back="/inbox")
    page = plain(coder.get("/today"))
    assert "seen with its film" in page and "Yours" in page
    assert "Yours" not in plain(by(desk, "Coder 2").get("/today"))


def test_what_a_user_saw_is_not_left_in_the_browser(desk: tuple[Ledger, FastAPI]) -> None:
    assert by(desk, "Coder 1").client.get("/incidents").headers["cache-control"] == "no-store"


def test_of_decisions_made_at_once_none_is_lost(desk: tuple[Ledger, FastAPI]) -> None:
    incidents = [incident.id for incident in desk[0].incidents().items]
    workers = [by(desk, name) for name in ("Coder 1", "Coder 2", "Editor 1", "Admin 1")]

    def work(worker: Worker) -> list[str]:
        return [worker.decide("accept", incident=name, why=f"seen by {worker.token[:4]}") for name in incidents]

    with ThreadPoolExecutor(len(workers)) as pool:
        assert all(where.startswith("/inbox?did=") for done in pool.map(work, workers) for where in done)
    assert len([*desk[0].decisions()]) == len(workers) * len(incidents)
    assert {incident.review for incident in desk[0].incidents().items} == {"reviewed"}
    assert {len(incident.decisions) for incident in desk[0].incidents().items} == {len(workers)}
