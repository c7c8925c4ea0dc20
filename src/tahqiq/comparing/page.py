"""A comparison as one HTML page that needs nothing else: a chart of the months, the numbers, and what the two tell apart."""

from collections import Counter
from html import escape

from tahqiq.comparing import Comparison

_KINDS = (("both", "#4a6fa5"), ("only ours", "#c28e3a"), ("only theirs", "#8a8a8a"))
_BAR, _GAP, _HEIGHT = 14, 4, 160


def page_of(found: Comparison) -> str:
    """The page."""
    rows = "".join(
        f"<tr><td>{escape(str(m.incident.start or ''))}</td><td><bdi>{escape(m.incident.title)}</bdi></td><td>{escape(m.theirs.id)}</td>"
        f"<td>{escape(name.replace('_', ' '))}</td><td><bdi>{escape(ours)}</bdi></td><td><bdi>{escape(theirs)}</bdi></td></tr>"
        for m in found.matches
        for name, ours, theirs in m.conflicts
    )
    legend = " ".join(
        f'<span style="border-inline-start:.8em solid {colour};padding-inline:.4em 1em">{kind}</span>' for kind, colour in _KINDS
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Compared with {escape(found.title)}</title>'
        "<style>body{font:16px/1.5 sans-serif;margin:2em;max-width:70em}table{border-collapse:collapse}"
        "td,th{border-bottom:1px solid #ccc;padding:.3em .6em;text-align:start}</style>"
        f"<h1>Compared with {escape(found.title)}</h1><p>{len(found.matches)} rows matched, {len(found.only_theirs)} only theirs, "
        f"{len(found.only_ours)} incidents only ours.</p><p>{legend}</p>{_chart(found)}"
        f"<h2>What the two tell apart</h2><table><tr><th>Day<th>Incident<th>Theirs<th>Field<th>Ours<th>Theirs</tr>{rows}</table></html>\n"
    )


def _chart(found: Comparison) -> str:
    """Stacked bars, one a month that has any."""
    months = {
        "both": Counter(str(m.incident.start)[:7] for m in found.matches),
        "only ours": Counter(str(i.start)[:7] for i in found.only_ours),
        "only theirs": Counter(str(one.account.date.start)[:7] for one in found.only_theirs if one.account.date),
    }
    names = sorted(set().union(*months.values()))
    most = max((sum(months[kind][name] for kind, _ in _KINDS) for name in names), default=1)
    bars = []
    for at, name in enumerate(names):
        top = float(_HEIGHT)
        for kind, colour in _KINDS:
            height = _HEIGHT * months[kind][name] / most
            top -= height
            told = f"<title>{name}: {months[kind][name]} {kind}</title>"
            bars.append(f'<rect x="{at * (_BAR + _GAP)}" y="{top:.1f}" width="{_BAR}" height="{height:.1f}" fill="{colour}">{told}</rect>')
    width = max(1, len(names)) * (_BAR + _GAP)
    span = f"{names[0]} to {names[-1]}" if names else ""
    return f'<svg role="img" aria-label="by month, {span}" width="{width}" height="{_HEIGHT}">{"".join(bars)}</svg><p>{span}</p>'
