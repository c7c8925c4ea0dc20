"""The strike of 7 July 2023 as four outlets told it, in this project's own words, with a second happening and a hostile text.

Texts are written for these tests after public reporting: the US command's announcement that a strike killed an Islamic State
leader, told of eastern Syria on Friday; of the road from al-Bab to Bizaa near Aleppo; of Saturday; as a copy of the first.
"""

import datetime as dt
from dataclasses import replace

from tahqiq.model import (
    Account,
    Casualty,
    Claim,
    Dated,
    Document,
    Incident,
    Link,
    Mention,
    Named,
    Place,
    Placed,
    Reading,
    Reason,
    Refusal,
    Report,
    Source,
    Told,
    Toll,
    digest,
)

PUBLISHED = dt.date(2023, 7, 9)
EASTERN_SYRIA = Place("eastern Syria", None, "SY", None, 35.2, 40.2, "region")
ROAD = Place("al-Bab–Bizaa road", None, "SY", "Aleppo", 36.37, 37.56, "site")
ALEPPO = Place("Aleppo", "sy-aleppo", "SY", "Aleppo", 36.2, 37.16, "settlement")

TEXTS = {
    "ar": (
        "القيادة الأمريكية: مقتل قيادي في داعش\n"
        "قالت القيادة المركزية الأمريكية يوم الأحد إن غارة بطائرة مسيّرة يوم الجمعة "
        "في شرق سوريا قتلت أسامة المهاجر، القيادي في تنظيم الدولة الإسلامية.\n"
        "وأضافت في بيانها أن MQ-9 نفذت الضربة وأنه لم يُقتل أي مدني، وأنها تراجع أنباء عن إصابة مدنيين.\n"
        "شارك الخبر"
    ),
    "ar-copy": (
        "مقتل قيادي في داعش\n"
        "قالت القيادة المركزية الأمريكية يوم الأحد إن غارة بطائرة مسيّرة يوم الجمعة "
        "في شرق سوريا قتلت أسامة المهاجر، القيادي في تنظيم الدولة الإسلامية."
    ),
    "en": (
        "Rescuers: drone hit motorcycle near al-Bab\n"
        "Syrian Civil Defence said an unidentified drone struck a motorcycle on the road between al-Bab and Bizaa "
        "in the countryside of Aleppo on 7 July, killing one man.\n"
        "Nobody has said who flew it. <script>alert('x')</script> & \"quotes\" stay text."
    ),
    "ur": (
        "امریکی ڈرون حملے میں داعش کا رہنما ہلاک\n"
        "امریکی ڈرون نے ہفتے کو شام کے شہر حلب میں ایک موٹر سائیکل کو نشانہ بنایا جس میں داعش کا ایک رہنما ہلاک ہو گیا۔ "
        "مقامی ذرائع کے مطابق دو شہری زخمی ہوئے۔"
    ),
    "fa": (
        "یک رهبر داعش در سوریه کشته شد\n"
        "فرماندهی مرکزی آمریکا اعلام کرد در حمله پهپادی روز جمعه ۷ ژوئیه در شرق سوریه یکی از رهبران داعش کشته شد."
    ),
}
SOURCES = {
    "ar": Source("mashriq", "جريدة المشرق", "newspaper", "LB", ("ar",)),
    "ar-copy": Source("akhbar", "موقع أخبار اليوم", "news_site", "JO", ("ar",)),
    "en": Source("monitor", "Aleppo Monitor", "monitor", "SY", ("en",)),
    "ur": Source("kashmir", "روزنامہ مشرق کشمیر", "newspaper", "PK", ("ur",)),
    "fa": Source("khabar", "خبر شرق", "news_site", "IR", ("fa",)),
}


def _document(name: str) -> Document:
    data = TEXTS[name].encode()
    return Document(digest(name) * 3 + "abcd", len(data), "text/plain", f"{name}.txt", "file", "2023-07-10T08:00:00Z", f"{name}.txt")


def _report(name: str) -> Report:
    language = name.partition("-")[0]
    text = TEXTS[name]
    return Report(
        text=text,
        id=f"r-{name}",
        document=_document(name).id,
        title=text.partition("\n")[0],
        language=language,
        published=PUBLISHED,
        url=f"https://{SOURCES[name].id}.example/2023/07/09/1",
        source=SOURCES[name].id,
        furniture=((len(text) - len("شارك الخبر"), len(text)),) if name == "ar" else (),
    )


DOCUMENTS = {name: _document(name) for name in TEXTS}
REPORTS = {name: _report(name) for name in TEXTS}


def words(name: str, text: str, rule: str = "test.rule") -> Mention:
    """The first place where the report has these words."""
    start = TEXTS[name].index(text)
    return Mention(start, start + len(text), text, rule)


