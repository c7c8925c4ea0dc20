"""The pages of search and of the map: everything asked stands in the address, and what a count says is what its list holds."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import working
from fastapi import FastAPI

from tahqiq.ledger import Ledger, Query


@pytest.fixture
def desk(whole: Path, tmp_path: Path) -> Iterator[tuple[Ledger, FastAPI]]:
    ledger, app = working.copy(whole, tmp_path / "desk")
    yield ledger, app
    ledger.close()


def by(desk: tuple[Ledger, FastAPI], name: str = "Coder 1") -> working.Worker:
    return working.Worker(desk[1], desk[0], name)


def links(html: str, pattern: str) -> list[tuple[str, ...]]:
    return [tuple(map(unescape, found)) for found in re.findall(pattern, html, re.S)]


FACET = r'<li><a href="(/search[^"]*)"[^>]*><bdi>[^<]*</bdi>.*?</a> <span class="number muted">([^<]*)</span>'


@pytest.mark.parametrize("start", ["/search", "/search?text=Idlib", "/search?country=SY", "/search?grade=weak&contradiction=no"])
def test_every_choice_leads_to_as_many_as_it_says(desk: tuple[Ledger, FastAPI], start: str) -> None:
    worker = by(desk)
    choices = links(worker.get(start), FACET)
    assert len(choices) > 5
    for address, count in choices:
        if "aria-current" in address:
            continue
        told = working.plain(worker.get(address))
        chosen = re.search(r"(\d+) incidents? sorted", told)
        taken_away = address.count("=") < start.count("=")
        assert taken_away or (chosen and chosen[1] == count), address


def test_what_is_asked_can_be_taken_away_again(desk: tuple[Ledger, FastAPI]) -> None:
    html = by(desk).get("/search?text=Idlib&country=SY&since=2023-01-01")
    chips = [parse_qs(urlsplit(unescape(found)).query) for found in re.findall(r'<a href="([^"]*)" aria-label="Without', html)]
    whole = {"text": ["Idlib"], "country": ["SY"], "since": ["2023-01-01"]}
    assert sorted(map(sorted, chips)) == sorted(sorted(set(whole) - {name}) for name in whole)
    assert all(value == whole[name] for chip in chips for name, value in chip.items())


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("text=" + quote("إدلب"), 1),
        ("text=Homs", 1),
        ("within=Idlib", 1),
        ("near=Azaz,10", 1),
        ("box=36,34,37,35", 1),
        ("event_type=shelling", 1),
        ("language=ar", 1),
        ("contradiction=yes", 1),
        ("review=published", 0),
        ("since=2023-08-01&until=2023-08-31", 1),
        ("source=car.example", 1),
        ("weapon=artillery", 1),
    ],
)
def test_each_way_to_ask_finds_what_it_should(desk: tuple[Ledger, FastAPI], address: str, found: int) -> None:
    told = working.plain(by(desk).get(f"/search?{address}"))
    assert (f"{found} incident" in told) if found else "Nothing has all of this" in told


@pytest.mark.parametrize("address", ["since=yesterday", "grade=splendid", "box=1", "colour=red", "near=Nowhere,5", "after=x"])
def test_what_cannot_be_asked_is_said_and_answered_with_no_other_list(desk: tuple[Ledger, FastAPI], address: str) -> None:
    for page in ("/search", "/map"):
        if page == "/map" and address == "after=x":
            continue
        html = by(desk).get(f"{page}?{address}", status=400)
        assert 'role="alert"' in html and "incidents sorted" not in working.plain(html)


def test_reports_are_found_with_their_words_in_their_direction(desk: tuple[Ledger, FastAPI]) -> None:
    html = by(desk).get("/search?kind=reports&text=" + quote("غارة"))
    assert '<p lang="ar" dir="rtl">' in html and "<mark>" in html
    assert "strike-ar.example" in html and "shells.example" not in html


def test_no_words_of_a_report_become_markup(desk: tuple[Ledger, FastAPI]) -> None:
    html = by(desk).get("/search?kind=reports&text=Afrin&actor=" + quote(working.HOSTILE))
    assert "<script>document" not in html and "<img src=x" not in html
    html = by(desk).get("/map?text=" + quote(working.HOSTILE))
    assert "<script>document" not in html and "<img src=x" not in html


# -- export -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson", "acled", "ucdp", "airwars", "hxl", "jsonl"])
def test_what_is_seen_can_be_written_out(desk: tuple[Ledger, FastAPI], form: str) -> None:
    answer = by(desk).client.get(f"/search/export?format={form}&country=SY&grade=weak")
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"] and answer.content
    if form == "geojson":
        assert len(json.loads(answer.content)["features"]) == desk[0].incidents(Query(country="SY", grade="weak")).total


@pytest.mark.parametrize(
    ("who", "policy", "status"),
    [
        ("Reader 1", "public", 200),
        ("Reader 1", "partner", 403),
        ("Coder 1", "partner", 200),
        ("Coder 1", "internal", 403),
        ("Editor 1", "internal", 200),
    ],
)
def test_each_role_takes_out_what_it_may(desk: tuple[Ledger, FastAPI], who: str, policy: str, status: int) -> None:
    by(desk, who).get(f"/search/export?format=jsonl&policy={policy}", status=status)


def test_who_took_what_out_is_written_down(desk: tuple[Ledger, FastAPI]) -> None:
    by(desk, "Editor 1").get("/search/export?format=csv&policy=internal&country=SY")
    entry = next(one for one in desk[0].people.entries() if one.what == "exported")
    assert entry.name == "Editor 1" and "csv, internal, 4: country=SY" in entry.told


@pytest.mark.parametrize("address", ["format=exe", "format=csv&colour=red", ""])
def test_what_is_no_format_or_no_condition_is_not_written_out(desk: tuple[Ledger, FastAPI], address: str) -> None:
    by(desk).get(f"/search/export?{address}", status=400)


# -- the map ----------------------------------------------------------------------------------------------------------


def test_the_map_without_scripts_has_every_incident_and_the_way_to_it(desk: tuple[Ledger, FastAPI]) -> None:
    html, ledger = by(desk).get("/map"), desk[0]
    assert all(f'href="/incidents/{one.id}"' in html for one in ledger.incidents().items)
    assert html.count('<rect class="in-month"') == 5  # May to September


def test_tiles_are_those_of_the_search(desk: tuple[Ledger, FastAPI]) -> None:
    worker = by(desk)
    whole = json.loads(worker.get("/map/tiles/0/0/0.json"))["clusters"]
    some = json.loads(worker.get("/map/tiles/0/0/0.json?event_type=shelling"))["clusters"]
    assert sum(one["n"] for one in whole) == desk[0].incidents().total
    assert [one["n"] for one in some] == [1] and some[0]["id"] and "Shelling" in some[0]["what"]
    worker.get("/map/tiles/3/99/0.json", status=400)


def test_what_is_in_view_is_listed(desk: tuple[Ledger, FastAPI]) -> None:
    html = by(desk).get("/map/list?box=36,34,37,35")
    assert "1 incident" in working.plain(html) and "Homs" in html


@pytest.mark.parametrize("language", ["en", "ar", "ur", "fa"])
@pytest.mark.parametrize("path", ["/search?text=Idlib", "/search?kind=reports&text=Idlib", "/map?country=SY", "/searches"])
def test_each_page_is_there_in_each_language(desk: tuple[Ledger, FastAPI], path: str, language: str) -> None:
    html = by(desk).get(path, language)
    assert f'lang="{language}"' in html and f'dir="{"ltr" if language == "en" else "rtl"}"' in html
