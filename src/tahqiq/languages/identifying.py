"""Which language a text is in, or that none of ours is: distinctive letters first, then a statistical guess over many languages.

A text in a language without a pack is never read as another one: Pashto, Sorani, Sindhi, Punjabi, Hindi, Turkish and others
are named in `unread_reason`.

Source: letters and accuracy measured on sentences of news in six languages (docs/decisions); letters that only one of these
languages writes never lie, while statistics confuse Pashto, Urdu and Persian on a few words.
"""

import re
from collections import Counter
from functools import lru_cache
from itertools import islice

OURS = ("ar", "en", "fa", "ur")
_SAMPLE = 4000
_FEW_WORDS = 8  # a headline of so few words without any common one tells statistics nothing; ours in Latin letters is English
_LETTERS = re.compile(r"[^\W\d_]")
# letters that a language writes and its neighbours do not: (language, letters, share of Arabic-script letters that decides)
_DISTINCTIVE = (
    ("sd", "ٻڀٺٿڄڃڇڌڏڊڦڳڱڻڪ", 0.02),
    ("ps", "ټډړښږځڅڼۍېګ", 0.02),
    ("ckb", "ڕڵۆێ", 0.02),
    ("ug", "ۇۈۋې", 0.06),
    ("ur", "ٹڈڑںےھہ", 0.03),
)
_SCRIPTS = (
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("bn", re.compile(r"[\u0980-\u09ff]")),
    ("pa", re.compile(r"[\u0a00-\u0a7f]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("am", re.compile(r"[\u1200-\u137f]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
)
_OTHER_SCRIPTS = re.compile("|".join(script.pattern for _, script in _SCRIPTS))
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_GUESSED = [
    "ar",
    "en",
    "fa",
    "ur",
    "ps",
    "ug",
    "ku",
    "sd",
    "tr",
    "az",
    "fr",
    "de",
    "es",
    "it",
    "pt",
    "nl",
    "id",
    "ms",
    "sw",
    "so",
    "pl",
    "ro",
    "sv",
    "vi",
    "uz",
    "ha",
]
_NAMES = {
    "sd": "Sindhi", "ps": "Pashto", "ckb": "Kurdish (Sorani)", "ug": "Uyghur", "hi": "Hindi", "bn": "Bengali", "pa": "Punjabi",
    "he": "Hebrew", "ru": "a language in Cyrillic letters", "el": "Greek", "zh": "Chinese", "ja": "Japanese", "ko": "Korean",
    "th": "Thai", "am": "Amharic", "hy": "Armenian", "ka": "Georgian", "ta": "Tamil", "ku": "Kurdish", "tr": "Turkish",
    "az": "Azerbaijani", "fr": "French", "de": "German", "es": "Spanish", "it": "Italian", "pt": "Portuguese", "nl": "Dutch",
    "id": "Indonesian", "ms": "Malay", "sw": "Swahili", "so": "Somali", "pl": "Polish", "ro": "Romanian", "sv": "Swedish",
    "vi": "Vietnamese", "uz": "Uzbek", "ha": "Hausa",
}  # fmt: skip
# words so common that a text of one of these languages of more than a line has some: they overrule a guess from few letters
_COMMON = {
    "en": "the of and to in a is was were that for on with by said from at has have after killed",
    "ar": "في من على أن إلى عن التي الذي مع هذا هذه قال وقال كما بعد بين لا ما",
    "fa": "در به از که این را با است آن برای شد شده کرد خود تا بر های می",
    "ur": "کے میں کی ہے اور کا سے کو نے پر کہ یہ ہیں اس تھا ایک",
    "tr": "ve bir bu da için ile olarak daha çok değil oldu türkiye",
    "fr": "le la les des et est dans que pour une un sur avec pas du au qui ont été",
    "de": "der die das und ist nicht ein eine mit auf für von zu den im bei wurde",
    "es": "el la los las y es en que por una un con para del se más fue",
    "ps": "د په او له چې دي کې سره ته یې هغه وي",
    "ckb": "لە بە بۆ کە ئەو لەگەڵ دەکات",
}
_COMMON_WORDS = {code: frozenset(words.split()) for code, words in _COMMON.items()}


def identify(text: str) -> str | None:
    """The code of the one of our languages that the text is in, None where it is in none of them or too short to say."""
    code = _language(text)
    return code if code in OURS else None


def unread_reason(text: str) -> str:
    """Why a text is not read, in one sentence."""
    code = _language(text)
    if code is None:
        return "no language was recognised: the text has too few words"
    return f"the text is in {_NAMES.get(code, code)}, for which there is no language pack"


def _language(text: str) -> str | None:
    sample = text if len(text) <= _SAMPLE else text[: _SAMPLE * 3 // 4] + text[len(text) // 2 : len(text) // 2 + _SAMPLE // 4]
    if sum(1 for _ in islice(_LETTERS.finditer(sample), 3)) < 3:
        return None
    arabic, latin = sum(map(len, _ARABIC.findall(sample))), sum(map(len, _LATIN.findall(sample)))
    for code, script in _SCRIPTS if _OTHER_SCRIPTS.search(sample) else ():
        if len(script.findall(sample)) > max(arabic, latin):
            return code
    if arabic >= latin * 0.5 and arabic > 2:
        return _arabic_script(sample, arabic)
    return _guess(sample, latin=True)


def _arabic_script(sample: str, letters: int) -> str | None:
    for code, distinctive, share in _DISTINCTIVE:
        if sum(sample.count(c) for c in distinctive) > share * letters:
            return _punjabi_or_urdu(sample) if code == "ur" else code
    return _guess(sample, latin=False)


def _punjabi_or_urdu(sample: str) -> str:
    """Western Punjabi and Saraiki share Urdu's letters but not its commonest words."""
    words = sample.split()
    urdu = sum(w in _COMMON_WORDS["ur"] for w in words)
    punjabi = sum(w in ("دے", "دی", "دا", "نوں", "وچ", "اے", "تے", "نیں", "توں", "ایہ") for w in words)
    return "pa" if punjabi > urdu else "ur"


def _guess(sample: str, *, latin: bool) -> str | None:
    words = sample.lower().split()
    told = Counter(words)
    common = {code: sum([told[w] for w in known if w in told]) / (len(words) or 1) for code, known in _COMMON_WORDS.items()}
    best = max(common, key=lambda c: common[c])
    runner_up = max(v for c, v in common.items() if c != best)
    if common[best] > 0.08 and common[best] > 2 * runner_up:
        return best
    if latin and len(words) < _FEW_WORDS and sample.isascii() and not any(common.values()):
        return "en"
    guess = str(_classifier().classify(sample)[0])
    if guess in ("ku", "ug", "sd") and not latin:
        return "ckb" if guess == "ku" else guess
    return guess


@lru_cache(maxsize=1)
def _classifier():  # type: ignore[no-untyped-def]
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    classifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    classifier.set_languages([c for c in _GUESSED if c in set(classifier.labels)])
    return classifier
