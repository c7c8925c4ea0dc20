"""Photos, videos and recordings: known by their bytes, kept where a report has or names them, whichever way they come."""

import base64
import io
import json
import random
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pictures import MP4, OGG, SVG, jpeg, png
from plain_stages import PLAIN
from tahqiq.evidence import Vault
from tahqiq.evidence.media import may_be_shown, media_type_of, pixels_of
from tahqiq.ledger import Ledger, open_ledger
from tahqiq.model import Medium
from tahqiq.pipeline import Outcome, ingest

Take = Callable[..., Outcome]

WORDS = "<p>" + "3 killed in Sarmin, the civil defence said in the evening. " * 6
SITE = "https://news.example"


@pytest.fixture
def desk(tmp_path: Path) -> Ledger:
    return open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")


@pytest.fixture
def take(desk: Ledger, vault: Vault) -> Take:
    return lambda *paths: ingest(paths, desk, vault, stages=PLAIN)


def told(desk: Ledger) -> list[tuple[str, str, bool, str]]:
    """Kind, role, whether it is held, and caption of what the one report has."""
    (report,) = desk.reports()
    return [(m.kind, m.role, m.document is not None, m.caption) for m in desk.media([report.id]).get(report.id, ())]


def held(desk: Ledger, vault: Vault) -> list[bytes]:
    """The bytes of the media documents, each under its hash with an entry in the chain."""
    named = {entry.get("sha256") for entry in vault.custody()}
    media = [document for document in desk.documents() if document.is_medium]
    assert {document.id for document in media} <= named and vault.verify() == []
    return sorted(vault.bytes(document.id) for document in media)


# -- what they are ----------------------------------------------------------------------------------------------------

