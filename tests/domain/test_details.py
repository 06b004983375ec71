"""Details that customers name, as they write them, and what only looks like one."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.details import details
from bot.domain.validators import find_contact, find_name, find_order_number
from tests.domain.growth import HOSTILE, is_linear

TODAY = date(2026, 11, 23)  # a Monday
FAMILIES = ("RPN Cam", "RPN Plug", "RPN Mesh", "RPN Sapu", "RPN Udara")

Named = list[tuple[str, str]]


def named(text: str, today: date = TODAY, products: tuple[str, ...] = FAMILIES) -> Named:
    return [(detail.kind, detail.value) for detail in details(text, today, products)]


def of_kind(kind: str, text: str, today: date = TODAY) -> list[str]:
    """The values of a line that holds details of one kind only."""
    found = named(text, today)
    assert {k for k, _ in found} <= {kind}, found
    return [value for _, value in found]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("pesanan RPN-12345 belum sampai", "RPN-12345"),
        ("no pesanan saya rpn-777 min", "RPN-777"),
        ("nomor pesanan: RPN-20261123-001", "RPN-20261123-001"),
        ("pesanan saya nomor 12345 kok belum jalan", "12345"),
        ("pesananku RPN88120 salah warna", "RPN88120"),
        ("order #3381 says delivered but nothing here", "3381"),
        ("my order number is RPN-4410", "RPN-4410"),
        ("order ID: RPN-4410 please check", "RPN-4410"),
        ("can I get faktur pajak for order 90123?", "90123"),
        ("invoice nomor INV/2026/001 salah hitung", "INV/2026/001"),
        ("resi JX0088231 posisi di mana ya kak", "JX0088231"),
        ("resinya PKU88120", "PKU88120"),
        ("resi 5580-112 ga muncul pas dilacak", "5580-112"),
        ("resi 00918 udh di Surabaya blm?", "00918"),
        ("alamat pesanan 5512 tolong diganti ke kantor", "5512"),
        ("mau cek pesanan nomer INV-22871 statusnya apa", "INV-22871"),
        ("kode transaksi TRX-998812", "TRX-998812"),
    ],
)
def test_an_order_number(said: str, value: str) -> None:
    assert of_kind("order_number", said) == [value]
    assert find_order_number(said) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("cek KLH-202611-00042", "KLH-202611-00042"),
        ("tiket klh 202611 42 sampai mana", "KLH-202611-00042"),
        ("inq202611-1 sudah dijawab?", "INQ-202611-00001"),
        ("status of SRV-202610-00007 please", "SRV-202610-00007"),
        ("Onb – 202611 – 00003", "ONB-202611-00003"),
        ("pesanan saya di KLH-202611-00001", "KLH-202611-00001"),
    ],
)
def test_a_ticket_number(said: str, value: str) -> None:
    assert of_kind("ticket_number", said) == [value]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("SN: rpc2211009", "RPC2211009"),
        ("SN RPC-2211-009 ya kak", "RPC-2211-009"),
        ("S/N 12345678AB", "12345678AB"),
        ("nomor seri RPS-0098-77", "RPS-0098-77"),
        ("no seri KL2209. tolong diproses", "KL2209"),
        ("nomor serinya em-20417", "EM-20417"),
        ("Nomor seri tertera EM-20417.", "EM-20417"),
        ("serial SCT-4410 came dead", "SCT-4410"),
        ("the serial number is RPC-99120", "RPC-99120"),
        ("no seri di stiker: 0812345678", "0812345678"),
        ("ini SN12345678AB", "SN12345678AB"),
    ],
)
def test_a_serial_number(said: str, value: str) -> None:
    assert of_kind("serial_number", said) == [value]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("HP 081234567890", "+6281234567890"),
        ("hp081234567890 ya", "+6281234567890"),
        ("wa saya 0812-3456-7890", "+6281234567890"),
        ("0812.3456.7890 bisa dihubungi", "+6281234567890"),
        ("0812 34 56 78 90", "+6281234567890"),
        ("hubungi +62 812 3456 7890", "+6281234567890"),
        ("+62 (0)812 3456 7890", "+6281234567890"),
        ("62 812 3456 7890", "+6281234567890"),
        ("0062 812 3456 7890", "+6281234567890"),
        ("wa-81234567890", "+6281234567890"),
        ("(0812) 3456 7890", "+6281234567890"),
        ("０８１２３４５６７８９０", "+6281234567890"),
        ("telp rumah 021-5551234", "+62215551234"),
        ("my number is +1 202 555 0123", "+12025550123"),
        ("telepon saya di 0812-3456-7890 2 kali", "+6281234567890"),
        ("NIK 3171234567890001 HP 0812 3456 7890", "+6281234567890"),
    ],
)
def test_a_phone_number(said: str, value: str) -> None:
    assert of_kind("phone", said) == [value]
    assert find_contact(said) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("email saya Budi.S@Contoh.ID", "budi.s@contoh.id"),
        ("kirim ke siti+cs@mail.contoh.co.id.", "siti+cs@mail.contoh.co.id"),
        ("081234567890@contoh.id", "081234567890@contoh.id"),
        ("(budi_99@contoh.id)", "budi_99@contoh.id"),
    ],
)
def test_an_email_address(said: str, value: str) -> None:
    assert of_kind("email", said) == [value]
    assert find_contact(said) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("RPN Cam saya mati", "RPN Cam"),
        ("kamera rpn ga bisa rekam", "RPN Cam"),
        ("rpncam offline terus", "RPN Cam"),
        ("rpn-cam nya buram", "RPN Cam"),
        ("kamera RPN Cam ini bisa di luar?", "RPN Cam"),
        ("baru beli cctv rpn", "RPN Cam"),
        ("robot sapu muter2 doang", "RPN Sapu"),
        ("robot vacuumnya macet", "RPN Sapu"),
        ("my robot vacuum keeps getting stuck", "RPN Sapu"),
        ("sapu rpn berisik", "RPN Sapu"),
        ("smart plug max berapa watt?", "RPN Plug"),
        ("colokan pintar ga mau pairing", "RPN Plug"),
        ("colokan rpn plug meleleh", "RPN Plug"),
        ("router mesh kedip kuning", "RPN Mesh"),
        ("mesh router is slow", "RPN Mesh"),
        ("rpn mesh ku putus nyambung", "RPN Mesh"),
        ("air purifier bunyi berisik", "RPN Udara"),
        ("filter RPN UDARA habis", "RPN Udara"),
        ("do you have air purifiers?", "RPN Udara"),
    ],
)
def test_a_product(said: str, value: str) -> None:
    assert of_kind("product", said) == [value]


def test_the_longest_product_wins_and_the_brand_alone_is_none() -> None:
    products = ("RPN Cam", "RPN Cam Pro", "RPN Plug")
    assert named("rpn cam pro mati", products=products) == [("product", "RPN Cam Pro")]
    assert named("rpn cam mati", products=products) == [("product", "RPN Cam")]
    assert named("kamera rpn mati", products=products) == [("product", "RPN Cam")]
    assert named("barang rpn mati", products=products) == []


@pytest.mark.parametrize("said", ["Robot vacuum RPN Sapu", "robot sapu", "rpn sapu", "vacuum rpn"])
def test_a_product_may_be_given_with_all_its_words(said: str) -> None:
    products = ("Kamera RPN Cam", "Robot vacuum RPN Sapu")
    assert named(f"{said} rusak", products=products) == [("product", "Robot vacuum RPN Sapu")]


def test_any_product_name_can_be_found() -> None:
    assert named("orbit saya error", products=("Orbit", "Paket Home+")) == [("product", "Orbit")]
    assert named("paket home mati", products=("Orbit", "Paket Home+")) == [("product", "Paket Home+")]
    assert named("+++ apa saja", products=("+++", "")) == []


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("harganya Rp1.500.000", "1500000"),
        ("Rp 1.250.000,00 sudah ditransfer", "1250000"),
        ("bayar Rp. 50.000,-", "50000"),
        ("150.000,- kurang", "150000"),
        ("rp150rb", "150000"),
        ("kepotong 150rb", "150000"),
        ("transfer 150 ribu", "150000"),
        ("1,5 juta hilang", "1500000"),
        ("dobel 1.5jt", "1500000"),
        ("saldo 1,05 jt", "1050000"),
        ("2 jt melayang", "2000000"),
        ("Rp26 juta itu", "26000000"),
        ("1 juta 250 ribu", "1250000"),
        ("yg 49k itu", "49000"),
        ("49rebu doang", "49000"),
        ("IDR 200,000 was charged", "200000"),
        ("they took 2 million from me", "2000000"),
        ("ongkir 15 ribu?", "15000"),
        ("500 perak", "500"),
        ("900 ribu rupiah", "900000"),
        ("75000 rupiah", "75000"),
        ("Rp0 di tagihan", "0"),
        ("Rp\u00a0150.000", "150000"),
        ("bayar 50rb x 2", "50000"),
        ("tarif 150-200rb", "200000"),
    ],
)
def test_an_amount(said: str, value: str) -> None:
    assert of_kind("amount", said) == [value]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("beli 12/11/2026", "2026-11-12"),
        ("dikirim 12-11-26", "2026-11-12"),
        ("nota 12.11.2026", "2026-11-12"),
        ("per 2026-11-03", "2026-11-03"),
        ("sejak 12 November", "2026-11-12"),
        ("12 nov 2026 dikirim", "2026-11-12"),
        ("12nov2026", "2026-11-12"),
        ("lahir 9 Mei 1991", "1991-05-09"),
        ("1 Maret saya lapor", "2026-03-01"),
        ("sewa 24 Desember", "2026-12-24"),
        ("jadwal 5 Januari", "2027-01-05"),
        ("5 Desember lalu", "2025-12-05"),
        ("1 okt. 2026", "2026-10-01"),
        ("8 agt '26", "2026-08-08"),
        ("tgl 3 sampe skrg", "2026-11-03"),
        ("tanggal 3 kemarin", "2026-11-03"),
        ("tanggal 25", "2026-10-25"),
        ("tgl 31", "2026-10-31"),
        ("tgl 12/11 kemaren", "2026-11-12"),
        ("tgl 30 nanti", "2026-11-30"),
        ("tgl 3 depan", "2026-12-03"),
        ("tgl 3 bulan lalu", "2026-10-03"),
        ("tanggal 1 bulan depan", "2026-12-01"),
        ("tgl 30 bulan ini", "2026-11-30"),
        ("kemarin bilang besoknya", "2026-11-22"),
        ("kmrn sy lapor", "2026-11-22"),
        ("kemaren kurirnya", "2026-11-22"),
        ("kemarin lusa", "2026-11-21"),
        ("kemarin dulu", "2026-11-21"),
        ("hari ini belum", "2026-11-23"),
        ("besok pagi", "2026-11-24"),
        ("lusa ya", "2026-11-25"),
        ("tadi pagi mati", "2026-11-23"),
        ("Senin lalu", "2026-11-16"),
        ("hari selasa yang lalu", "2026-11-17"),
        ("sabtu kemarin", "2026-11-21"),
        ("hari Minggu lalu", "2026-11-22"),
        ("senin besok", "2026-11-30"),
        ("I called yesterday", "2026-11-22"),
        ("still dead today", "2026-11-23"),
        ("come tomorrow", "2026-11-24"),
        ("since last Monday", "2026-11-16"),
        ("last night it died", "2026-11-22"),
        ("the day before yesterday", "2026-11-21"),
        ("paid on November 12", "2026-11-12"),
        ("Nov 12th, 2025", "2025-11-12"),
        ("the 12th of Nov", "2026-11-12"),
        ("submitted on 2 May", "2026-05-02"),
    ],
)
def test_a_date(said: str, value: str) -> None:
    assert of_kind("date", said) == [value]


def test_days_are_counted_over_the_ends_of_months_and_years() -> None:
    assert of_kind("date", "tgl 31", date(2026, 3, 15)) == ["2026-01-31"]
    assert of_kind("date", "tanggal 30", date(2026, 1, 2)) == ["2025-12-30"]
    assert of_kind("date", "kemarin", date(2026, 1, 1)) == ["2025-12-31"]
    assert of_kind("date", "28 Desember", date(2026, 1, 2)) == ["2025-12-28"]
    assert of_kind("date", "29 Februari", date(2028, 3, 1)) == ["2028-02-29"]


def test_a_day_beyond_all_calendars_is_none() -> None:
    for today in (date.min, date.max):
        said = "kemarin lusa, lusa, Senin lalu, Senin besok, tgl 31 bulan lalu, tgl 1 bulan depan, 12 November"
        assert all(date.fromisoformat(value) for value in of_kind("date", said, today))


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("nama saya Siti Rahma", "Siti Rahma"),
        ("Nama saya adalah Budi", "Budi"),
        ("nama saya budi", "Budi"),
        ("nama saya budi santoso mau tanya", "Budi Santoso"),
        ("nama saya budi kamera saya rusak", "Budi"),
        ("namaku Tantri, suamiku Yoga", "Tantri"),
        ("nama gw Rizky", "Rizky"),
        ("NAMA SAYA BUDI SANTOSO", "Budi Santoso"),
        ("nama saya M. Rizky", "M. Rizky"),
        ("nama saya Siti Nur'aini. Mohon dibantu", "Siti Nur'aini"),
        ("nama saya Budi\nKamera rusak", "Budi"),
        ("Nama: Wiranti Lestari", "Wiranti Lestari"),
        ("saya Budi dari Bandung", "Budi"),
        ("Halo admin saya Wisnu, pemilik kios", "Wisnu"),
        ("Selamat siang. Saya Maria Goreti, bendahara paroki", "Maria Goreti"),
        ("pesanan a.n. Budi Santoso", "Budi Santoso"),
        ("paket a/n siti rahma belum sampai", "Siti Rahma"),
        ("an. Budi", "Budi"),
        ("dicatat atas nama Suparjo, RT 02", "Suparjo"),
        ("aduan atas nama Bu Sulastri", "Bu Sulastri"),
        ("my name is andi", "Andi"),
        ("My name is Henrik Dahl, I live in Ubud", "Henrik Dahl"),
        ("hi, this is Andi from Bandung", "Andi"),
        ("Hello, I'm Sarah, my parcel is late", "Sarah"),
    ],
)
def test_a_name(said: str, value: str) -> None:
    assert of_kind("name", said) == [value]
    assert find_name(said) == value


@pytest.mark.parametrize(
    "said",
    [
        # numbers of other things
        "pesanan saya belum sampai", "nomor pesanan saya belum dikirim", "pesan 2 kamera", "order 3 biji ya",
        "transaksi 150000 gagal", "pesanan 150000 itu", "preorder batch 3", "order iPhone15pro", "pesanan 2026",
        "3 hari lagi", "sudah 3 minggu", "jam 10.00", "buka 08.00-20.00", "08.00 - 17.00 WIB", "paket 15 GB",
        "iPhone 15", "08/11",
        "2x bayar", "3 kali lapor", "bayar 2 kali", "tahun 2026", "garansi 24 bulan", "versi 2.3.1", "nilai 4,71",
        "150000", "harga 1.250.000", "internet 100 mbps", "kode 68", "CS 24/7", "di kamar nomor 9", "skor 8 dari 10",
        "110", "hubungi 1500-000", "NIK saya 3171234567890001", "lampu 5 watt", "3-7 hari kerja", "2,3 km",
        # thousands that are no money
        "servis 10rb km", "200rb subscriber", "kilometer 20 ribu", "poin saya 12 ribu hangus", "video 4K",
        "resolusi 2k",
        # no days
        "minggu lalu", "minggu kemarin saya lapor", "bulan lalu", "bulan kemarin", "tahun lalu", "minggu depan",
        "hari Senin buka?", "Senin sampai Jumat", "besoknya kurang", "sebulan", "31 Februari", "tgl 31 Juni",
        "32/12/2026", "12/13/2026", "2026-02-30", "tgl 45", "tanggal berapa?", "setiap tanggal 25", "tanggal tua",
        "Mei 3 unit", "I may 12", "bulan November", "November 2026", "24 jam", "last week", "last year",
        # no codes
        "SN nya ada", "nomor seri sudah saya siapkan", "serial korea", "serial season 2", "stiker nomor seri kegores",
        "KLH-202613-00001", "KLH saja", "tiket nonton 2",
        # no addresses
        "budi@", "@contoh.id", "budi@localhost", "telp 0812", "0812xxxx", "HP 0812-0000-xxxx",
        # no products
        "kamera hp saya jernih", "sapu lidi", "udara panas", "tukang plug in", "barang rpn apa saja", "rpn rpn rpn",
        "pendingin udara", "robot robot", "akun rpn home", "kamera mirrorless", "smartphone",
        # no names
        "saya mau", "saya kecewa", "Saya Kecewa, paket rusak", "Saya Mau Komplain", "nama saya salah di invoice",
        "nama saya kok tidak ada", "nama saya dicatut", "nama saya muncul dua kali", "atas nama saya",
        "atas nama pribadi", "atas nama ibu saya", "HP saya Samsung", "laptop saya Asus, rusak", "this is Ridiculous.",
        "this is not okay", "my name is misspelled in your records", "transfer ke rekening a.n. Joko Susilo",
        "pinjaman atas nama Joko", "namanya siapa", "nama barang: kabel", "saya pulang dari Bandung", "I'm so upset",
        "", " ", "...", "ok",
    ],
)  # fmt: skip
def test_what_names_nothing(said: str) -> None:
    assert named(said) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "nama saya Budi, HP 0812-3456-7890, pesanan RPN-12345",
            [("name", "Budi"), ("phone", "+6281234567890"), ("order_number", "RPN-12345")],
        ),
        ("nama saya budi 081234567890", [("name", "Budi"), ("phone", "+6281234567890")]),
        (
            "kamera rpn SN RPC-2211-009 beli 12/11/2026 Rp1.500.000",
            [("product", "RPN Cam"), ("serial_number", "RPC-2211-009"), ("date", "2026-11-12"), ("amount", "1500000")],
        ),
        (
            "KLH-202611-00042 kemarin dijanjikan, refund 150rb",
            [("ticket_number", "KLH-202611-00042"), ("date", "2026-11-22"), ("amount", "150000")],
        ),
        (
            "siti@contoh.id / 0812 3456 7890 a.n. Siti Rahma",
            [("email", "siti@contoh.id"), ("phone", "+6281234567890"), ("name", "Siti Rahma")],
        ),
        ("tgl 2 lapor, tgl 5 disuruh foto", [("date", "2026-11-02"), ("date", "2026-11-05")]),
        ("limit dari 3jt jadi 200rb", [("amount", "3000000"), ("amount", "200000")]),
        ("RPN-12345 HP 081234567890 150 ribu", [("phone", "+6281234567890"), ("amount", "150000")]),
        ("08/11/2026 0812 3456 7890", [("date", "2026-11-08"), ("phone", "+6281234567890")]),
        ("resi 00918, sn 44120X", [("order_number", "00918"), ("serial_number", "44120X")]),
        (
            "This is Andi from Bandung, my robot vacuum died last Monday, order #3381",
            [("name", "Andi"), ("product", "RPN Sapu"), ("date", "2026-11-16"), ("order_number", "3381")],
        ),
        (
            "My name is Ann. I paid IDR 200,000 on November 12 for order RPN-777",
            [("name", "Ann"), ("amount", "200000"), ("date", "2026-11-12"), ("order_number", "RPN-777")],
        ),
        ("rpn cam dan robot sapu", [("product", "RPN Cam"), ("product", "RPN Sapu")]),
        ("besok jam 10.00 saya di rumah, wa 0812-3456-7890", [("date", "2026-11-24"), ("phone", "+6281234567890")]),
    ],
)
def test_a_message_may_name_several(said: str, expected: Named) -> None:
    assert named(said) == expected


PIECES = st.sampled_from(
    "nama saya |Budi |HP 0812 3456 7890|+62|62|08|pesanan |RPN-12345|no |#|SN |150rb|1,5 juta|Rp|.000|,5|12/11/2026"
    "|tgl 3| kemarin| lusa|Senin lalu|minggu lalu|12 nov |KLH-202611-00001|a.n. |this is |budi@contoh.id|rpn|cam"
    "|robot sapu| |\n|-|\0|ſ|K|İ|ı|７|²|(|)|'|½".split("|")
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)), st.dates(), st.lists(st.text(max_size=8), max_size=3))
def test_it_reads_anything_and_says_truly_where(text: str, today: date, products: list[str]) -> None:
    end = 0
    for detail in details(text, today, [*products, *FAMILIES]):
        assert detail.value and detail.text
        assert text[detail.start : detail.start + len(detail.text)] == detail.text
        assert detail.start >= end
        end = detail.start + len(detail.text)


def read_today(text: str) -> object:
    return details(text, TODAY, FAMILIES)


STARTS = ("", "nama saya ", "pesanan ", "sn ", "Rp", "tgl ", "12 ", "+62", "08", "a.n. ", "kamera ", "saya ", "minggu ")


@pytest.mark.parametrize("unit", [*HOSTILE.values(), "0", "0 ", "08 ", "62 81 ", "rpn ", "12 nov ", "tgl 3 ", "a.n. "])
def test_a_hostile_text_is_read_in_linear_time(unit: str) -> None:
    assert is_linear(read_today, unit)


@pytest.mark.parametrize("start", STARTS)
def test_blanks_after_a_known_word_are_read_in_linear_time(start: str) -> None:
    for blank in (" ", "\n", " :"):
        assert is_linear(read_today, blank, start, "!", 20_000)


@pytest.mark.parametrize("unit", ["a", "(", " ", "0", "-"])
def test_a_hundred_thousand_characters_take_well_under_a_second(unit: str) -> None:
    started = time.thread_time()
    read_today(unit * 100_000)
    assert time.thread_time() - started < 0.5
