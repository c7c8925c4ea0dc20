"""Archives made for tests: short reports of nothing that happened, in four languages, as shards of each kind."""

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path

TELLING = (
    "Shelling killed {n} people in Idlib on 3 March 2024, the Civil Defence said.",
    "قتل {n} مدنيين في قصف على مدينة حلب يوم 3 آذار 2024.",
    "Two soldiers were wounded by a roadside bomb near Mosul on Friday, attack number {n} this year.",
    "سه غیرنظامی در حمله هوایی به قندهار کشته شدند و {n} نفر زخمی شدند.",
    "حلب میں بمباری سے {n} شہری ہلاک ہوئے۔",
    "The football match ended {n} to 1 after a late strike.",
)


def told(count: int, first: int = 0) -> Iterator[dict[str, str]]:
    """So many reports, no two alike."""
    for n in range(first, first + count):
        day = f"2024-03-{n % 27 + 1:02}"
        yield {"id": f"r{n}", "published": day, "text": TELLING[n % len(TELLING)].format(n=n + 2), "url": f"https://example.org/{n}"}


def jsonl(path: Path, count: int, first: int = 0) -> Path:
    data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in told(count, first)).encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def parquet(path: Path, count: int, first: int = 0) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(list(told(count, first))), path, row_group_size=70)
    return path


def warc(path: Path, count: int, first: int = 0, *, packed: bool = True) -> Path:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=packed)
        for report in told(count, first):
            page = f"<html><head><title>News</title></head><body><article><p>{report['text']}</p></article></body></html>".encode()
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            at = {"WARC-Date": "2024-04-01T00:00:00Z"}
            body = io.BytesIO(page)
            writer.write_record(
                writer.create_warc_record(report["url"], "response", payload=body, http_headers=headers, warc_headers_dict=at)
            )
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
