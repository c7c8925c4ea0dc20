"""Every page in every language: what it says, that its quotes keep their language, that hostile text stays text."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
import strike
from fastapi.testclient import TestClient

from tahqiq.ledger import Ledger

LANGUAGES = {"en": "ltr", "ar": "rtl", "ur": "rtl", "fa": "rtl"}
PAGES = [
    "/sources",
    "/incidents",
    "/incidents/i-strike",
    "/incidents/i-rockets",
    "/reports/r-ar",
    "/reports/r-en",
    "/reports/r-ur?refused=1",
    "/reports/r-rockets",
]
TWINS = [
    "/api/v1/pages/sources",
    "/api/v1/pages/incidents",
    "/api/v1/pages/incidents/i-strike",
    "/api/v1/pages/reports/r-ar",
    "/api/v1/pages/accounts/a-ar",
    "/health",
]


class Elements(HTMLParser):
    """Start tags with their attributes, and the words of the page without scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.inside_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self.inside_script = False

    def handle_data(self, data: str) -> None:
        if not self.inside_script:
            self.words.append(data)

    @property
    def text(self) -> str:
        """Words as they are read: direction marks left out, runs of space as one."""
        return re.sub(r"\s+", " ", re.sub("[\u2066-\u2069]", "", "".join(self.words)))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [a for name, a in self.tags if name == tag and all(value in (a.get(key) or "").split() for key, value in wanted.items())]