def named(name: str, text: str, english: str, actor: str | None = None) -> Named:
    return Named(words(name, text), english, actor)


def _day(name: str, text: str, day: int) -> Dated:
    return Dated(words(name, text), dt.date(2023, 7, day), dt.date(2023, 7, day))


ACCOUNTS = {
    "ar": Account(
        "a-ar", "r-ar", "airstrike", words("ar", "غارة بطائرة مسيّرة"),
        date=_day("ar", "يوم الجمعة", 7),
        place=Placed(words("ar", "شرق سوريا"), EASTERN_SYRIA, (ALEPPO,)),
        perpetrators=(named("ar", "القيادة المركزية الأمريكية", "US Central Command"),),
        targets=(named("ar", "تنظيم الدولة الإسلامية", "Islamic State"),),
        victims=(named("ar", "أسامة المهاجر", "Usamah al-Muhajir"),),
        weapons=("drone",),
        casualties=(
            Casualty(words("ar", "قتلت أسامة المهاجر"), "killed", "combatants", 1, 1),
            Casualty(words("ar", "لم يُقتل أي مدني"), "killed", "civilians", 0, 0, "none"),
        ),
        claims=(Claim(named("ar", "القيادة المركزية الأمريكية", "US Central Command"), "reports"),),
    ),
    "ar-copy": Account(
        "a-ar-copy", "r-ar-copy", "airstrike", words("ar-copy", "غارة بطائرة مسيّرة"),
        date=_day("ar-copy", "يوم الجمعة", 7),
        place=Placed(words("ar-copy", "شرق سوريا"), EASTERN_SYRIA),
        perpetrators=(named("ar-copy", "القيادة المركزية الأمريكية", "US Central Command"),),
        targets=(named("ar-copy", "تنظيم الدولة الإسلامية", "Islamic State"),),
        weapons=("drone",),
        casualties=(Casualty(words("ar-copy", "قتلت أسامة المهاجر"), "killed", "combatants", 1, 1),),
        claims=(Claim(named("ar-copy", "القيادة المركزية الأمريكية", "US Central Command"), "reports"),),
    ),
    "fa": Account(
        "a-fa", "r-fa", "airstrike", words("fa", "حمله پهپادی"),
        date=_day("fa", "روز جمعه ۷ ژوئیه", 7),
        place=Placed(words("fa", "شرق سوریه"), EASTERN_SYRIA),
        perpetrators=(named("fa", "فرماندهی مرکزی آمریکا", "US Central Command"),),
        targets=(named("fa", "داعش", "Islamic State"),),
        weapons=("drone",),
        casualties=(Casualty(words("fa", "یکی از رهبران داعش کشته شد"), "killed", "combatants", 1, 1),),
        claims=(Claim(named("fa", "فرماندهی مرکزی آمریکا", "US Central Command"), "reports"),),
    ),
    "en": Account(
        "a-en", "r-en", "airstrike", words("en", "struck"),
        date=_day("en", "7 July", 7),
        place=Placed(words("en", "the road between al-Bab and Bizaa"), ROAD),
        weapons=("drone",),
        casualties=(Casualty(words("en", "killing one man"), "killed", "unspecified", 1, 1),),
        claims=(Claim(named("en", "Syrian Civil Defence", "Syrian Civil Defence"), "reports"),),
    ),
    "ur": Account(
        "a-ur", "r-ur", "airstrike", words("ur", "نشانہ بنایا"), certainty="alleged",
        date=_day("ur", "ہفتے کو", 8),
        place=Placed(words("ur", "شہر حلب"), ALEPPO),
        perpetrators=(named("ur", "امریکی ڈرون", "United States"),),
        targets=(named("ur", "داعش", "Islamic State"),),
        weapons=("drone",),
        casualties=(
            Casualty(words("ur", "ایک رہنما ہلاک"), "killed", "combatants", 1, 1),
            Casualty(words("ur", "دو شہری زخمی"), "injured", "civilians", 2, None, "at_least"),
        ),
        claims=(Claim(named("ur", "مقامی ذرائع", "local sources"), "reports", "injured"),),
    ),
}  # fmt: skip
OTHER_REPORT = Report(
    text="Rockets landed near the base at Ain al-Asad on 25 July 2024, a security official said. No one was hurt.",
    id="r-rockets", language="en", published=dt.date(2024, 7, 26), title="Rockets near a base",
)  # fmt: skip
OTHER = Account(
    "a-rockets", "r-rockets", "shelling", Mention(0, 14, "Rockets landed"),
    date=Dated(Mention(45, 57, "25 July 2024"), dt.date(2024, 7, 25), dt.date(2024, 7, 25)),
    place=Placed(Mention(32, 41, "Ain al-As"), Place("Ain al-Asad", None, "IQ", "Anbar", 33.79, 42.44, "site")),
    weapons=("rocket",),
    casualties=(Casualty(Mention(86, 102, "No one was hurt."), "injured", "unspecified", 0, 0, "none"),),
)  # fmt: skip
REFUSED = {
    "ar": (Refusal("date", *[(m := words("ar", "يوم الأحد")).start, m.end], "يوم الأحد", "the day of the statement, not of the strike"),)
}


