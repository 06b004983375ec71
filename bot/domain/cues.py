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
            r"|smoke(?! detector| sensor| alarm)|smoking|caught fire|on fire|burn(?:t|ing)|sparks|sparking"
            r"|electric shock|exploded?|overheat(?:ed|ing)?",
        ),
        (
            "fraud",
            r"penipuan|ditipu|tertipu|nipu|dibobol|kebobolan|dibajak|kena hack|dihack|di hack|diretas|hacked"
            r"|akun (?:saya |ku |aku )?diambil alih|bukan saya yang|fraud|scam(?:med)?|stolen|phishing",
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
