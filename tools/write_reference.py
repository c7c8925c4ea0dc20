"""Writes docs/reference from the code and data it describes; with --check only says which pages are behind.

python tools/write_reference.py [--check]        (`make docs`, `make check`)
"""

import inspect
import sys
from collections.abc import Callable
from pathlib import Path

import click

import tahqiq
from tahqiq.codebook import load_codebook
from tahqiq.export import HOLDINGS, TABLE, find_exporter
from tahqiq.languages import load_language, supported
from tahqiq.settings import TABLE as SETTINGS

OUT = Path(__file__).parents[1] / "docs" / "reference"
NOTE = "<!-- written by tools/write_reference.py; edit what it describes, then run make docs -->\n\n"
EXIT_CODES = "Exit codes: 0 done; 1 some of the input failed and was named, the rest was done; 2 nothing was done, one sentence says why."


def table(*headings: str) -> str:
    """The head of a table with these columns."""
    return f"| {' | '.join(headings)} |\n|{' --- |' * len(headings)}\n"


def settings() -> str:
    """Every setting with its variable, default and unit."""
    rows = "".join(f"| `{s.name}` | `{s.variable}` | `{s.default or '-'}` | {s.unit or '-'} | {s.help} |\n" for s in SETTINGS)
    said = "# Settings\n\nOnly the command line and the desk read the environment.\n\n"
    return said + table("setting", "variable", "default", "unit", "what") + rows


def codebook() -> str:
    """Event types with their meaning and outside codes, and the closed lists."""
    book = load_codebook()
    page = "# Codebook\n\n## Event types\n\n" + table("type", "means", "English", "العربية", "اردو", "فارسی", "ACLED", "PLOVER")
    for name in book.closed("event_types"):
        kind = book.event_type(name)
        labels = " | ".join(book.label("event_types", name, code) for code in ("en", "ar", "ur", "fa"))
        page += f"| `{name}` | {kind.means} | {labels} | {book.code(name, 'acled') or '-'} | {book.code(name, 'plover') or '-'} |\n"
    page += "\n## Closed lists\n"
    for listed in ("weapons", "effects", "who", "stances", "status", "certainty", "precisions", "qualifiers", "grades"):
        page += f"\n**{listed}**: " + ", ".join(f"`{value}`" for value in book.closed(listed)) + "\n"
    return page


def languages() -> str:
    """What each pack covers, counted in its own data and rounded down, so that the page changes when a pack has grown much."""
    columns = ("code", "language", "direction", "order", "phrases", "ways of saying days", "given and family names")
    page = "# Languages\n\n" + table(*columns)
    for code in supported():
        pack = load_language(code)
        days = sum(len(rules) for rules in pack.dates.rules.values())
        counts = (_over(len(pack.lexicon), 500), _over(days, 20), _over(len(pack.given_names), 100))
        page += f"| `{code}` | {pack.name} | {pack.direction} | {pack.order} | {' | '.join(counts)} |\n"
    return page + "\nA text in another language is kept as evidence and marked unread with the reason.\n"


def _over(count: int, step: int) -> str:
    return f"over {count // step * step:,}" if count > step else str(count)


def exporters() -> str:
    """Formats by name, and what each cannot hold."""
    page = "# Exporters\n\n" + table("name", "format", "media type", "ending", "cannot hold")
    for name in TABLE:
        one = find_exporter(name)
        lost = "; ".join(HOLDINGS[key][0] for key in one.cannot_hold)
        page += f"| `{name}` | {one.title} | `{one.media_type}` | `{one.extension}` | {lost or '-'} |\n"
    return page


def commands() -> str:
    """The help of every command."""
    from tahqiq.cli import cli

    page = f"# Commands\n\n{EXIT_CODES}\n"
    return page + "".join(_help(command, f"tahqiq {name}") for name, command in sorted(cli.commands.items()))


def python() -> str:
    """The public names of the package, each with what it says of itself; what a desk is asked; the columns of each kind of rows."""
    from tahqiq.notebook import Desk, Incidents
    from tahqiq.notebook.rows import KINDS

    page = "# Python\n\nThe names of `import tahqiq`. What stands below them is each package's own, and may change.\n\n"
    page += table("name", "what")
    for name in tahqiq.__all__:
        page += f"| `{name}` | {_said(getattr(tahqiq, name))} |\n"
    for title, kind in (("A desk, as `tahqiq.open` gives it", Desk), ("Incidents, as a desk gives them", Incidents)):
        page += f"\n## {title}\n\n" + table("ask", "what")
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            if not name.startswith("_"):
                page += f"| `{name}({_asked(method)})` | {_said(method)} |\n"
    page += "\n## Columns\n\nDays have no time of day, times are UTC, `texts` and `wholes` are lists; what is not told is empty.\n"
    for rows in KINDS:
        page += f"\n### {rows.called}\n\n{_said(rows)}\n\n" + table("column", "kind", "what")
        page += "".join(f"| `{column.name}` | {column.kind} | {column.says} |\n" for column in rows.columns)
    return page


def _asked(method: Callable[..., object]) -> str:
    """The names of what a method is asked, as they are written in a call."""
    marks = {inspect.Parameter.VAR_KEYWORD: "**", inspect.Parameter.VAR_POSITIONAL: "*"}
    return ", ".join(marks.get(one.kind, "") + one.name for one in list(inspect.signature(method).parameters.values())[1:])


def _said(what: object) -> str:
    return " ".join((inspect.getdoc(what) or "").split("\n\n")[0].split())


def _help(command: click.Command, path: str) -> str:
    context = click.Context(command, info_name=path, max_content_width=110)
    text = f"\n## {path}\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        text += "".join(_help(inner, f"{path} {name}") for name, inner in sorted(command.commands.items()))
    return text


PAGES: dict[str, Callable[[], str]] = {
    "settings": settings,
    "codebook": codebook,
    "languages": languages,
    "exporters": exporters,
    "commands": commands,
    "python": python,
}


def main() -> None:
    checking = "--check" in sys.argv[1:]
    OUT.mkdir(parents=True, exist_ok=True)
    behind = []
    for name, write in PAGES.items():
        path, page = OUT / f"{name}.md", NOTE + write()
        if path.is_file() and path.read_text("utf-8") == page:
            continue
        behind.append(path.name)
        if not checking:
            path.write_text(page, "utf-8")
    if checking and behind:
        print(f"behind what they describe: {', '.join(behind)}; run make docs")
        sys.exit(1)
    print("reference pages: " + (", ".join(behind) + " written" if behind else "all as they should be"))


if __name__ == "__main__":
    main()
