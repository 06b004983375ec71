"""What a message says without the model."""

from pathlib import Path

import pytest

from bot.domain.cues import acts_at_once, cues, exact
from bot.domain.yaml_text import load

ROOT = Path(__file__).parents[2]


def kinds(text: str) -> list[str]:
    return [name for name, _ in cues(text)]


@pytest.mark.parametrize(
    "said",
    [
        "kameranya kebakar!", "adaptor keluar asap", "asapnya keluar dari adaptor", "Robotnya BERASAP",
        "ada asap tebal",
        "ada percikan api", "colokannya korslet", "rice cooker meledak", "anak saya kesetrum", "bau gosong dari router",
        "bau hangus", "baterainya meleleh", "tangan saya melepuh", "ada yang terluka", "muncul api dari stop kontak",
        "the camera is smoking", "there is smoke", "it caught fire", "I got an electric shock",
        "garansinya masih berlaku atau tidak\nasap keluar dari adaptor", "bukan cuma berasap, sudah terbakar",
    ],
)  # fmt: skip
def test_danger_is_seen(said: str) -> None:
    assert "danger" in kinds(said)


@pytest.mark.parametrize(
    "said",
    [
        "tidak berasap", "ga keluar asap kok", "tidak ada asap", "belum sampai meledak", "gak sampai kebakar",
        "there is no smoke", "sensor asap berapa harganya?", "detektor asap", "bisa deteksi asap rokok?",
        "kalau ada asap rokok apa bunyi?", "smoke detector price?", "tolong dibalas asap ya", "asap please",
        "poin saya hangus kapan?", "voucher hangus", "apa saja yang membuat garansi hangus?", "kamera Spark",
    ],
)  # fmt: skip
def test_no_danger_is_made_up(said: str) -> None:
    assert "danger" not in kinds(said)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("akun saya dibobol", "fraud"), ("saya ditipu", "fraud"), ("my account was hacked", "fraud"),
        ("saldo saya hilang", "money"), ("terpotong, bayar 2x", "money"), ("charged twice", "money"),
        ("saya lapor polisi", "threat"), ("saya viralkan", "threat"),
        ("ini sudah ketiga kalinya... tiga kalinya", "repeat"),
        ("sudah berkali-kali lapor", "repeat"), ("toko saya tutup gara-gara ini", "business"),
    ],
)  # fmt: skip
def test_the_other_cues(said: str, kind: str) -> None:
    assert kind in kinds(said)


def test_a_cue_keeps_the_words_that_triggered_it() -> None:
    assert cues("Tolong, KELUAR   ASAP dan saya ditipu") == (("danger", "keluar asap"), ("fraud", "ditipu"))


def article_questions() -> list[str]:
    paths = [path for path in sorted((ROOT / "knowledge_base").glob("*.yml")) if path.name != "unanswerable.yml"]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return [str(q) for text in texts for questions in load("article", text)["questions"].values() for q in questions]


def test_no_question_that_an_article_answers_is_taken_for_an_emergency() -> None:
    alarms = [q for q in article_questions() if {"danger", "fraud"} & set(kinds(q))]
    assert alarms == []


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("petugas", "human"), ("CS", "human"), ("mau bicara dengan petugas", "human"),
        ("tolong sambungkan ke cs dong", "human"),
        ("human please", "human"), ("talk to a person", "human"), ("I want to speak to an agent!", "human"),
        ("minta admin", "human"), ("Petugas.", "human"),
        ("batal", "cancel"), ("batalkan saja", "cancel"), ("ga jadi deh", "cancel"), ("stop", "cancel"),
        ("Cancel!", "cancel"),
        ("lewati", "skip"), ("skip", "skip"), ("tidak ada", "skip"), ("lupa nomornya", "skip"), ("-", "skip"),
        ("", None), ("batalkan pesanan saya", None), ("petugasnya tidak sopan", None), ("halo admin", None),
        ("tidak ada yang membalas saya", None), ("csnya lama", None), ("halo", None),
    ],
)  # fmt: skip
def test_exact_phrases(said: str, meant: str | None) -> None:
    assert exact(said) == meant


@pytest.mark.parametrize("said", ["petugas", "batal", "adaptor berasap", "akun dibobol", "status klh 202611 42"])
def test_what_must_not_wait_for_more_of_a_burst(said: str) -> None:
    assert acts_at_once(said)


@pytest.mark.parametrize("said", ["halo", "tidak ada", "saya mau komplain", "tidak berasap", ""])
def test_what_may_wait_for_more(said: str) -> None:
    assert not acts_at_once(said)