def read(desk: TestClient, address: str, language: str = "en", status: int = 200) -> Elements:
    answer = desk.get(address, headers={"accept-language": language})
    assert answer.status_code == status, answer.text[:500]
    return Elements(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_there_in_every_language_and_its_direction(desk: TestClient, address: str, language: str) -> None:
    page = read(desk, address, language)
    (html,) = page.all("html")
    assert (html["lang"], html["dir"]) == (language, LANGUAGES[language])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", PAGES)
def test_every_quoted_text_has_its_language_and_direction(desk: TestClient, address: str, language: str) -> None:
    page = read(desk, address, language)
    quoted = page.all("q") + page.all("div", **{"class": "text"}) + page.all("p", **{"class": "excerpt"})
    assert quoted or address in ("/incidents", "/sources")
    for one in quoted:
        assert one.get("lang") in strike.TEXTS and one.get("dir") == LANGUAGES[str(one["lang"])]


@pytest.mark.parametrize("address", [*PAGES, "/incidents/none", "/nowhere"])
def test_no_page_refers_to_anything_outside_the_desk(desk: TestClient, address: str) -> None:
    page = Elements(desk.get(address).text)
    for _tag, attributes in page.tags:
        for name in ("src", "href", "action", "data", "poster", "srcset", "xlink:href"):
            value = attributes.get(name)
            assert not value or (value.startswith(("/", "#", "data:,")) and not value.startswith("//")), value


@pytest.mark.parametrize("address", [*PAGES, *TWINS, "/nowhere", "/static/none.css"])
def test_every_answer_forbids_loading_from_elsewhere_and_framing(desk: TestClient, address: str) -> None:
    headers = desk.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("address", PAGES)
def test_no_page_has_scripts_or_styles_written_into_it(desk: TestClient, address: str) -> None:
    page = read(desk, address)
    scripts = [a for a in page.all("script") if a.get("type") != "application/json"]
    assert all(a.get("src") for a in scripts)
    assert not page.all("style")
    assert not [a for _, a in page.tags if "style" in a or any(name.startswith("on") for name in a)]


def test_hostile_text_stays_text_in_pages_and_in_the_maps_data(desk: TestClient) -> None:
    for address in ("/reports/r-en", "/incidents/i-strike"):
        html = desk.get(address).text
        assert "<script>alert" not in html
    assert "<script>alert('x')</script> & \"quotes\" stay text." in read(desk, "/reports/r-en").text


def test_a_hostile_filter_comes_back_as_text(desk: TestClient) -> None:
    answer = desk.get("/incidents", params={"event_type": '"><script>alert(1)</script>'})
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text


# -- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_says_what_where_when_how_many_and_who_contradicts(desk: TestClient) -> None:
    text = read(desk, "/incidents").text
    for words in ("2 incidents", "Air strike", "eastern Syria", "al-Bab–Bizaa road", "7 July 2023", "8 July 2023", "Ain al-Asad", "Iraq"):
        assert words in text


def test_languages_are_shown_as_a_letter_of_their_script(desk: TestClient) -> None:
    page = read(desk, "/incidents")
    assert {a["lang"] for a in page.all("abbr") if a.get("lang")} == {"ar", "en", "fa", "ur"}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"event_type": "airstrike"}, {"i-strike"}),
        ({"event_type": "shelling"}, {"i-rockets"}),
        ({"country": "IQ"}, {"i-rockets"}),
        ({"since": "2024-01-01"}, {"i-rockets"}),
        ({"until": "2023-07-07"}, {"i-strike"}),
        ({"grade": "weak"}, {"i-strike"}),
        ({"language": "ur"}, {"i-strike"}),
        ({"contradictions": "1"}, {"i-strike"}),
        ({"text": "motorcycle"}, {"i-strike"}),
        ({"text": "داعش", "country": "IQ"}, set()),
        ({}, {"i-strike", "i-rockets"}),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else None,
)
def test_a_filter_lets_through_what_it_names(desk: TestClient, filters: dict[str, str], found: set[str]) -> None:
    listed = {line["id"] for line in desk.get("/api/v1/pages/incidents", params=filters).json()["incidents"]}
    assert listed == found


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"since": "yesterday"}, "“yesterday” is no day; write it as 2023-07-07."),
        ({"since": "2024-01-02", "until": "2024-01-01"}, "The last day, 1 January 2024, lies before the first, 2 January 2024."),
        ({"event_type": "picnic"}, "“picnic” is no event type of the codebook."),
        ({"country": "Syria"}, "“Syria” is no country"),
        ({"grade": "A"}, "“A” is no grade"),
        ({"language": "klingon"}, "“klingon” is no language"),
        ({"order": "beauty"}, "“beauty” is no order"),
        ({"contradictions": "maybe"}, "contradictions=maybe cannot be used"),
        ({"text": "x" * 201}, "longer than 200 letters"),
        ({"colour": "red"}, "There is no filter named “colour”."),
        ({"after": "nonsense"}, "This page of the list does not exist"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else None,
)
def test_a_filter_that_cannot_be_used_is_named_in_one_sentence(desk: TestClient, filters: dict[str, str], said: str) -> None:
    answer = desk.get("/incidents", params=filters)
    assert answer.status_code == 400
    assert said in Elements(answer.text).text
    twin = desk.get("/api/v1/pages/incidents", params=filters)
    assert twin.status_code == 400 and len(twin.json()["problems"]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_filter_is_explained_in_every_language(desk: TestClient, language: str) -> None:
    page = read(desk, "/incidents?since=x&event_type=y&country=z&grade=g&language=qq9&order=o&contradictions=c", language, 400)
    assert len(page.all("p", **{"class": "problem"})) == 7


def test_pages_of_a_long_list_follow_one_another_without_gap_or_overlap(desk_over: Callable[..., TestClient]) -> None:
    desk = desk_over(*strike.many(120))
    seen: list[str] = []
    address: str | None = "/incidents?event_type=shelling"
    for _ in range(3):
        assert address
        context = desk.get("/api/v1/pages" + address).json()
        seen += [line["id"] for line in context["incidents"]]
        address = context["next"]
    assert address is None
    assert seen == [f"i-{i:04d}" for i in reversed(range(120))]


def test_an_empty_ledger_teaches_the_next_step(desk_over: Callable[..., TestClient]) -> None:
    text = read(desk_over(), "/incidents").text
    assert "No incident yet" in text and "tahqiq ingest" in text


# -- the incident -----------------------------------------------------------------------------------------------------


def test_the_title_names_every_contested_value(desk: TestClient) -> None:
    text = read(desk, "/incidents/i-strike").text
    assert "eastern Syria or al-Bab–Bizaa road or Aleppo contested" in text
    assert "7 July 2023 or 8 July 2023 contested" in text
    assert "killed 1 (civilians: 0)" in text and "injured 2+ (civilians: 2+)" in text
    assert "5 reports, 3 independent, 4 languages" in text


def matrix(desk: TestClient) -> dict[str, list[dict[str, object]]]:
    context = desk.get("/api/v1/pages/incidents/i-strike").json()
    return {row["field"]: row["cells"] for row in context["matrix"]["rows"]}


def test_columns_are_grouped_by_the_claimant_they_rest_on(desk: TestClient) -> None:
    context = desk.get("/api/v1/pages/incidents/i-strike").json()
    assert [(side["claimant"], side["columns"]) for side in context["matrix"]["sides"]] == [
        ("US Central Command", 3), ("Syrian Civil Defence", 1), ("local sources", 1),
    ]  # fmt: skip


def test_a_cell_is_silent_disputed_agreed_or_alone(desk: TestClient) -> None:
    rows = matrix(desk)
    assert [cell["state"] for cell in rows["place"]] == ["disputed"] * 5
    assert [cell["state"] for cell in rows["perpetrators"]] == ["agreed", "agreed", "agreed", "silent", "alone"]
    assert [cell["state"] for cell in rows["injured"]] == ["silent"] * 4 + ["alone"]
    assert [cell["same"] for cell in rows["weapons"]] == [False, True, True, False, False]


def test_versions_of_a_contested_value_bear_letters_the_most_independent_first(desk: TestClient) -> None:
    rows = matrix(desk)
    letters = [[value["version"] for value in cell["values"]] for cell in rows["date"]]  # type: ignore[attr-defined]
    assert letters == [["a"], ["a"], ["a"], ["a"], ["b"]]


def test_every_value_told_leads_to_its_words_in_the_report(desk: TestClient, filled_ledger: Ledger) -> None:
    values = [value for cells in matrix(desk).values() for cell in cells for value in cell["values"]]  # type: ignore[attr-defined]
    assert len(values) > 30
    for value in values:
        quote = value["quote"]
        assert filled_ledger.report(quote["report"]).text[quote["start"] : quote["end"]] == quote["text"]
        anchor = quote["address"].partition("#")[2]
        page = desk.get(quote["address"].partition("#")[0]).text
        assert f'id="{anchor}"' in page


def test_the_map_has_one_shape_for_each_place_told_as_wide_as_it_is_vague(desk: TestClient) -> None:
    shapes = desk.get("/api/v1/pages/incidents/i-strike").json()["map"]["drawn"]
    assert [(shape["name"], shape["rough"]) for shape in shapes] == [
        ("eastern Syria", True),
        ("Aleppo", False),
        ("al-Bab–Bizaa road", False),
    ]
    assert shapes[0]["radius"] > 10 * shapes[1]["radius"]


def test_a_copy_is_named_beside_what_it_copies_and_said_not_to_be_independent(desk: TestClient) -> None:
    columns = desk.get("/api/v1/pages/incidents/i-strike").json()["matrix"]["columns"]
    assert {column["report"]: column["copy_of"] for column in columns if column["copy_of"]} == {"r-ar-copy": "جريدة المشرق"}
    text = read(desk, "/incidents/i-strike").text
    assert "copies جريدة المشرق: not independent" in text and "1 copy is not counted as independent." in text


def test_places_and_actors_of_the_registries_are_named_in_the_readers_language(desk: TestClient) -> None:
    assert "حلب" in [shape["name"] for shape in desk.get("/api/v1/pages/incidents/i-strike?lang=ar").json()["map"]["drawn"]]


def test_links_say_why_with_their_weights(desk: TestClient) -> None:
    text = read(desk, "/incidents/i-strike").text
    assert "same day: 7 July 2023 (+4.9)" in text and "places far apart: eastern Syria, al-Bab–Bizaa road, 240 km (−0.9)" in text
    assert "+9.5: same day" in text and "unheard of (x: y) (+1.0)" in text


@pytest.mark.parametrize(("language", "words"), [("en", "US Central Command denies it"), ("ar", "US Central Command ينفي ذلك")])
def test_the_grade_says_why_in_the_readers_language(desk: TestClient, language: str, words: str) -> None:
    assert words in read(desk, "/incidents/i-strike", language).text


def test_an_unknown_incident_report_or_account_is_not_found_in_plain_words(desk: TestClient) -> None:
    for address in ("/incidents/nothing", "/reports/nothing", "/api/v1/pages/accounts/nothing", "/api/v1/pages/incidents/nothing"):
        answer = desk.get(address)
        assert answer.status_code == 404
        assert "The ledger holds nothing under" in answer.text
        assert answer.headers["content-type"].startswith("application/problem+json" if address.startswith("/api") else "text/html")


# -- the report -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(strike.TEXTS))
def test_the_marked_text_is_the_text_as_found(desk: TestClient, name: str) -> None:
    segments = desk.get(f"/api/v1/pages/reports/r-{name}").json()["segments"]
    assert "".join(segment["text"] for segment in segments) == strike.TEXTS[name]


@pytest.mark.parametrize("name", sorted(strike.TEXTS))
def test_each_mark_leads_to_its_value_and_each_value_to_its_mark(desk: TestClient, name: str) -> None:
    page = read(desk, f"/reports/r-{name}")
    ids = {a["id"] for _, a in page.tags if a.get("id")}
    marks = page.all("a", **{"class": "m"})
    values = [a for a in page.all("a") if str(a.get("href")).startswith("#m-")]
    assert marks and values
    assert {str(a["href"])[1:] for a in [*marks, *values]} <= ids


def test_no_id_stands_twice_on_a_page(desk: TestClient) -> None:
    for address in PAGES:
        ids = [a["id"] for _, a in read(desk, address).tags if a.get("id")]
        assert len(ids) == len(set(ids))


def test_overlapping_mentions_are_all_marked(desk: TestClient) -> None:
    segments = desk.get("/api/v1/pages/reports/r-ar").json()["segments"]
    command = next(s for s in segments if s["text"] == "القيادة المركزية الأمريكية")
    assert set(command["kinds"]) == {"who", "says"}
    leader = next(s for s in segments if s["text"] == "أسامة المهاجر")
    assert set(leader["kinds"]) == {"who", "count"}


def test_words_that_the_address_asks_for_are_marked_without_scripts(desk: TestClient) -> None:
    mention = strike.words("en", "7 July")
    page = read(desk, f"/reports/r-en?at={mention.start}-{mention.end}")
    assert len(page.all("a", **{"class": "at"})) == 1
    assert not read(desk, "/reports/r-en?at=5-999999").all("a", **{"class": "at"})


def test_words_of_which_nothing_was_read_can_still_be_gone_to(desk: TestClient) -> None:
    page = read(desk, "/reports/r-en?at=0-8")
    assert page.all("span", id="m-0-8") and page.all("span", **{"class": "at"})


def test_what_was_not_believed_is_listed_with_its_reason_and_marked_on_demand(desk: TestClient) -> None:
    page = read(desk, "/reports/r-ar")
    assert "the day of the statement, not of the strike" in page.text
    assert not page.all("a", **{"class": "refused"})
    assert len(read(desk, "/reports/r-ar?refused=1").all("a", **{"class": "refused"})) == 1


def test_the_evidence_of_a_report_names_its_hash_its_size_and_when_it_was_got(desk: TestClient) -> None:
    text = read(desk, "/reports/r-ar").text
    assert strike.DOCUMENTS["ar"].id in text and "10 July 2023, 08:00 UTC" in text


# -- around the pages -------------------------------------------------------------------------------------------------


def test_an_address_with_a_language_is_remembered(desk: TestClient) -> None:
    assert Elements(desk.get("/incidents?lang=ur").text).all("html")[0]["lang"] == "ur"
    assert Elements(desk.get("/incidents", headers={"accept-language": "en"}).text).all("html")[0]["lang"] == "ur"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("ar-SY,ar;q=0.9,en;q=0.8", "ar"), ("de,fa;q=0.5,en;q=0.7", "en"), ("ku", "en"), ("", "en"), ("ur;q=broken,fa", "fa")],
)
def test_the_browsers_wish_decides_where_nothing_else_does(desk: TestClient, accepted: str, language: str) -> None:
    assert read(desk, "/incidents", accepted).all("html")[0]["lang"] == language


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil.example:8765"])
def test_a_request_under_another_host_name_is_refused(desk: TestClient, host: str) -> None:
    answer = desk.get("/incidents", headers={"host": host})
    assert answer.status_code == 421 and "This desk answers under" in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost", "LOCALHOST:80", "[::1]:8765"])
