"""What a message says without the model: exact phrases, ticket numbers, urgency cues.

Source of the cues: the labelling guide's list. A cue keeps the words that triggered it, so that
an agent sees why a case is urgent. All patterns are plain alternations: linear in the text.
"""

import re

from bot.domain.tickets import find_number

_HUMAN = re.compile(
    r"(?:(?:tolong|mohon|minta|mau|saya mau|bisa|boleh|pengen|ingin|aku mau)\s+)*"
    r"(?:(?:bicara|ngobrol|chat|ngomong|sambungkan|hubungkan|disambungkan|dihubungkan|alihkan|panggil(?:kan)?)\s+)?"
    r"(?:(?:langsung\s+)?(?:dengan|sama|ke|dgn|sm)\s+)?"
    r"(?:cs|cs manusia|petugas|manusia|agen|agent|admin|operator|orang(?: asli)?|customer service|human|real person)"
    r"(?:\s+(?:dong|ya|aja|saja|kak|min|please|pls|sekarang|manusia|langsung))*[.!?]*",
)
_HUMAN_EN = re.compile(
    r"(?:(?:i want to|can i|let me)\s+)?(?:talk|speak)\s+(?:to|with)\s+(?:a |an )?"
    r"(?:human|person|agent|someone|real person|operator)[.!?]*"
)
_CANCEL = re.compile(
    r"(?:batal(?:kan|in)?|cancel|stop|(?:ga|gak|nggak|ngga|tidak|tdk) jadi|sudahi|berhenti)"
    r"(?:\s+(?:aja|saja|dulu|deh|ya|kak|min|dong))*[.!]*"
)
_SKIP = re.compile(
    r"(?:lewati|skip|lewat|(?:ga|gak|nggak|ngga|tidak|tdk|blm|belum) (?:ada|punya|tahu|tau|ingat)"
    r"|tidak|ga|gak|nggak|lupa|-)(?:\s+(?:aja|saja|dulu|deh|ya|kak|min|nomornya|nomor))*[.!]*"
)

_CUES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\b(?:{words})\b"))
    for name, words in (
        (
            "danger",
            # Bare "asap" is mostly "as soon as possible" or a sensor, bare "hangus" a voucher.
            r"kebakar(?:an)?|terbakar|berasap|ngebul|(?:keluar|ada|muncul|bau|mengeluarkan) asap(?:nya)?(?! rokok)"
            r"|asap(?:nya)? (?:keluar|dari|hitam|putih|tebal|mengepul)|percikan(?: api)?|memercik|korslet(?:ing)?"
            r"|konslet|meledak|ledakan|meleduk|kesetrum|tersetrum|nyetrum|setrum|gosong|meleleh|melepuh"
            r"|(?:bau|sampai|sampe|jadi) hangus|hangus terbakar|luka|terluka"
            r"|(?:keluar|muncul|nyala) api(?:nya)?|api(?:nya)? (?:menyala|keluar)"
            r"|smoke(?! detector| sensor| alarm| season)|smoking|caught fire|on fire|burn(?:t|ing)|sparks|sparking"
            r"|electric shock|exploded?|overheat(?:ed|ing)?",
        ),
        (
            "fraud",
            r"penipuan|ditipu|tertipu|nipu|dibobol|kebobolan|dibajak|kena hack|dihack|di hack|diretas|hacked"
            r"|akun (?:saya |ku |aku )?diambil alih|bukan saya yang|fraud|scam(?:med)?|phishing"
            r"|(?:account|money|password|identity) (?:was |has been |got )?stolen|stole my",
        ),
        (
            "money",
            r"(?:ke)?potong (?:dua|2) ?(?:kali|x)|(?:ter|ke)debet|terdebit (?:dua|2)|dobel bayar"
            r"|bayar (?:dua|2) ?(?:kali|x)"
            r"|saldo (?:saya |aku )?(?:hilang|raib|kepotong|terpotong)|uang (?:saya |aku )?(?:hilang|raib)"
            r"|charged twice|double charge[d]?",
        ),
        (
            "threat",
            r"lapor(?:kan)? (?:ke )?(?:polisi|ojk|ylki|bpkn|kominfo|komdigi|pengacara)|polisi|pengacara|somasi|ylki"
            r"|ojk|bpkn|kominfo|viralkan|viralin|media massa|wartawan|tuntut|gugat|lawyer|sue you|consumer agency",
        ),
        (
            "repeat",
            r"sudah (?:\w+ )?(?:lapor|komplain|mengadu) (?:berkali|berulang)|berkali-?kali|berulang ?kali"
            r"|(?:ke)?(?:dua|tiga|empat|2|3|4) kalinya|udah (?:2|3|4|5) ?(?:x|kali) (?:lapor|komplain|chat)",
        ),
        (
            "business",
            r"toko (?:saya )?tutup|usaha (?:saya )?berhenti|operasional (?:kami )?(?:berhenti|lumpuh)",
        ),
    )
)


