"""Importing this loads packs and registries: the process from which workers are forked does so, and they share what they only read.

Nothing else may import it, as loading takes seconds. A report of each language is read, so that what is loaded when it is first asked for
is there too.
"""

from tahqiq.languages import supported
from tahqiq.model import Report
from tahqiq.reading import default_reader, read

_WORDS = {
    "ar": "قتل ثلاثة مدنيين في قصف على حلب يوم الجمعة.",
    "ur": "حلب میں جمعے کو بمباری سے تین شہری ہلاک ہوئے۔",
    "fa": "سه غیرنظامی روز جمعه در بمباران حلب کشته شدند.",
    "en": "Three civilians were killed in shelling of Aleppo on Friday.",
}

for _code in sorted(supported()):
    read(Report(_WORDS.get(_code, _WORDS["en"]), language=_code), default_reader())
