"""A theatre of made-up happenings with known truth: what happened, and what noisy outlets made of it.

Places are the registry's, sides are its actors; nothing here tells of anything that happened.
"""

import datetime as dt
import random
from dataclasses import replace

from tahqiq.model import Account, Casualty, Dated, Mention, Named, Place, Placed, Report

TOWNS = (
    ("sy-al-bab", "Al-Bab", "Aleppo", 36.37, 37.516),
    ("sy-azaz", "Azaz", "Aleppo", 36.586, 37.046),
    ("sy-afrin", "Afrin", "Aleppo", 36.512, 36.87),
    ("sy-manbij", "Manbij", "Aleppo", 36.528, 37.955),
    ("sy-idlib", "Idlib", "Idlib", 35.93, 36.63),
    ("sy-saraqib", "Saraqib", "Idlib", 35.864, 36.806),
    ("sy-daraa", "Daraa", "Daraa", 32.62, 36.10),
    ("sy-busra", "Busra", "Daraa", 32.52, 36.48),
    ("sy-palmyra", "Palmyra", "Homs", 34.56, 38.28),
    ("sy-salamiyah", "Salamiyah", "Hama", 35.01, 37.05),
    ("sy-raqqa", "Raqqa", "Raqqa", 35.95, 39.01),
    ("sy-tabqa", "Al-Tabqa", "Raqqa", 35.837, 38.548),
    ("sy-mayadin", "Al-Mayadin", "Deir ez-Zor", 35.02, 40.45),
    ("sy-albukamal", "Al-Bukamal", "Deir ez-Zor", 34.45, 40.92),
    ("sy-deir-ez-zor", "Deir ez-Zor", "Deir ez-Zor", 35.336, 40.141),
    ("sy-hasakah", "Al-Hasakah", "Al-Hasakah", 36.5, 40.75),
)
SIDES = (
    ("Islamic State", "islamic-state", "rebel_group"),
    ("Syrian Arab Army", "syrian-arab-army", "state_forces"),
    ("Syrian Democratic Forces", "syrian-democratic-forces", "rebel_group"),
    ("Hayat Tahrir al-Sham", "hayat-tahrir-al-sham", "rebel_group"),
    ("Russian Aerospace Forces", None, "state_forces"),
)
TYPES = (("airstrike", "drone"), ("shelling", "artillery"), ("explosion", "ied"), ("armed_attack", "firearm"), ("armed_clash", "firearm"))
FAMILY = {
    "airstrike": "shelling",
    "shelling": "airstrike",
    "explosion": "armed_attack",
    "armed_attack": "armed_clash",
    "armed_clash": "armed_attack",
}
NOWHERE = Mention(0, 1, "x", "made/up")


def theatre(
    happenings: int, *, seed: int, tellings: int = 4, days: int | None = None, look_alikes: float = 0.1
) -> tuple[tuple[Account, ...], dict[str, Report], dict[str, str]]:
    """Accounts, their reports, and for each account which happening it tells; some three happenings a day unless `days` says otherwise.

    A part of them, `look_alikes`, is the one before over again, by the same side in the same village within the week.
    """
    chance = random.Random(seed)
    first = dt.date(2020, 1, 1)
    span = days or max(3, happenings // 3)
    accounts, reports, truth = [], {}, {}
    happened, told = first, _happening(chance, first)
    for number in range(happenings):
        if number and chance.random() < look_alikes:
            happened += dt.timedelta(days=chance.randint(3, 7))
            told = _look_alike(chance, told, happened)
        else:
            happened = first + dt.timedelta(days=chance.randrange(span))
            told = _happening(chance, happened)
        for telling in range(chance.randint(1, tellings)):
            name = f"{number:06d}-{telling}"
            published = happened + dt.timedelta(days=chance.choice((0, 1, 1, 2)))
            reports[f"r{name}"] = Report(text="x", id=f"r{name}", language=chance.choice(("en", "ar", "ur", "fa")), published=published)
            accounts.append(replace(_noisy(told, chance), id=f"a{name}", report=f"r{name}"))
            truth[f"a{name}"] = str(number)
    return tuple(accounts), reports, truth


def _happening(chance: random.Random, day: dt.date) -> Account:
    id, name, admin1, lat, lon = chance.choice(TOWNS)
    event_type, weapon = chance.choice(TYPES)
    by, at = chance.sample(SIDES, 2)
    killed = chance.choice((0, 1, 1, 2, 2, 3, 4, 5, 7, 9, 12, 17, 30))
    jitter = chance.uniform(-0.25, 0.25), chance.uniform(-0.25, 0.25)
    place = Place(
        f"village by {name} {jitter[0]:.3f}", f"{id}-{jitter[0]:.4f}", "SY", admin1, lat + jitter[0], lon + jitter[1], "settlement"
    )
    return Account(
        "", "", event_type, NOWHERE,
        date=Dated(NOWHERE, day, day), place=Placed(NOWHERE, place),
        perpetrators=(Named(NOWHERE, *by),), targets=(Named(NOWHERE, *at),), weapons=(weapon,),
        casualties=(
            Casualty(NOWHERE, "killed", "unspecified", killed, killed),
            Casualty(NOWHERE, "injured", "unspecified", killed * 2 + 1, killed * 2 + 1),
        ),
    )  # fmt: skip


def _look_alike(chance: random.Random, told: Account, day: dt.date) -> Account:
    """The same sides, weapon and village some days later, with another toll."""
    other = _happening(chance, day)
    return replace(told, date=other.date, casualties=other.casualties)


def _noisy(told: Account, chance: random.Random) -> Account:
    """Wrong day 30 %, coarser place 20 %, other toll 20 %, missing side 10 %, another word for it 15 %."""
    noisy = told
    assert told.date and told.place
    if chance.random() < 0.3:
        day = told.date.start + dt.timedelta(days=chance.choice((-1, 1, 1, 2)))
        noisy = replace(noisy, date=Dated(NOWHERE, day, day))
    if chance.random() < 0.2:
        place = told.place.place
        wide = Place(f"{place.admin1} Governorate", f"sy-{place.admin1}", "SY", place.admin1, place.lat, place.lon, "province")
        noisy = replace(noisy, place=Placed(NOWHERE, wide))
    if chance.random() < 0.2:
        killed = told.casualties[0].min + chance.choice((-1, 1, 2, 3))
        noisy = replace(noisy, casualties=(Casualty(NOWHERE, "killed", "unspecified", max(0, killed), max(0, killed)),))
    if chance.random() < 0.1:
        noisy = replace(noisy, perpetrators=())
    if chance.random() < 0.15:
        noisy = replace(noisy, event_type=FAMILY[told.event_type])
    return noisy


def pair_scores(clusters: tuple[tuple[str, ...], ...], truth: dict[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of accounts."""
    sizes: dict[str, int] = {}
    for happening in truth.values():
        sizes[happening] = sizes.get(happening, 0) + 1
    wanted = sum(n * (n - 1) // 2 for n in sizes.values())
    got = hit = 0
    for cluster in clusters:
        inside: dict[str, int] = {}
        for account in cluster:
            inside[truth[account]] = inside.get(truth[account], 0) + 1
        got += len(cluster) * (len(cluster) - 1) // 2
        hit += sum(n * (n - 1) // 2 for n in inside.values())
    precision, recall = hit / max(1, got), hit / max(1, wanted)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)
