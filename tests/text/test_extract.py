"""A page gives its article, its headline and the date it tells machines; a hostile one gives its words in good time."""

import datetime as dt
import time

import pytest

from tahqiq.text.extract import page_text, parse_day

BODY = "".join(
    f"<p>{p}</p>"
    for p in (
        "قال الدفاع المدني إن ثلاثة مدنيين قتلوا في قصف استهدف بلدة الهبيط في ريف إدلب بعد ظهر الأحد.",
        "وأضاف في بيان أن فرقه نقلت خمسة جرحى إلى مشفى قريب، بينهم طفلان حالتهما خطرة.",
        "ولم يصدر تعليق من الجيش على ما حدث حتى ساعة إعداد هذا الخبر.",
    )
)


def page(head: str = "", body: str = "") -> str:
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>ثلاثة قتلى - الموقع</title>{head}</head><body>
<nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/s">رياضة</a></li></ul></nav><h1>ثلاثة قتلى في الهبيط</h1>{body}
<article>{BODY}</article><footer>جميع الحقوق محفوظة</footer></body></html>"""


def test_the_article_comes_out_with_its_headline_first_and_without_the_menu() -> None:
    found = page_text(page())
    lines = found.text.split("\n")
    assert lines[0] == found.title == "ثلاثة قتلى في الهبيط"
    assert lines[1].startswith("قال الدفاع المدني") and lines[-1].startswith("ولم يصدر")
    assert "رياضة" not in found.text


def test_the_headline_stands_once() -> None:
    assert page_text(page(body="<article><h1></h1></article>")).text.count("ثلاثة قتلى في الهبيط") == 1


def ld(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


DATES = {
    "meta": ('<meta property="article:published_time" content="2023-07-09T23:30:00+03:00">', "", dt.date(2023, 7, 9)),
    "meta turned round": ("<meta content='2023-07-09' name='pubdate'/>", "", dt.date(2023, 7, 9)),
    "json-ld": (
        ld('{"@type": "NewsArticle", "datePublished": "2023-07-08T01:00:00Z"}'),
        "",
        dt.date(2023, 7, 8),
    ),
    "json-ld in a graph": (
        ld('{"@graph": [{"@type": "WebSite"}, {"@type": ["ReportageNewsArticle"], "datePublished": "2023-07-08"}]}'),
        "",
        dt.date(2023, 7, 8),
    ),
    "json-ld before meta": (
        '<meta name="date" content="2022-01-01">' + ld('{"@type": "Article", "datePublished": "2023-07-08"}'),
        "",
        dt.date(2023, 7, 8),
    ),
    "time": ("", '<time datetime="2023-07-09T10:00">الأحد</time>', dt.date(2023, 7, 9)),
    "a marked time among others": (
        "",
        '<time datetime="2021-01-01">x</time><time itemprop="datePublished" datetime="2023-07-09">y</time>',
        dt.date(2023, 7, 9),
    ),
    "times that disagree": ("", '<time datetime="2021-01-01">x</time><time datetime="2023-07-09">y</time>', None),
    "Arabic month in words": ("", "<div class='date'>9 تموز 2023</div>", None),
    "another Arabic month in words": ("", "<div class='date'>9 يوليو 2023</div>", None),
    "another calendar": ('<meta name="date" content="1402-04-18">', "", None),
    "no date": ('<meta name="date" content="yesterday">', "", None),
    "json-ld of the site": (ld('{"@type": "WebSite", "datePublished": "2010-01-01"}'), "", None),
    "broken json-ld": ('<script type="application/ld+json">{"@type": "NewsArticle", </script>', "", None),
    "after it was acquired": ('<meta name="date" content="2030-01-01">', "", None),
}


@pytest.mark.parametrize("name", DATES)
def test_only_a_date_meant_for_machines_is_believed(name: str) -> None:
    head, body, expected = DATES[name]
    assert page_text(page(head, body), latest=dt.date(2023, 7, 12)).published == expected


def test_a_page_tells_its_address_and_site() -> None:
    found = page_text(page('<link rel="canonical" href="https://example.org/1"><meta property="og:site_name" content="Example">'))
    assert (found.url, found.site) == ("https://example.org/1", "Example")
    assert page_text(page('<link rel="canonical" href="javascript:alert(1)">')).url is None


@pytest.mark.parametrize("tag", ["div", "b", "span", "table", "blockquote", "ul><li", "made-up"])
def test_a_page_nested_a_hundred_thousand_deep_gives_its_words(tag: str) -> None:
    begin = time.monotonic()
    assert "ثلاثة قتلى" in page_text(f"<html><body>{f'<{tag}>' * 100_000}ثلاثة قتلى").text
    assert time.monotonic() - begin < 20


HOSTILE = {
    "nested as deep as parsers bear": "<div>" * 400 + BODY + "</div>" * 400,
    "unclosed tags": "<script " * 300_000,
    "unclosed scripts": "<script>" * 300_000,
    "unclosed comments": "<!--" * 300_000,
    "unclosed json-ld": '<script type="application/ld+json">' * 50_000,
    "unclosed metas": '<meta name="date" content="' * 100_000,
    "unclosed headings": "<h1>" * 300_000,
    "attributes": "<p " + "a=b " * 300_000 + ">words</p>",
    "angle brackets": "<" * 1_000_000,
    "entities": "&#x644;" * 200_000,
    "entities of no letter": "<p>words &#0; &#xd800; &#x110000; &nosuch;</p>",
    "zeros": "<p>wo\x00rds</p>",
    "nothing": "<html></html>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_does_no_harm_and_takes_no_time(name: str) -> None:
    begin = time.monotonic()
    text = page_text(HOSTILE[name]).text
    assert time.monotonic() - begin < 20
    assert "\x00" not in text
    text.encode("utf-8")


def test_a_page_without_an_article_gives_all_its_words_and_no_script() -> None:
    found = page_text("<title>T &amp; U</title><body><script>var x = 'hidden'</script><style>p {}</style>One<br>two <b>bold</b>")
    assert found.text.split("\n")[-2:] == ["One", "two bold"]
    assert "hidden" not in found.text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2023-07-09", dt.date(2023, 7, 9)),
        ("2023-07-09T23:59:59-08:00", dt.date(2023, 7, 9)),
        ("20230709", dt.date(2023, 7, 9)),
        ("2023/07/09 10:00", dt.date(2023, 7, 9)),
        ("Sun, 09 Jul 2023 10:00:00 GMT", dt.date(2023, 7, 9)),
        ("2023-13-09", None),
        ("1445-01-01", None),
        ("1688900000", None),
        ("9 تموز 2023", None),
        ("", None),
    ],
)
def test_a_day_is_what_is_written_or_nothing(value: str, expected: dt.date | None) -> None:
    assert parse_day(value) == expected