def _told(field_values: dict[str, tuple[str, ...]]) -> tuple[Told, ...]:
    return tuple(Told(value, value, accounts, independent=len(accounts)) for value, accounts in field_values.items())


STRIKE = Incident(
    id="i-strike",
    event_type="airstrike",
    accounts=("a-ar", "a-ar-copy", "a-en", "a-fa", "a-ur"),
    reports=("r-ar", "r-ar-copy", "r-en", "r-fa", "r-ur"),
    languages=("ar", "en", "fa", "ur"),
    start=dt.date(2023, 7, 7),
    end=dt.date(2023, 7, 7),
    place=ROAD,
    values={
        "place": _told({"eastern Syria": ("a-ar", "a-ar-copy", "a-fa"), "al-Bab–Bizaa road": ("a-en",), "Aleppo": ("a-ur",)}),
        "date": _told({"2023-07-07": ("a-ar", "a-ar-copy", "a-fa", "a-en"), "2023-07-08": ("a-ur",)}),
        "killed": _told({"1": ("a-ar", "a-ar-copy", "a-fa", "a-en", "a-ur")}),
    },
    tolls=(
        Toll("killed", "unspecified", 1, 1, 1, "agreed", ("a-ar", "a-en", "a-fa", "a-ur")),
        Toll("killed", "civilians", 0, 0, 0, "single", ("a-ar",)),
        Toll("injured", "civilians", 2, 2, None, "single", ("a-ur",)),
    ),
    contradictions=("date", "place"),
    independent=3,
    copies=1,
    grade="weak",
    grade_reasons=(Reason("one_source"), Reason("party_denies", facts={"party": "US Central Command"})),
    weapons=("drone",),
)
ROCKETS = Incident(
    id="i-rockets", event_type="shelling", accounts=("a-rockets",), reports=("r-rockets",), languages=("en",),
    start=dt.date(2024, 7, 25), end=dt.date(2024, 7, 25), place=Place("Ain al-Asad", None, "IQ", "Anbar", 33.79, 42.44, "site"),
    tolls=(Toll("injured", "unspecified", 0, 0, 0, "single", ("a-rockets",)),), weapons=("rocket",),
)  # fmt: skip
LINKS = (
    Link(
        "a-ar",
        "a-en",
        4.2,
        (
            Reason("day_same", 4.9, {"a": "2023-07-07", "b": "2023-07-07"}),
            Reason("place_far", -0.9, {"a": "eastern Syria", "b": "al-Bab–Bizaa road", "km": "240"}),
        ),
    ),
    Link(
        "a-ar",
        "a-fa",
        9.5,
        (
            Reason("day_same", 4.9, {"a": "2023-07-07", "b": "2023-07-07"}),
            Reason("region_same", 4.6, {"a": "eastern Syria", "b": "eastern Syria"}),
        ),
    ),
    Link(
        "a-en",
        "a-ur",
        3.3,
        (
            Reason("place_near", 2.0, {"km": "40"}),
            Reason("unheard_of", 1.0, {"x": "y"}),
        ),
    ),
)


def many(count: int) -> list[Incident]:
    """So many further incidents, one a day, for paging."""
    first = dt.date(2022, 1, 1)
    return [
        replace(ROCKETS, id=f"i-{i:04d}", accounts=(), reports=(), start=first + dt.timedelta(days=i), end=first + dt.timedelta(days=i))
        for i in range(count)
    ]


def fill(ledger: object, incidents: tuple[Incident, ...] = (STRIKE, ROCKETS)) -> None:
    """The ledger holds the reports, their readings, the links and the incidents."""
    from tahqiq.ledger import Ledger

    assert isinstance(ledger, Ledger)
    for source in SOURCES.values():
        ledger.append_source(source)
    for document in DOCUMENTS.values():
        ledger.append_document(document)
    for report in (*REPORTS.values(), OTHER_REPORT):
        ledger.append_report(report)
    for name, account in ACCOUNTS.items():
        ledger.append_reading(Reading(account.report, "rules", "1", name.partition("-")[0], True, (account,), (), REFUSED.get(name, ())))
    ledger.append_reading(Reading("r-rockets", "rules", "1", "en", True, (OTHER,)))
    ledger.append_links(LINKS)
    ledger.replace_incidents(incidents)
