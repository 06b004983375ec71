"""What people are called, where they say it."""

import re
from collections.abc import Iterator

from bot.messages import Detail

# Words that begin an answer or go on after "nama saya" and are no name.
NO_NAME = frozenset(
    "apa apakah kapan berapa brp gimana gmn bagaimana kenapa knp mana dimana siapa kok jam harga tolong mohon mau"
    " bisa ya iya ga gak tidak belum halo hai ok oke cek what when where how why pagi siang sore malam terima"
    " makasih baik sudah udah nanti promo ongkir permisi sebentar assalamualaikum kalau kalo boleh ada masih salah"
    " beda keliru tertulis terdaftar berubah di yang".split()
)
# Words that no name holds in running text. They also end one: "nama saya budi kamera saya rusak".
_NO_PART = NO_NAME | frozenset(
    "saya sy aku gw gue kami kita anda dia orang anak istri suami ayah mama papa adik adek kakak keluarga teman temen"
    " alm rt rw pt cv ud perusahaan toko kantor sekolah yayasan studio usaha pribadi sendiri lain sama pemilik peserta"
    " hp no nomor nomer telp telepon wa email alamat order orderan pesanan pesan paket barang invoice resi tiket"
    " kamera router robot plug produk unit akun ingin pengen minta butuh perlu beli bayar kirim dikirim lapor komplain"
    " tanya tunggu nunggu menunggu pakai pake punya baru pernah juga lagi sedang sangat banget masuk daftar keluar"
    " jadi hapus tulis ganti buat cuma dicatut dicoret dicetak dipakai dipake diganti diubah ditulis dihapus diblokir"
    " disalahgunakan tercoret tertukar terhapus tercantum kecewa marah kesal kesel sedih bingung capek lelah setuju"
    " rusak hilang telat dari ke dan atau untuk dengan dgn dalam pada oleh karena tapi tp yg lalu itu ini nih dong sih"
    " kan lah aja saja dulu kak min gan sis bang mas mbak pak bu bapak ibu admin cs pelanggan customer penipuan senin"
    " selasa rabu kamis jumat sabtu minggu bukan bkn blm blum tdk nggak ngga sdh padahal harus supaya biar agar dua"
    " tiga kali"
    " is in on and from with but not so very really unacceptable ridiculous urgent about the a an my your for still"
    " also just trying writing calling having unable sorry happy disappointed angry upset waiting done tired here"
    " speaking i it that this wrong misspelled pls indonesian muslim".split()
)
_TITLES = frozenset("bapak pak ibu bu mbak mas kak bang sdr sdri hj h ny dr mr mrs ms".split())
_WORD = re.compile(
    r"[ \t]{0,2}((?:[^\W\d_]{1,2}\.(?=\s?[^\W\d_])|[^\W\d_]{1,30}(?:['’-][^\W\d_]{1,30}){0,2})(?![\w@]))"
)
_MOST_WORDS, _MOST_UNTITLED = 5, 3  # nothing but a stop word ends a name in small letters

_SAID = re.compile(
    r"\b(?:nama(?:ku|\s(?:lengkap\s)?(?:saya|aku|gw|gue)|(?:\slengkap|\spemesan)?(?=\s?:))"
    r"|my\s(?:full\s)?name(?:['’]s|\sis|(?=\s?:)))"
    r"\b\s{0,3}:?\s{0,3}(?:(?:adalah|itu)\s{1,3})?",
    re.IGNORECASE,
)
_ON_BEHALF = re.compile(
    r"\b(?:a\.\s?n\b\.?|a/n\b\.?|an\.|(atas\snama)\b)\s{0,3}:?\s{0,3}(?:(?:sdri?|saudar[ai])\b\.?\s{1,3})?",
    re.IGNORECASE,
)
# The holder of a bank account is as often somebody else, the swindler too.
_MONEY = re.compile(
    r"\b(?:rek|rekening|transfer|tf|bca|bri|bni|mandiri|va|pinjaman|kredit|polis|kartu)\b", re.IGNORECASE
)
# "saya" and "this is" begin all kinds of sentences: a name after them begins the sentence, is written as one, and ends.
_GREETED = r"(?i:halo|hallo|hai|hi|hello|pagi|siang|sore|malam|kak|min|admin|permisi|perkenalkan|kenalkan|dengan)"
_PRESENTED = re.compile(
    rf"(?:(?:^|[.,!?;:]|\b{_GREETED}\b)[\s,.!]{{0,3}}\b(?:[Ss]aya|[Aa]ku|[Ii]ni)|\b[Tt]his is|\bI['’]m|\bI am)"
    r"[ \t]{1,2}(?=[A-Z][a-z])",
    re.MULTILINE,
)
_AFTER = re.compile(
    r"[ \t]{0,2}(?:$|[^\w\s]|[\n\d]|(?:dari|mau|ingin|minta|tolong|mohon|belum|blm|kok|hp|no|nomor|telp|wa|email|alamat"
    r"|pesanan|order|paket|kamera|saya|dan|ya|kak|min|pelanggan|pembeli|selaku|from|here|speaking|and|calling)\b)",
    re.IGNORECASE,
)


def names(text: str) -> Iterator[Detail]:
    """Names that are said to be one, those of the writer first."""
    for hit in _SAID.finditer(text):
        yield from _name_at(text, hit.end())
    for hit in _PRESENTED.finditer(text):
        yield from (name for name in _name_at(text, hit.end()) if _is_followed(text, name))
    for hit in _ON_BEHALF.finditer(text):
        if not _MONEY.search(text, max(hit.start() - 50, 0), hit.start()):
            yield from (name for name in _name_at(text, hit.end()) if not hit[1] or _is_person(name.text))


def spelt(name: str) -> str:
    return name.title() if name.islower() or name.isupper() else name


def _name_at(text: str, start: int) -> Iterator[Detail]:
    words = list(_words_at(text, start))
    if words and not all(_bare(word[1]) in _TITLES for word in words):
        said = text[words[0].start(1) : words[-1].end(1)]
        name = Detail("name", said, spelt(said), words[0].start(1))
        # Where the writing does not show it, only what stands behind it tells a name from "nama saya muncul dua kali".
        if 2 <= len(said) <= 60 and (_titled(words[-1][1]) or _is_followed(text, name)):
            yield name


def _is_followed(text: str, name: Detail) -> bool:
    """Whether a sentence may go on behind the name as one does behind a name."""
    return _AFTER.match(text, name.start + len(name.text)) is not None


def _is_person(name: str) -> bool:
    """Anything can stand behind "atas nama" in small letters: "atas nama pribadi"."""
    return not name.islower() or _bare(name.split()[0]) in _TITLES


def _words_at(text: str, at: int) -> Iterator[re.Match[str]]:
    """The words from there that may be one name: all written one way, after "Budi" no "santoso"."""
    before, left = "", _MOST_WORDS
    while left and (word := _WORD.match(text, at)) and _goes_on(before, word[1]):
        yield word
        before, at = word[1], word.end()
        left = min(left, _MOST_WORDS if _titled(before) else _MOST_UNTITLED) - 1


def _goes_on(before: str, word: str) -> bool:
    if not before:
        return _bare(word) in _TITLES or _bare(word) not in _NO_PART
    return _bare(word) not in _NO_PART and (_bare(before) in _TITLES or _titled(word) == _titled(before))


def _bare(word: str) -> str:
    return word.lower().rstrip(".")


def _titled(word: str) -> bool:
    return word[0].isupper() and (len(_bare(word)) == 1 or not word.isupper())
