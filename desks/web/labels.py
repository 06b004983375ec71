"""What agents read for the values of a case. An unknown value is shown as it is."""

from bot.domain.intents import CATEGORIES, INTENTS
from bot.domain.priority import PRIORITIES
from bot.messages import CaseLine, CaseView

# The labels of the wording file speak to customers ("menunggu balasan Anda"); these to agents.
_STATUSES = {
    "new": "Baru",
    "open": "Terbuka",
    "waiting_customer": "Menunggu pelanggan",
    "on_hold": "Ditunda",
    "resolved": "Selesai",
    "closed": "Ditutup",
    "merged": "Digabung",
    "cancelled": "Dibatalkan",
}
_TYPES = {
    "complaint": "Keluhan",
    "service": "Layanan purnajual",
    "onboarding": "Pendaftaran pelanggan",
    "inquiry": "Pertanyaan",
}
_FIELDS = {
    "story": "Cerita pelanggan",
    "first_message": "Pesan pertama",
    "order_number": "Nomor pesanan",
    "wish": "Harapan pelanggan",
    "name": "Nama",
    "contact": "Kontak",
    "question": "Pertanyaan",
    "request": "Permintaan",
}
_CHANNELS = {"webchat": "Web chat"}
DELIVERIES = {"queued": "Menunggu dikirim", "sent": "Terkirim", "failed": "Gagal terkirim"}
MODELS = {
    "training": "Asisten sedang dilatih",
    "starting": "Asisten sedang disiapkan",
    "ready": "Asisten siap",
    "down": "Asisten tidak menjawab",
    "failed": "Asisten gagal dimuat",
}
TABS = {"waiting": "Menunggu petugas", "mine": "Saya tangani", "all": "Semua", "done": "Selesai"}
EMPTY = {
    "waiting": "Tidak ada kasus yang menunggu petugas. Kasus baru muncul di sini dengan sendirinya.",
    "mine": "Anda belum menangani kasus apa pun. Ambil satu dari tab Menunggu petugas.",
    "all": "Belum ada kasus yang berjalan.",
    "done": "Belum ada kasus yang selesai.",
}
DONE = {
    "claim": "Kasus ini sekarang Anda tangani. Pelanggan diberi tahu.",
    "reply": "Balasan masuk antrean kirim. Status pengirimannya ada di bawah pesan itu.",
    "note": "Catatan internal tersimpan. Pelanggan tidak melihatnya.",
    "resolve": "Kasus ini selesai. Pelanggan diberi tahu.",
    "return": "Asisten kembali melayani percakapan ini. Pelanggan diberi tahu.",
    "prioritize": "Prioritas kasus diubah, dan alasannya tersimpan sebagai catatan internal.",
    "correct": "Kelas pesan diperbaiki. Asisten dapat belajar darinya pada pelatihan berikutnya.",
}


def kind(case: CaseView) -> str:
    """The class of an inquiry says more than its type; of the other types the type does."""
    by_class = INTENTS.get(case.message_class) if case.type == "inquiry" else None
    return by_class or _TYPES.get(case.type, case.type)


def priority(case: CaseView) -> str:
    return PRIORITIES.get(case.priority, case.priority)


def category(case: CaseView) -> str:
    """What a complaint is about, else what was requested."""
    return CATEGORIES.get(case.category) or intent(case.category)


def status(case: CaseView) -> str:
    return _STATUSES.get(case.status, case.status_label)


def channel(case: CaseView) -> str:
    return _CHANNELS.get(case.channel, case.channel.capitalize())


def intent(name: str) -> str:
    return INTENTS.get(name, name)


def share(value: float) -> str:
    """A model's share or a score, as a whole percentage: more digits would promise more than it knows."""
    return f"{value:.0%}"


def field(name: str) -> str:
    return _FIELDS.get(name, name.replace("_", " ").capitalize())


def voice(line: CaseLine) -> str:
    """Whose line it is: customer, bot, agent or note."""
    if line.direction == "note":
        return "note"
    if line.direction == "in":
        return "customer"
    return "bot" if line.author == "bot" else "agent"
