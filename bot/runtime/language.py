"""Indonesian or English, as far as a text tells."""

import re
from functools import lru_cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

_WORD = re.compile(r"[^\W\d_]{2,}")
_SHORTEST = 4  # words; shorter ones flip too easily
_CLEAR = 0.75  # of the detector's certainty that a text is English
_ADDRESS = re.compile(r"https?://\S+|\b[\w.+-]{1,64}@\S+")
# Words that only one of the two has, chat spellings among them: they carry too few letters for the detector.
_INDONESIAN = re.compile(
    r"\b(?:kak|kakak|ka|gan|mbak|pak|bu|ga|gak|gk|nggak|ngga|tdk|yg|udh|udah|sdh|blm|dgn|utk|brp|gmn|knp|klo|kalo|dong|sih"
    r"|nih|deh|kok|aja|aku|gw|gue|saya|kami|mau|bs|bisa|tlg|tolong|mohon|apa|ini|itu|dan|yang|di|dari|ke|jg|lg|ya|nya|buat"
    r"|pake|pakai|berapa|gimana|ada|boleh|kapan|kenapa|sama|mulu|(?<!\d )(?:min|bang|mas|dr|tp))\b",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"\b(?:the|is|are|was|were|my|your|we|they|what|when|where|can|could|would|have|has|does|do|did|not|there|with|and|of)\b",
    re.IGNORECASE,
)
_FEW = 0.2  # of the words: so many more of one list than of the other decide, whatever else stands in the text


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(Language.ENGLISH, Language.INDONESIAN).build()


def language_of(text: str) -> str:
    """The language, "id" or "en"; empty for what is too short or too mixed to tell."""
    said = _ADDRESS.sub(" ", text)
    if len(_WORD.findall(said)) < _SHORTEST:
        return ""
    english = _english(said)
    if english >= _CLEAR:
        return "en"
    return "id" if english <= 1 - _CLEAR else ""


def likely(text: str) -> str:
    """The language, "id" or "en", also where a conversation should not switch yet."""
    return "en" if _english(_ADDRESS.sub(" ", text)) > 0.5 else "id"


def _english(said: str) -> float:
    """How surely it is English, 0 to 1."""
    signs = len(_ENGLISH.findall(said)) - len(_INDONESIAN.findall(said))
    if abs(signs) >= _FEW * (len(said.split()) or 1):
        return 1.0 if signs > 0 else 0.0
    return _detector().compute_language_confidence(said, Language.ENGLISH)