KINDS = {
    "png": (png(), "image/png"),
    "jpeg": (jpeg(), "image/jpeg"),
    "gif": (b"GIF89a\x10\x00\x08\x00", "image/gif"),
    "webp": (b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(4) + b"\x00" * 4 + b"\x7f\x02\x00\xdf\x01\x00", "image/webp"),
    "mp4": (MP4, "video/mp4"),
    "quicktime": (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
    "heic": (b"\x00\x00\x00\x18ftypheic", "image/heic"),
    "webm": (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
    "ogg": (OGG, "audio/ogg"),
    "wav": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
    "svg": (SVG, "image/svg+xml"),
    "svg with a document type": (b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">\n<svg/>', "image/svg+xml"),
    "page": (b"<!doctype html><p>words <svg></svg>", None),
    "words": (b"GIF pictures and ID3 tags were found, BM said.", None),
    "words of one letter": (b"G" * 400, None),
    "nothing": (b"", None),
    "feed": (b'<?xml version="1.0"?><rss><channel/></rss>', None),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_it_is_is_told_by_its_first_bytes(name: str) -> None:
    data, kind = KINDS[name]
    assert media_type_of(data) == kind


SIZES = {
    "png": (png(7, 5), "image/png", (7, 5)),
    "jpeg behind exif": (jpeg(640, 480), "image/jpeg", (640, 480)),
    "gif": (KINDS["gif"][0], "image/gif", (16, 8)),
    "webp": (KINDS["webp"][0], "image/webp", (640, 480)),
    "cut png": (png()[:20], "image/png", (0, 0)),
    "cut jpeg": (jpeg()[:30], "image/jpeg", (0, 0)),
    "jpeg of marks alone": (b"\xff\xd8" + b"\xff" * 500, "image/jpeg", (0, 0)),
}


@pytest.mark.parametrize("name", SIZES)
def test_the_size_of_a_picture_is_read_from_its_head(name: str) -> None:
    data, kind, size = SIZES[name]
    assert pixels_of(data, kind) == size


def test_any_bytes_behind_a_pictures_mark_give_a_size_or_none() -> None:
    chance = random.Random(7)
    for _ in range(3000):
        data, kind, _size = SIZES[chance.choice(list(SIZES))]
        mangled = bytearray(data + chance.randbytes(60))
        for _ in range(6):
            mangled[chance.randrange(4, len(mangled))] = chance.randrange(256)
        width, height = pixels_of(bytes(mangled), kind)
        assert width >= 0 and height >= 0


@pytest.mark.parametrize(
    ("data", "kind", "shown"),
    [
        (png(640, 480), "image/png", True),
        (png(60_000, 60_000), "image/png", False),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "image/png", False),
        (SVG, "image/svg+xml", False),
        (b"II*\x00", "image/tiff", False),
        (MP4, "video/mp4", True),
        (OGG, "audio/ogg", True),
    ],
    ids=["photo", "bomb", "no size", "svg", "tiff", "video", "recording"],
)
def test_a_browser_is_given_only_what_it_can_bear_and_what_runs_nothing(data: bytes, kind: str, shown: bool) -> None:
    assert may_be_shown(data, kind) is shown


# -- each way in ------------------------------------------------------------------------------------------------------


def letter(*parts: tuple[bytes, str, str, str], words: str = "3 killed in Sarmin") -> EmailMessage:
    """A letter with parts: bytes, media type, file name, content id."""
    made = EmailMessage()
    made["From"], made["Subject"], made["Date"] = "desk@news.example", "Sarmin", "Fri, 08 Mar 2024 10:00:00 +0000"
    made.set_content(words)
    if any(cid for *_, cid in parts):
        shown = "".join(f'<img src="cid:{cid}" alt="a street">' for *_, cid in parts if cid)
        made.add_alternative(f"<p>{words}</p>{shown}", subtype="html")
    for data, media_type, name, cid in parts:
        major, _, minor = media_type.partition("/")
        made.add_attachment(data, maintype=major, subtype=minor, filename=name or None, cid=f"<{cid}>" if cid else None)
    return made


def test_a_letters_photos_and_videos_are_documents_linked_to_it(desk: Ledger, vault: Vault, take: Take, tmp_path: Path) -> None:
    made = letter(
        (png(), "image/png", "street.png", "s1"), (MP4, "application/octet-stream", "v.mp4", ""), (b"no photo", "image/jpeg", "n.jpg", "")
    )
    (tmp_path / "x.eml").write_bytes(bytes(made))
    outcome = take(tmp_path / "x.eml")
    assert told(desk) == [("image", "shown", True, "a street"), ("video", "attached", True, ""), ("image", "attached", True, "")]
    assert held(desk, vault) == sorted([png(), MP4])
    assert (outcome.documents, outcome.reports, outcome.refused) == (3, 1, [])
    assert "n.jpg: is no photo, video or recording that is known" in outcome.notes[0]
    document = next(d for d in desk.documents() if d.media_type == "video/mp4")
    assert document.within is not None and document.within.startswith("x.eml sha256:") and document.origin.endswith("x.eml!/v.mp4")


def test_a_saved_pages_pictures_are_those_that_it_shows(desk: Ledger, vault: Vault, take: Take, tmp_path: Path) -> None:
    figure = f'<figure><img src="{SITE}/a.jpg"><figcaption>After the strike</figcaption></figure>'
    page = f'<article>{WORDS}{figure}</article><img src="{SITE}/logo.png">'
    lines = ["From: <Saved by a browser>", f"Snapshot-Content-Location: {SITE}/1", "MIME-Version: 1.0"]
    lines += [
        'Content-Type: multipart/related; boundary="b"',
        "",
        "--b",
        "Content-Type: text/html",
        f"Content-Location: {SITE}/1",
        "",
        page,
    ]
    for name, data in (("a.jpg", jpeg()), ("logo.png", png())):
        lines += ["--b", "Content-Type: image/jpeg", "Content-Transfer-Encoding: base64", f"Content-Location: {SITE}/{name}", ""]
        lines += [base64.b64encode(data).decode()]
    (tmp_path / "x.mhtml").write_text("\r\n".join([*lines, "--b--", ""]))
    take(tmp_path / "x.mhtml")
    assert told(desk) == [("image", "shown", True, "After the strike")]
    assert held(desk, vault) == [jpeg()]


def office(path: Path) -> Path:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    shown = f'<wp:docPr descr="A crater" xmlns:wp="{drawing}/wordprocessingDrawing"/>'
    shown += f'<a:blip r:embed="r1" xmlns:a="{drawing}/main" xmlns:r="{relations}"/>'
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{word}"><w:body><w:p><w:t>3 killed in Sarmin</w:t>{shown}</w:p></w:body></w:document>',
        )
        targets = '<Relationship Id="r1" Target="media/image1.png"/><Relationship Id="r2" Target="../../etc/passwd.png"/>'
        made.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{targets}</Relationships>',
        )
        made.writestr("word/media/image1.png", png())
        made.writestr("word/media/image2.emf", b"a drawing of the office program's own")
    return path


def test_the_pictures_of_an_office_text_are_documents(desk: Ledger, vault: Vault, take: Take, tmp_path: Path) -> None:
    take(office(tmp_path / "x.docx"))
    assert told(desk) == [("image", "shown", True, "A crater")]
    assert held(desk, vault) == [png()]


def test_pictures_written_into_a_page_are_documents(desk: Ledger, vault: Vault, take: Take, tmp_path: Path) -> None:
    large, small = png(padding=2000), png()
    written = "".join(
        f'<img alt="{n}" src="data:image/png;base64,{base64.b64encode(d).decode()}">' for n, d in (("large", large), ("small", small))
    )
    (tmp_path / "x.html").write_text(f"<article>{WORDS}{written}</article>")
    take(tmp_path / "x.html")
    assert (told(desk), held(desk, vault)) == ([("image", "shown", True, "large")], [large])


@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("files", ["page_files", "a_before_the_page"])
def test_a_page_saved_with_its_files_has_those_it_shows_in_whatever_order(
    desk: Ledger, vault: Vault, take: Take, tmp_path: Path, files: str, zipped: bool
) -> None:
    folder = tmp_path / "saved"
    (folder / files).mkdir(parents=True)
    (folder / "page.html").write_text(f'<article>{WORDS}<img src="./{files}/photo%201.png?x=1"><img src="../outside.png"></article>')
    (folder / files / "photo 1.png").write_bytes(png())
    (folder / files / "menu.png").write_bytes(png(shade=9))
    (tmp_path / "outside.png").write_bytes(png(shade=8))
    given = folder
    if zipped:
        given = tmp_path / "saved.zip"
        with zipfile.ZipFile(given, "w") as made:
            for path in sorted(folder.rglob("*.*"), key=lambda p: p.suffix == ".html"):
                made.write(path, str(path.relative_to(folder)))
    outcome = take(given)
    assert told(desk) == [("image", "shown", True, ""), ("image", "shown", False, "")]
    assert held(desk, vault) == [png()]
    where = "saved.zip" if zipped else files
    assert outcome.notes == [f"{where}: 1 photos, videos or recordings that no report names are not kept"] and outcome.refused == []


def test_the_same_name_in_another_folder_is_another_picture(desk: Ledger, vault: Vault, take: Take, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    (tmp_path / "one" / "page.html").write_text(f'<article>{WORDS}<img src="photo.png"></article>')
    (tmp_path / "two" / "photo.png").write_bytes(png())
    take(tmp_path / "one", tmp_path / "two")
    assert told(desk) == [("image", "shown", False, "")] and held(desk, vault) == []


def warc(path: Path, answers: list[tuple[str, str, bytes]]) -> Path:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for name, kind, data in answers:
            headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(f"{SITE}/{name}", "response", payload=io.BytesIO(data), http_headers=headers))
    return path


@pytest.mark.parametrize("page_first", [True, False], ids=["page first", "page last"])
def test_of_a_web_archive_those_are_taken_that_its_pages_name(
    desk: Ledger, vault: Vault, take: Take, tmp_path: Path, page_first: bool
) -> None:
    markup = f'<html><head><meta property="og:image" content="{SITE}/lead.jpg"></head><article>{WORDS}'
    markup += '<video poster="/still.jpg"><source src="v.mp4" type="video/mp4"></video><img src="/gone.jpg" alt="not archived"></article>'
    page = [("1", "text/html", markup.encode())]
    others = [("lead.jpg", "image/jpeg", jpeg()), ("still.jpg", "image/jpeg", jpeg(2, 2)), ("v.mp4", "video/mp4", MP4)]
    others += [("advert.jpg", "image/jpeg", jpeg(3, 3)), ("false.jpg", "image/jpeg", b"<script>")]
    outcome = take(warc(tmp_path / "x.warc.gz", page + others if page_first else others + page))
    assert told(desk) == [
        ("image", "shown", True, ""),
        ("video", "shown", True, ""),
        ("image", "shown", False, "not archived"),
        ("image", "lead", True, ""),
    ]
    assert held(desk, vault) == sorted([jpeg(), jpeg(2, 2), MP4])
    assert (
        outcome.notes[0].endswith("1 image/jpeg that are none")
        and "1 photos, videos or recordings that no report names" in outcome.notes[1]
    )
    assert take(tmp_path / "x.warc.gz").documents == 0


def test_a_photo_that_is_asked_for_later_is_the_one_the_report_names(desk: Ledger, vault: Vault, take: Take, tmp_path: Path) -> None:
    take(warc(tmp_path / "1.warc.gz", [("1", "text/html", f'<article>{WORDS}<img src="/a.jpg#top"></article>'.encode())]))
    assert told(desk) == [("image", "shown", False, "")]
    take(warc(tmp_path / "2.warc.gz", [("a.jpg", "image/jpeg", jpeg())]))
    take(warc(tmp_path / "3.warc.gz", [("a.jpg", "image/jpeg", jpeg(9, 9))]))
    assert told(desk) == [("image", "shown", True, "")] * 2, "what the address gave at other times stands beside it"
    assert held(desk, vault) == sorted([jpeg(), jpeg(9, 9)])


def export(folder: Path, messages: list[dict[str, object]]) -> Path:
    folder.mkdir()
    head = {"name": "Sample channel", "type": "public_channel", "id": 1000000001}
    for number, message in enumerate(messages, 1):
        message |= {"id": number, "type": "message", "from": "Sample channel"}
    (folder / "result.json").write_text(json.dumps(head | {"messages": messages}))
    return folder


@pytest.mark.parametrize("given", ["", "result.json"], ids=["folder", "file"])
def test_a_messages_photos_are_those_of_its_album_and_moment(desk: Ledger, vault: Vault, take: Take, tmp_path: Path, given: str) -> None:
    folder = export(
        tmp_path / "export",
        [
            {"date_unixtime": "1709850000", "text": "", "photo": "photos/earlier.jpg"},
            {"date_unixtime": "1709850600", "text": "3 killed in Sarmin", "photo": "photos/1.jpg"},
            {"date_unixtime": "1709850600", "text": "", "photo": "photos/2.jpg"},
            {"date_unixtime": "1709850600", "text": "", "file": "video_files/v.mp4", "media_type": "video_file", "mime_type": "video/mp4"},
            {"date_unixtime": "1709850600", "text": "", "file": "../../secret.jpg"},
            {"date_unixtime": "1709850600", "text": "", "photo": "(File not included. Change data exporting settings to download.)"},
            {"date_unixtime": "1709850600", "text": "", "file": "stickers/s.webp", "media_type": "sticker"},
        ],
    )
    (tmp_path / "secret.jpg").write_bytes(jpeg(5, 5))
    for name, data in (
        ("photos/1.jpg", jpeg()),
        ("photos/2.jpg", jpeg(2, 2)),
        ("photos/1_thumb.jpg", jpeg(1, 1)),
        ("video_files/v.mp4", MP4),
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    outcome = take(folder / given)
    assert told(desk) == [
        ("image", "attached", True, ""),
        ("image", "attached", True, ""),
        ("video", "attached", True, ""),
        ("image", "attached", False, ""),
        ("image", "attached", False, ""),
    ]
    assert held(desk, vault) == sorted([jpeg(), jpeg(2, 2), MP4])
    assert (outcome.documents, outcome.refused) == (4, [])


FEED = f"""<?xml version="1.0"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>News</title><item>
<title>3 killed in Sarmin</title><link>{SITE}/1</link><description>&lt;img src="/in.jpg" alt="a street"&gt; 3 killed in Sarmin</description>
<enclosure url="{SITE}/v.mp4" type="video/mp4" length="9"/><media:content url="{SITE}/m.jpg" medium="image"/></item></channel></rss>"""


def test_what_a_feed_gives_with_an_item_is_named_and_not_held(desk: Ledger, take: Take, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(FEED)
    take(tmp_path / "feed.xml")
    assert told(desk) == [("video", "attached", False, ""), ("image", "attached", False, ""), ("image", "shown", False, "a street")]


# -- which a page names -----------------------------------------------------------------------------------------------

NAMED = {
    "a picture with its figure's caption": (
        '<figure><img src="/a.jpg" alt="x"><figcaption>A crater</figcaption></figure>',
        ["/a.jpg: A crater"],
    ),
    "the largest of a set": ('<img srcset="/s.jpg 200w, /l.jpg 1200w" alt="x">', ["/l.jpg: x"]),
    "what a script shows later": ('<img src="/blank.gif" data-src="/a.jpg">', ["/a.jpg: "]),
    "a link to a film": ('<a href="/v.mp4">the film</a>', ["/v.mp4: the film"]),
    "a player of another site": (
        '<iframe src="https://www.youtube.com/embed/x" title="film"></iframe>',
        ["https://www.youtube.com/embed/x: film"],
    ),
    "once, however often": ('<img src="/a.jpg"><img src="/a.jpg" alt="a street">', ["/a.jpg: a street"]),
    "no sign": ('<img src="/img/logo.png"><img src="/i/icon-x.png"><img src="/a.png" width="16" height="16">', []),
    "nothing but what is of the web": ('<img src="javascript:alert(1)"><img src="file:///etc/a.png"><img src="blob:x">', []),
    "a place that contains the word of a sign": ('<img src="/logone-chari/iconic.jpg">', ["/logone-chari/iconic.jpg: "]),
    "nothing of a menu": ('<nav><img src="/a.jpg"></nav><aside><img src="/b.jpg"></aside>', []),
    "hidden words in a caption": ('<img src="/a.jpg" alt="a \u202e\nstreet">', ["/a.jpg: a \u202e street"]),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_page_names(desk: Ledger, take: Take, tmp_path: Path, name: str) -> None:
    markup, expected = NAMED[name]
    take(warc(tmp_path / "x.warc.gz", [("1", "text/html; charset=utf-8", f"<article>{WORDS}{markup}</article>".encode())]))
    (report,) = desk.reports()
    found: tuple[Medium, ...] = desk.media([report.id]).get(report.id, ())
    assert [f"{(m.address or '').removeprefix(SITE)}: {m.caption}" for m in found] == expected


def test_a_page_with_very_many_pictures_names_so_many(desk: Ledger, take: Take, tmp_path: Path) -> None:
    markup = "".join(f'<img src="/{n}.jpg">' for n in range(5000))
    take(warc(tmp_path / "x.warc.gz", [("1", "text/html", f"<article>{WORDS}{markup}</article>".encode())]))
    assert len(told(desk)) == 60


# -- and not ----------------------------------------------------------------------------------------------------------


def test_one_that_no_report_names_is_not_kept_and_said_so(desk: Ledger, vault: Vault, take: Take, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(png())
    outcome = take(tmp_path / "x.png")
    assert outcome.refused == ["x.png: is a photo, video or recording that no report names; it is not kept"]
    assert (list(desk.documents()), list(vault.custody())) == ([], [])


def test_reading_a_file_without_a_ledger_passes_over_its_pictures(tmp_path: Path) -> None:
    from tahqiq.pipeline import read_file

    (tmp_path / "x.eml").write_bytes(bytes(letter((png(), "image/png", "street.png", ""))))
    assert len(list(read_file(tmp_path / "x.eml", stages=PLAIN))) == 1


def test_a_file_that_waits_for_its_report_is_told_and_taken_when_it_is_given_with_it(
    desk: Ledger, vault: Vault, take: Take, tmp_path: Path
) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "photo.png").write_bytes(png())
    waiting = take(tmp_path / "saved").unnamed
    assert waiting == [str(tmp_path / "saved" / "photo.png")] and held(desk, vault) == []
    (tmp_path / "saved" / "page.html").write_text(f'<article>{WORDS}<img src="photo.png"></article>')
    outcome = take(tmp_path / "saved" / "page.html", *map(Path, waiting))
    assert (outcome.unnamed, outcome.refused, held(desk, vault)) == ([], [], [png()])