# Soothing words right before a danger word: "tidak berasap" is no danger.
_NEGATED = re.compile(r"\b(?:tidak|tdk|gak|ga|nggak|ngga|bukan|belum|blm|no|not)(?: ada| sampai)? $")


# What announces a second request. Sentences alone do not: a complaint's story has many.
_SECOND = re.compile(
    r"\b(?:sekalian(?: (?:mau|sama|saya|aku|juga|minta|tolong))?|satu lagi"
    r"|(?:oh|oiya|oya|eh) ?(?:iya|ya)?,? (?:satu|1) lagi|sama (?:mau|sekalian)|selain itu"
    r"|terus (?:juga|saya juga)|(?:dan|serta) (?:saya|aku|gw) juga (?:mau|ingin)"
    r"|one more thing|by the way|btw|oh and|and also|also,? (?:i|can|could|please|do|how))\b[ ,:]*",
    re.IGNORECASE,
)
_LEAST = 3  # words on each side


def second_request(text: str) -> str:
    """The words after "sekalian ...", "satu lagi ...", "one more thing ..."; empty when nothing announces them."""
    found = _SECOND.search(text)
    if not found:
        return ""
    first, second = text[: found.start()].split(), text[found.end() :].split()
    return " ".join(second) if min(len(first), len(second)) >= _LEAST else ""


# Whole messages that ask for the other language.
_LANGUAGES = (
    ("en", re.compile(r"(?:in |can (?:we|you) (?:speak|use|chat in) |speak )?english(?: please| pls)?[?.!]*")),
    (
        "id",
        re.compile(
            r"(?:(?:tolong |mohon |bisa )?(?:pakai|pake|dalam|gunakan) )?bahasa indonesia"
            r"(?: saja| aja| dong| ya)*[?.!]*"
        ),
    ),
)


def asked_language(text: str) -> str:
    """ "en" or "id" when the whole message asks for it."""
    said = plain(text)[:80]
    return next((language for language, pattern in _LANGUAGES if pattern.fullmatch(said)), "")


def plain(text: str) -> str:
    """Lower case, one space between words: the form that phrases are matched on."""
    return " ".join(text.lower().split())


def exact(text: str) -> str | None:
    """A whole message that acts without the model: human, cancel or skip."""
    said = plain(text)[:120]
    if _CANCEL.fullmatch(said):
        return "cancel"
    if _SKIP.fullmatch(said):
        return "skip"
    return "human" if _HUMAN.fullmatch(said) or _HUMAN_EN.fullmatch(said) else None


def cues(text: str) -> tuple[tuple[str, str], ...]:
    """Urgency cues with the words that triggered them, first of each kind."""
    # Line by line: a "tidak" does not reach into the next message of a burst.
    lines = [said for line in text.splitlines() if (said := plain(line))]
    found = ((name, _first(pattern, lines)) for name, pattern in _CUES)
    return tuple((name, words) for name, words in found if words)


def _first(pattern: re.Pattern[str], lines: list[str]) -> str | None:
    hits = ((line, hit) for line in lines for hit in pattern.finditer(line))
    return next((hit.group() for line, hit in hits if not _NEGATED.search(line[: hit.start()][-24:])), None)


def acts_at_once(text: str) -> bool:
    """Whether waiting for more of a burst would be wrong: danger, a human, a stop, a number."""
    named = exact(text) in ("human", "cancel")
    return named or find_number(text) is not None or any(n in ("danger", "fraud") for n, _ in cues(text))
