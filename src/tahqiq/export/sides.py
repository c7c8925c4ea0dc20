"""Who stands on each side of a happening, in the kinds that codebooks of conflict turn on: state, rebels, militias, crowds, civilians.

Names are ACLED's (Unidentified Armed Group, Civilians, each with the country); what UCDP and PLOVER need to name a side their own way
stands beside.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tahqiq.codebook import load_codebook
from tahqiq.export.happenings import Happening
from tahqiq.model import Named
from tahqiq.registries.relations import actor_entry, is_nobody, state_of

ARMED = ("state_forces", "rebel_group", "political_militia", "identity_militia", "external_forces", "unidentified_armed")
_STATE = ("state_forces", "government", "police", "intelligence", "aircraft", "navy", "military", "army")
_GROUPS = {"rebel_group": "rebel_group", "militia": "political_militia", "coalition": "external_forces", "armed_group": "rebel_group"}
_UNARMED = (
    "people person civilians ngo international medical outlet agency party company monitor official minister".split()
)  # whoever bears no arms and is no crowd is a civilian
_CROWDS = {"protest": "protesters", "riot": "rioters"}


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor as ACLED names it, and its side in the codebook's words.

    `told` is its usual English name, `id` that of the registry, `home` the country whose force or group it is.
    """

    name: str
    side: str
    told: str = ""
    id: str | None = None
    kind: str | None = None
    home: str | None = None


def sides(one: Happening, country: str) -> tuple[tuple[Actor, ...], tuple[Actor, ...]]:
    """Who did it and who was struck, as told, in a country by its code."""
    incident = one.incident
    first = _actors((p for account in one.accounts for p in account.perpetrators), country)
    second = _actors((t for account in one.accounts for t in account.targets), country)
    crowd = _CROWDS.get(incident.event_type)
    if crowd and not any(actor.side == crowd for actor in first):
        first = (Actor(f"{crowd.capitalize()} ({country_name(country)})", crowd, crowd.capitalize()), *first)
    if _civilians_harmed(one) and not any(actor.side == "civilians" for actor in second):
        second = (*second, civilians(country))
    return first, second


def unidentified(country: str) -> Actor:
    """Gunmen whom nobody named."""
    return Actor(f"Unidentified Armed Group ({country_name(country)})", "unidentified_armed", "Unidentified armed group")


def civilians(country: str) -> Actor:
    """The civilians of a country."""
    return Actor(f"Civilians ({country_name(country)})", "civilians", "Civilians", home=country)


def country_name(country: str) -> str:
    """ACLED's name of a country by its code."""
    return str(load_codebook().vocabulary("acled").tables["countries"].rows[country]["name"])


def _actors(named: Iterable[Named], country: str) -> tuple[Actor, ...]:
    """Each actor once, those of whom most is known first in the order told."""
    found: dict[str, Actor] = {}
    for one in named:
        actor = _actor(one, country)
        if actor is not None:
            found.setdefault(actor.name, actor)
    return tuple(sorted(found.values(), key=lambda actor: actor.side == "unidentified_armed"))


def _actor(named: Named, country: str) -> Actor | None:
    if is_nobody(named):
        return unidentified(country)
    entry = actor_entry(named.actor)
    kind = entry.kind if entry else named.kind
    home = entry.country if entry else state_of(named.name, named.actor, named.kind)
    name = (entry.acled or entry.name) if entry else named.name
    told = entry.name if entry else named.name
    if kind in _STATE or (kind == "country" and home):
        return Actor(name, "state_forces" if home in (country, None) else "external_forces", told, named.actor, kind, home)
    if kind in _GROUPS:
        return Actor(name, _GROUPS[kind], told, named.actor, kind, home)
    return civilians(country) if kind in _UNARMED else None


def _civilians_harmed(one: Happening) -> bool:
    return any(t.who in ("civilians", "children", "women") and t.best > 0 and t.effect != "displaced" for t in one.incident.tolls)