def test_a_request_under_the_desks_own_names_is_answered(desk: TestClient, host: str) -> None:
    assert desk.get("/health", headers={"host": host}).json()["status"] == "ok"


def test_a_fault_is_told_with_a_mark_that_the_log_bears_and_without_its_innards(
    desk: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the secret place /var/ledger")

    monkeypatch.setattr(Ledger, "incident", fail)
    answer = desk.get("/incidents/i-strike")
    assert answer.status_code == 500 and "secret" not in answer.text
    assert "content-security-policy" in answer.headers
    mark = next(record.args[2] for record in caplog.records if record.name == "tahqiq.web")  # type: ignore[index]
    assert f"{mark}" in answer.text


def test_pages_take_no_posts(desk: TestClient) -> None:
    answer = desk.post("/incidents")
    assert answer.status_code == 405 and "can only be read" in answer.text


def test_pages_are_the_same_however_often_they_are_asked_for(desk: TestClient) -> None:
    for address in (*PAGES, *TWINS):
        assert desk.get(address).text == desk.get(address).text


def test_the_description_of_the_api_names_its_resources(desk: TestClient) -> None:
    paths = json.loads(desk.get("/api/v1/openapi.json").text)["paths"]
    assert {"/api/v1/persons", "/api/v1/documents", "/api/v1/incidents/{incident}/decisions"} <= set(paths)
