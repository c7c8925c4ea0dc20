"""The source register: found by name in any script and by host; strict about what it holds."""

from typing import Any

import pytest

from tahqiq.errors import RegistryError
from tahqiq.model import Source
from tahqiq.registries import Sources, load_actors, load_sources, provisional
from tahqiq.registries.sources import KINDS, read_sources


def test_at_least_120_sources_of_every_kind_are_known_with_their_hosts_and_languages() -> None:
    known = list(load_sources().values())
    assert len(known) >= 120
    assert {source.kind for source in known} == set(KINDS)
    assert all(source.languages for source in known)
    assert all(source.hosts or source.kind == "group" for source in known), "groups publish on channels that come and go"
    assert sum(bool(source.names) for source in known) > 100


FOUND = {
    "reuters.com": "reuters",
    "www.reuters.com": "reuters",
    "arabic.rt.com": "rt",
    "ARABIC.CNN.COM": "cnn",
    "رويترز": "reuters",
    "رائٹرز": "reuters",
    "خبرگزاری رویترز": "reuters",
    "أ ف ب": "agence-france-presse",
    "AFP": "agence-france-presse",
    "المرصد السوري لحقوق الإنسان": "sohr",
    "saba.ye": "saba-sanaa",
    "sabanew.net": "saba-aden",
    "dawn": "dawn",
}


@pytest.mark.parametrize("given", FOUND)
def test_a_source_is_found_by_id_by_name_in_any_script_and_by_host(given: str) -> None:
    assert load_sources()[given].id == FOUND[given]


@pytest.mark.parametrize("given", ["example.org", "notreuters.com", "com", "", "Sample agency", "reuters.com.evil.example"])
def test_what_is_not_in_the_register_is_not_guessed(given: str) -> None:
    assert load_sources().get(given) is None


def test_a_name_that_two_sources_bear_is_none() -> None:
    two = Sources([Source("a", "Al-Watan", names=("الوطن",)), Source("b", "Al-Watan News", names=("الوطن",))])
    assert two.get("الوطن") is None
    assert two["Al-Watan"].id == "a"


HOSTS = {
    "news.example": "news.example",
    "www.News.Example": "news.example",
    "m.news.example": "news.example",
    "Sample agency": None,
    "localhost": None,
    "10.0.0.1": None,
    "a..b": None,
    "x" * 300 + ".org": None,
}


@pytest.mark.parametrize("given", HOSTS, ids=lambda given: given[:20])
def test_an_unknown_host_is_a_provisional_source_and_a_name_is_none(given: str) -> None:
    source = provisional(given)
    assert (source.id if source else None) == HOSTS[given]
    assert source is None or source.kind == "provisional"


GOOD: dict[str, Any] = {"actor": "reuters", "kind": "agency", "languages": ["en"], "hosts": ["reuters.com"]}
WRONG: dict[str, tuple[list[dict[str, Any]], str]] = {
    "an unknown key": ([GOOD | {"host": "x"}], "entry 1 (reuters): 'host' is a key that nothing knows"),
    "an unknown kind": ([GOOD | {"kind": "blog"}], "kind must be one of agency"),
    "an unknown actor": ([GOOD | {"actor": "nobody"}], "no actor has the id 'nobody'"),
    "an unknown affiliation": ([GOOD | {"affiliation": "nobody"}], "no actor has the id 'nobody'"),
    "no host": ([GOOD | {"hosts": ["https://reuters.com"]}], "'https://reuters.com' is no host"),
    "a host twice": ([GOOD, GOOD | {"actor": "tass"}], "reuters.com stands for reuters and for tass"),
    "no name": ([{"id": "x", "kind": "site"}], "entry 1 (x): name is missing"),
    "a word that YAML takes for a truth": ([GOOD | {"languages": [False]}], "must be a list of texts"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_register_names_entry_and_key(name: str) -> None:
    entries, sentence = WRONG[name]
    with pytest.raises(RegistryError) as refusal:
        read_sources({"sources": entries}, "sources.yaml", load_actors())
    assert sentence in str(refusal.value)
