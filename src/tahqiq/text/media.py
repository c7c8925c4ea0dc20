"""Which photos, videos and recordings a text's document shows, names or has attached, and what it says of them.

What comes in are markup and the parts of letters and office files; what goes out are `Medium`s in the document's order. Nothing is fetched,
and no picture is looked at: a page's spacers, icons and signs are told by their names and the sizes that the page gives them.
"""

import base64
import binascii
import hashlib
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from tahqiq.model import MEDIA, Medium

MOST = 60  # of one report; a page with more is a gallery or a trap
_LARGEST = 5_000_000  # characters, as in `extract`
_FEWEST_BYTES = 1_000  # of a picture written into a page
_SMALLEST = 100  # pixels of a side, where a page tells it: what is smaller is a sign
_NO_NEWS = re.compile(
    r"(?:^|[/_.-])(?:logos?|icons?|favicon|sprites?|spacer|pixel|tracking|avatars?|emojis?|badge|banner|blank|placeholder|loading|loader|spinner"
    r"|ads?|adserver|1x1|gravatar|button|btn|share|arrow)(?:[/_.-]|\d|$)",
    re.I,
)
_SUFFIXES = {
    "image": ".jpg .jpeg .png .gif .webp .bmp .avif .heic .tif .tiff".split(),
    "video": ".mp4 .m4v .webm .mov .ogv .avi .mkv .3gp .mpeg .mpg".split(),
    "audio": ".mp3 .ogg .oga .opus .m4a .wav .amr".split(),
}
_PLAYERS = re.compile(
    r"^https?://(?:www\.)?(?:youtube(?:-nocookie)?\.com/embed/|player\.vimeo\.com/video/|(?:geo\.)?dailymotion\.com/embed|facebook\.com/plugins/video"
    r"|aparat\.com/video|rumble\.com/embed|t\.me/[^?#]+\?embed)",
    re.I,
)
_LEADS = {
    "og:image": "image",
    "og:image:url": "image",
    "og:image:secure_url": "image",
    "twitter:image": "image",
    "twitter:image:src": "image",
    "og:video": "video",
    "og:video:url": "video",
    "og:video:secure_url": "video",
    "twitter:player:stream": "video",
    "og:audio": "audio",
}
_LATER = ("data-src", "data-original", "data-lazy-src", "data-full-src")  # where pages name what a script is to show
_WRITTEN = re.compile(r"data:(?P<kind>image|video|audio)/[\w.+-]{1,40}(?:;[\w=.+-]{1,40}){0,3};base64,(?P<bytes>[A-Za-z0-9+/=\s]+)", re.I)
_NOT_SHOWN = "head header footer nav aside form noscript template script style".split()
Locate = Callable[[str], str | None]


def kind_of(name: str, media_type: str = "") -> str | None:
    """image, video or audio, by the media type, else by what a name ends in; None for anything else."""
    major = media_type.partition("/")[0].strip().lower()
    if major in MEDIA:
        return major
    path = name.partition("?")[0].partition("#")[0].lower()
    return next((kind for kind, suffixes in _SUFFIXES.items() if path.endswith(tuple(suffixes))), None)


def attached(data: bytes, kind: str, *, name: str = "", caption: str = "", role: str = "attached", address: str | None = None) -> Medium:
    """The medium that these bytes are."""
    return Medium(kind, role, hashlib.sha256(data).hexdigest(), address, name, caption)


def locating(address: str | None, origin: str, *, is_local: bool) -> Locate:
    """How a page's names of its media are understood: against its address, else, of a page in a folder, against where it lies.

    Args:
        origin: the page's place among files.
        is_local: whether it has one.
    """

    def located(told: str) -> str | None:
        try:
            scheme = urlsplit(told).scheme.lower()
            if scheme in ("http", "https"):
                return told
            if told.startswith("//"):
                return f"https:{told}"
            if scheme:
                return None
            if address:
                return urljoin(address, told)
        except ValueError:
            return None
        path = unquote(told.partition("?")[0].partition("#")[0])
        if not is_local or not path or path.startswith("/") or "\x00" in path:
            return None
        return posixpath.normpath(posixpath.join(posixpath.dirname(origin), path))

    return located


def media_of_page(markup: str, locate: Locate, parts: Mapping[str, str] | None = None) -> tuple[Medium, ...]:
    """What a page shows and names, each once, in its order; what it gives of itself to others (og:image) last.

    Args:
        parts: of a page that was saved with its pictures, the SHA-256 of each by its address or `cid:` name.
    """
    import lxml.etree  # type: ignore[import-untyped]
    import lxml.html  # type: ignore[import-untyped]

    if len(markup) > _LARGEST or "<" not in markup:
        return ()
    try:
        page = lxml.html.document_fromstring(
            markup.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8", no_network=True)
        )
        found = [*_shown(page), *_leads(page)]
    except (lxml.etree.LxmlError, ValueError, AssertionError, RecursionError, TypeError):
        return ()  # what a parser makes of a broken page is its own affair
    resolved = (_resolved(medium, locate, parts or {}) for medium in found)
    return _each_once(medium for medium in resolved if medium)


