"""What a message can be understood as: the names in training data and tables, and what agents read for an intent."""

# The intents of domain.yml, in its order.
INTENTS = {
    "general": "Pertanyaan umum",
    "technical": "Kendala teknis",
    "complaint": "Keluhan",
    "register": "Pendaftaran pelanggan",
    "request_service": "Permintaan servis",
    "ticket_status": "Status tiket",
    "talk_to_human": "Minta petugas",
    "manage_data": "Data pribadi",
    "greet": "Salam pembuka",
    "goodbye": "Salam penutup",
    "thank": "Terima kasih",
    "affirm": "Mengiyakan",
    "deny": "Menolak",
    "cancel": "Membatalkan",
    "out_of_scope": "Di luar layanan",
}
# Those a ticket's `message_class` may hold: the inquiry SOP's.
CLASSES = ("general", "technical", "complaint")
# What a complaint is about.
CATEGORIES = {
    "product": "Produk",
    "service": "Layanan",
    "delivery": "Pengiriman",
    "transaction": "Transaksi",
    "administration": "Administrasi",
}
CUES = ("danger", "fraud", "money", "threat", "repeat", "business")
