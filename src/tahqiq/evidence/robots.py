"""What a site's robots.txt asks of us, read as RFC 9309 says: the group that names us, else that for all; the longest rule counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

MOST_BYTES = 512_000  # RFC 9309, 2.5: at least 500 KiB are to be read
_LONGEST_DELAY_S = 60.0  # a longer one would stop a desk that asks many sites


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for one agent: (path pattern, may be asked), and the seconds asked for between requests."""

    rules: tuple[tuple[str, bool], ...] = ()
    delay_s: float = 0.0

    def allows(self, path: str) -> bool:
        """True where the path, with its query, may be asked for."""
        given = _plain(path)
        best = max(((len(rule), allowed) for rule, allowed in self.rules if _matches(_plain(rule), given)), default=(0, True))
        return best[1]


FORBIDDING = Robots((("/", False),))


def parse_robots(text: str, agent: str) -> Robots:
    """The rules of a robots.txt for an agent of this name."""
    ours: list[tuple[str, str]] = []
    for_all: list[tuple[str, str]] = []
    named = False
    for agents, lines in _groups(text):
        if any(a and a in agent.lower() for a in agents if a != "*"):
            named = True
            ours += lines
        if "*" in agents:
            for_all += lines
    lines = ours if named else for_all
    rules = tuple((value, key == "allow") for key, value in lines if key in ("allow", "disallow") and value)
    return Robots(rules, max((_seconds(value) for key, value in lines if key == "crawl-delay"), default=0.0))


def _groups(text: str) -> Iterator[tuple[list[str], list[tuple[str, str]]]]:
    agents: list[str] = []
    lines: list[tuple[str, str]] = []
    for line in text.lstrip("\ufeff").splitlines():
        key, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        key = key.lower()
        if key == "user-agent":
            if lines:
                yield agents, lines
                agents, lines = [], []
            agents.append(value.lower().partition("/")[0])
        elif key in ("allow", "disallow", "crawl-delay"):
            lines.append((key, value))
    yield agents, lines


def _seconds(value: str) -> float:
    try:
        return min(_LONGEST_DELAY_S, max(0.0, float(value)))
    except ValueError:
        return 0.0


def _plain(path: str) -> str:
    """The path with every character written one way, however it was written."""
    return quote(unquote(path, "utf-8", "replace"), safe="/*$?=&;:@+,!~'()%-._")


def _matches(rule: str, path: str) -> bool:
    """True where the path begins as the rule says: `*` is anything, `$` at the end is the end. Each piece is looked for once."""
    ends = rule.endswith("$")
    first, *rest = rule.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    last = rest.pop() if ends and rest else None
    for piece in rest:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    if last is not None:
        return len(path) - len(last) >= at and path.endswith(last)
    return not ends or at == len(path)
