"""README and docs: examples run and print what the page says, links resolve, and what is public is documented."""

import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import tahqiq
from tahqiq.cli import cli
from tahqiq.codebook import load_codebook
from tahqiq.export import TABLE as EXPORTERS
from tahqiq.languages import supported
from tahqiq.settings import TABLE as SETTINGS

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
PAGES = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")), *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]*)(#[^)]*)?\)")
_FILE = re.compile(r"`((?:src|tests|tools|docs)/[\w./-]+)`")
LARGEST_PICTURE = 400_000


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def run_examples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_examples", ROOT / "tools" / "run_examples.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


examples = run_examples()


@pytest.mark.parametrize("page", [p for p in examples.pages() if any(examples.examples(p))], ids=named)
def test_examples_run_and_print_what_the_page_says(page: Path) -> None:
    text = page.read_text("utf-8")
    for example, printed in examples.run_page(page):
        if example.says:
            said = text[example.start : example.end]
            assert examples.agrees(said, printed), f"{example.where()} prints otherwise; make docs writes it anew:\n{printed}"


def test_an_example_may_run_no_program_but_those_named() -> None:
    example = examples.Example(ROOT / "README.md", 1, "console", "echo x | rm -r y", 0, 0)
    with pytest.raises(examples.WrongExample, match="line 1: rm is no program"):
        examples.run(example, ROOT)


def test_what_an_example_left_out_may_be_anything_and_nothing_else_may_differ() -> None:
    assert examples.agrees("a …\n…\nz\n", "a 1\nb\nc\nz\n")
    assert not examples.agrees("a …\nz\n", "a 1\nb\nz\n")
    assert not examples.agrees("seven\n", "nine\n")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    broken = [link for link, _ in _LINK.findall(text) if link and not (page.parent / link).exists()]
    assert not broken
    for link, anchor in _LINK.findall(text):
        if anchor:
            target = (page.parent / link if link else page).read_text("utf-8")
            headings = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in re.findall(r"^#+ (.+)$", target, re.M)}
            assert anchor[1:] in headings


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    missing = [name for name in _FILE.findall(page.read_text("utf-8")) if not (ROOT / name).exists()]
    assert not missing


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in reached:
            continue
        reached.add(page)
        if page.is_dir():
            waiting += page.glob("*.md")
        elif page.suffix == ".md":
            waiting += [page.parent / link for link, _ in _LINK.findall(page.read_text("utf-8")) if link]
    assert not [named(page) for page in PAGES if page not in reached]


def test_pictures_are_small_and_used() -> None:
    used = "".join(page.read_text("utf-8") for page in PAGES)
    for picture in (ROOT / "docs" / "images").iterdir():
        assert picture.stat().st_size < LARGEST_PICTURE
        assert picture.name in used


def test_every_public_name_says_what_it_is_and_is_on_its_page() -> None:
    page = (REFERENCE / "python.md").read_text("utf-8")
    for name in tahqiq.__all__:
        assert inspect.getdoc(getattr(tahqiq, name)), name
        assert f"`{name}`" in page
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        tahqiq.nothing


def test_nothing_is_done_at_import() -> None:
    code = "import sys, tahqiq; print([m for m in sys.modules if m.startswith('tahqiq.')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_every_setting_command_type_language_and_format_is_on_its_page() -> None:
    def lacking(page: str, names: list[str]) -> list[str]:
        text = (REFERENCE / f"{page}.md").read_text("utf-8")
        return [name for name in names if name not in text]

    assert not lacking("settings", [setting.variable for setting in SETTINGS])
    assert not lacking("commands", [f"## tahqiq {name}" for name in cli.commands])
    assert not lacking("codebook", [f"| `{name}` |" for name in load_codebook().closed("event_types")])
    assert not lacking("languages", [f"| `{code}` |" for code in supported()])
    assert not lacking("exporters", [f"| `{name}` |" for name in EXPORTERS])


def test_export_names_every_format_in_its_help() -> None:
    told = cli.commands["export"].help or ""
    assert not [name for name in EXPORTERS if name not in told]
