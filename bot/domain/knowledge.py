"""Articles, and which of them a question is about (BM25 over titles, questions and answers).

The score is the mean of two shares of the question's informative weight: what the best single
example covers, and what the article as a whole covers. So it stays comparable between questions:
1.0 means that one example holds everything that was asked.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.domain.article import Article
from bot.messages import Match

_WORD = re.compile(r"[a-z0-9]+")
_CLITIC = re.compile(r"(?<=\w{3})(?:nya|kah|lah|in|kan|an)$")
_K1, _B = 1.2, 0.5
_SAME = {
    word: meant
    for meant, words in {
        "tidak": "ga gak nggak ngga enggak tdk gk g tak kagak ndak",
        "bagaimana": "gimana gmn bgmn gmana how caranya cara",
        "berapa": "brp brapa brpa",
        "bisa": "bs bsa",
        "yang": "yg",
        "sudah": "udah udh sdh dah",
        "belum": "blm blom belom",
        "kirim": "ngirim kirimnya dikirim pengiriman kiriman",
        "bayar": "byr pembayaran bayarnya dibayar",
        "pesan": "order pesanan memesan mesen ngorder orderan",
        "ongkir": "ongkos",
        "ganti": "mengganti gantinya penggantian ubah mengubah rubah ngubah change",
        "garansi": "warranty garansinya",
        "kata": "pass",
        "sandi": "password pw paswot",
        "daftar": "mendaftar registrasi pendaftaran register",
        "nyala": "menyala hidup",
        "kamera": "cam cctv camera kameranya",
        "harga": "harganya price biaya tarif",
        "toko": "store tokonya cabang",
        "retur": "return mengembalikan pengembalian balikin",
        "aplikasi": "app apk apps aplikasinya",
    }.items()
    for word in words.split()
}
_NOISE = frozenset(
    "yang di ke dari dan atau itu ini nya ya yah dong sih kok kak min gan sis bang mas mbak pak bu halo hai"
    " hi selamat pagi siang sore malam mau tanya nanya saya aku gw gue kami kamu anda untuk buat dengan sama"
    " ada apa apakah kalau kalo kl jika bila tolong mohon info the a an is are do i my to of for please bisa"
    " bagaimana tidak punya jadi lagi aja saja dulu deh nih tuh kan lah pun juga mo".split()
)


def words(text: str) -> list[str]:
    """Words that carry meaning for search, chat spellings folded. Never used for intents."""
    folded = (_fold(w) for w in _WORD.findall(text.lower()))
    return [w for w in folded if w not in _NOISE]


def _fold(word: str) -> str:
    """One spelling for a word: clitics off (`kameranya`), chat spellings spelt out."""
    if word in _SAME or word in _NOISE:
        return _SAME.get(word, word)
    bare = _CLITIC.sub("", word)
    return _SAME.get(bare, bare)


class Index:
    """Every example question is a document of its own beside the answer: customers write questions."""

    def __init__(self, articles: Iterable[Article], answers: Mapping[str, Mapping[str, str]]) -> None:
        self._documents: list[tuple[str, Counter[str], int]] = []
        for article in articles:
            whole = " ".join((*article.title.values(), *answers[article.id].values()))
            for text in (*article.questions, whole):
                counted = Counter(words(text))
                self._documents.append((article.id, counted, sum(counted.values())))
        self._known: dict[str, set[str]] = {}
        for article_id, counted, _ in self._documents:
            self._known.setdefault(article_id, set()).update(counted)
        seen = Counter(word for _, counted, _ in self._documents for word in counted)
        total = len(self._documents) or 1
        self._idf = {w: math.log(1 + (total - n + 0.5) / (n + 0.5)) for w, n in seen.items()}
        self._foreign = 1.5 * math.log(1 + total * 2)
        self._average = sum(length for *_, length in self._documents) / total or 1
        self._postings: dict[str, list[int]] = {}
        for position, (_, counted, _) in enumerate(self._documents):
            for word in counted:
                self._postings.setdefault(word, []).append(position)

    def search(self, text: str) -> tuple[Match, ...]:
        """The articles that hold any of the words, with a score in 0..1, best first."""
        asked = list(dict.fromkeys(words(text)))
        possible = {position for word in asked for position in self._postings.get(word, ())}
        best: dict[str, tuple[float, float]] = {}
        for position in possible:
            article, counted, length = self._documents[position]
            rank = sum(self._weight(word, counted, length) for word in asked)
            best[article] = max(best.get(article, (0.0, 0.0)), (rank, self._share(asked, counted)))
        scored = ((a, rank, (share + self._share(asked, self._known[a])) / 2) for a, (rank, share) in best.items())
        ranked = sorted(scored, key=lambda item: (-item[1] * item[2], item[0]))
        return tuple(Match(article, round(score, 3)) for article, _, score in ranked)

    def _weight(self, word: str, counted: Counter[str], length: int) -> float:
        times = counted.get(word, 0)
        norm = _K1 * (1 - _B + _B * length / self._average)
        return self._idf.get(word, 0.0) * times * (_K1 + 1) / (times + norm)

    def _share(self, asked: Sequence[str], known: Collection[str]) -> float:
        weights = {word: self._idf.get(word, self._foreign) for word in asked}
        return sum(weight for word, weight in weights.items() if word in known) / (sum(weights.values()) or 1)