def _shown(page: Any) -> Iterator[Medium]:
    """What stands among the page's words: in its article where it has one, else anywhere but in menus, heads and feet."""
    articles = page.xpath("//article | //main | //*[@role='main'] | //*[@itemprop='articleBody']")
    roots = [a for a in articles if not any(other is not a and other in a.iterancestors() for other in articles)] or [page]
    for root in roots:
        for node in root.iter("img", "video", "audio", "iframe", "a", "source"):
            if not any(isinstance(up.tag, str) and up.tag in _NOT_SHOWN for up in node.iterancestors()):
                yield from _of_node(node)


def _of_node(node: Any) -> Iterator[Medium]:
    match node.tag:
        case "img":
            told = _source_of(node)
            if told and not _is_sign(node, told):
                yield Medium("image", "shown", address=told, caption=_caption(node))
        case "video" | "audio":
            if told := node.get("src") or node.get("data-src"):
                yield Medium(node.tag, "shown", address=told, caption=_caption(node))
            if poster := node.get("poster"):
                yield Medium("image", "shown", address=poster, caption=_caption(node))
        case "source":
            parent = node.getparent()
            if parent is not None and parent.tag in ("video", "audio") and node.get("src"):
                yield Medium(parent.tag, "shown", address=node.get("src"), caption=_caption(parent))
        case "iframe":
            told = node.get("src") or node.get("data-src") or ""
            if _PLAYERS.match(f"https:{told}" if told.startswith("//") else told):
                yield Medium("video", "linked", address=told, caption=_plain(node.get("title") or ""))
        case "a":
            kind = kind_of(node.get("href") or "")
            if kind:
                yield Medium(kind, "linked", address=node.get("href"), caption=_plain(node.text_content()))


def _source_of(image: Any) -> str:
    """The largest that is told: what a script shows later, the last of a set, the picture itself."""
    for name in _LATER:
        if image.get(name):
            return str(image.get(name)).strip()
    told = (image.get("src") or "").strip()
    if told and not told.startswith("data:image/svg") and not (told.startswith("data:") and len(told) < _FEWEST_BYTES):
        return told
    listed = [one.split() for one in (image.get("srcset") or image.get("data-srcset") or "").split(", ") if one.split()]
    return str(max(listed, key=_width)[0]) if listed else ""


def _width(candidate: list[str]) -> float:
    try:
        return float(candidate[-1].rstrip("wx")) if len(candidate) > 1 else 1.0
    except ValueError:
        return 0.0


def _is_sign(image: Any, told: str) -> bool:
    sides = [int(side) for name in ("width", "height") if (side := (image.get(name) or "").removesuffix("px")).isdigit()]
    if any(side < _SMALLEST for side in sides):
        return True
    if told.startswith("data:"):
        return False
    path = urlsplit(told).path if "://" in told or told.startswith("//") else told
    return bool(_NO_NEWS.search(path))


def _caption(node: Any) -> str:
    for up in node.iterancestors("figure"):
        for words in up.iter("figcaption"):
            if said := _plain(words.text_content()):
                return said
    return _plain(node.get("alt") or node.get("title") or node.get("aria-label") or "")


def _leads(page: Any) -> Iterator[Medium]:
    for meta in page.iter("meta"):
        kind = _LEADS.get((meta.get("property") or meta.get("name") or "").lower())
        told = (meta.get("content") or "").strip()
        if kind and told and not told.startswith("data:"):
            yield Medium(kind, "lead", address=told)


def _resolved(medium: Medium, locate: Locate, parts: Mapping[str, str]) -> Medium | None:
    told = (medium.address or "").strip()
    if written := _WRITTEN.match(told):
        data = _decoded(written["bytes"])
        return attached(data, written["kind"].lower(), caption=medium.caption, role=medium.role) if len(data) >= _FEWEST_BYTES else None
    if told in parts:
        return replace(medium, document=parts[told], address=told if told.startswith("http") else None)
    address = locate(told)
    if address is None or len(address) > 4000:
        return None
    return replace(medium, document=parts.get(address), address=address, name=_name(address))


def _decoded(written: str) -> bytes:
    try:
        return base64.b64decode("".join(written.split()))
    except (binascii.Error, ValueError):
        return b""


def _each_once(media: Iterable[Medium]) -> tuple[Medium, ...]:
    kept: dict[str, Medium] = {}
    for medium in media:
        key = medium.document or medium.address or medium.name
        before = kept.get(key)
        if before is None and len(kept) < MOST:
            kept[key] = medium
        elif before is not None and medium.caption and not before.caption:
            kept[key] = replace(before, caption=medium.caption)
    return tuple(kept.values())


def _name(address: str) -> str:
    return unquote(posixpath.basename(urlsplit(address).path))[:200] if "://" in address else posixpath.basename(address)[:200]


def _plain(words: str) -> str:
    return " ".join(words.replace("\x00", "\ufffd").encode("utf-8", "replace").decode().split())[:500]
