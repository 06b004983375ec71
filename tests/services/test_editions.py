"""Published versions: an edit is live, a broken file keeps the last good one."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.wording import pick
from bot.errors import BadPolicy
from bot.services.editions import Editions
from bot.store import tables
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.house import MONDAY, ROOT, house


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The company's files, free to be edited."""
    root = tmp_path / "company"
    for folder in ("policies", "knowledge_base"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "domain.yml", root)
    return root


def edit(root: Path, name: str, old: str, new: str) -> str:
    """Change one passage; the text as it was comes back."""
    path = root / name
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")
    return before


async def test_an_edit_is_live_without_a_restart(database_url: str, files: Path) -> None:
    async with house(database_url, root=files) as sambut:
        budi = sambut.customer("Budi")
        await budi.says("jam berapa cs buka?")
        assert budi.heard("08.00-20.00")
        first = sambut.core.editions.current.id
        edit(files, "policies/calendar.yml", '"08:00-20:00"', '"07:00-19:00"')
        assert await sambut.core.editions.refresh(sambut.now)
        await budi.says("jam berapa cs buka?")
        assert budi.heard("07.00-19.00")
        assert sambut.core.editions.current.id != first
        recorded = [row.edition for row in await sambut.rows(tables.inquiries)]
        assert recorded == [first, sambut.core.editions.current.id]


async def test_nothing_is_published_when_nothing_changed(database_url: str, files: Path) -> None:
    async with house(database_url, root=files) as sambut:
        assert not await sambut.core.editions.refresh(sambut.now)
        assert len(await sambut.rows(tables.editions)) == 1


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        ("policies/sla.yml", "resolution: 3d", "resolution: besok", "complaint.resolution"),
        ("policies/escalation.yml", "then: remind", "then: tell", "rule unclaimed"),
        ("domain.yml", "{{ estimate }}", "{{ perkiraan }}", "perkiraan"),
        ("domain.yml", "  utter_greet:\n", "  utter_greet:\n  utter_greet2:\n", "utter_greet"),
        ("domain.yml", "      metadata: {language: en}\n", "", "no English response utter_intro"),
        ("knowledge_base/opening-hours.yml", "id: opening-hours", "id: [", "opening-hours.yml, line"),
        ("knowledge_base/opening-hours.yml", "  en: |-", "  fr: |-", "opening-hours.yml, answer: English is missing"),
    ],
)
async def test_a_broken_file_keeps_the_last_good_version_and_says_so(
    database_url: str, files: Path, name: str, old: str, new: str, named: str
) -> None:
    async with house(database_url, root=files) as sambut:
        good = sambut.core.editions.current.id
        before = edit(files, name, old, new)
        assert not await sambut.core.editions.refresh(sambut.now)
        assert named in sambut.core.editions.problem
        assert sambut.core.editions.current.id == good
        budi = sambut.customer("Budi")
        await sambut.core.sweeps.edition_problem(sambut.now)
        await budi.says("jam berapa cs buka?")
        assert budi.heard("08.00-20.00")
        assert any(named in text for text in sambut.desk.alerts)
        (files / name).write_text(before + "\n# mended\n", encoding="utf-8")
        assert await sambut.core.editions.refresh(sambut.now)
        assert sambut.core.editions.problem == ""


async def test_mending_closes_the_alert(database_url: str, files: Path) -> None:
    async with house(database_url, root=files) as sambut:
        before = edit(files, "policies/sla.yml", "3d", "x")
        await sambut.core.editions.refresh(sambut.now)
        await sambut.core.sweeps.edition_problem(sambut.now)
        assert len(await sambut.core.alerts.open()) == 1
        (files / "policies/sla.yml").write_text(before, encoding="utf-8")
        assert await sambut.core.editions.refresh(sambut.now)
        await sambut.core.sweeps.edition_problem(sambut.now)
        assert await sambut.core.alerts.open() == []


async def test_a_start_with_a_broken_file_serves_the_version_of_an_earlier_run(database_url: str, files: Path) -> None:
    async with house(database_url, root=files) as sambut:
        good = sambut.core.editions.current.id
    edit(files, "policies/sla.yml", "3d", "x")
    async with house(database_url, root=files) as sambut:
        assert sambut.core.editions.current.id == good
        assert "sla.yml" in sambut.core.editions.problem
        budi = sambut.customer("Budi")
        await budi.says("jam berapa cs buka?")
        assert budi.heard("08.00-20.00")


async def test_a_very_first_start_with_a_broken_file_says_what_to_mend(database_url: str, files: Path) -> None:
    edit(files, "policies/sla.yml", "3d", "x")
    database = Database(database_url)
    upgrade(database)
    try:
        with pytest.raises(BadPolicy, match=r"sla\.yml"):
            await Editions(files, database).refresh(MONDAY)
    finally:
        await database.close()


async def test_a_file_in_another_encoding_is_named(database_url: str, files: Path) -> None:
    async with house(database_url, root=files) as sambut:
        (files / "domain.yml").write_bytes("responses: {utter_x: [{text: caf\xe9}]}".encode("latin-1"))
        assert not await sambut.core.editions.refresh(sambut.now)
        assert "domain.yml" in sambut.core.editions.problem
        assert "UTF-8" in sambut.core.editions.problem


async def test_a_new_article_answers_at_once(database_url: str, files: Path) -> None:
    async with house(database_url, root=files) as sambut:
        article = """
id: parking
category: stores
class: general
owner: cs-lead
title: {id: Parkir, en: Parking}
questions: {id: [apakah parkir di toko gratis?]}
answer: {id: "Parkir gratis dua jam.", en: "Parking is free for two hours."}
"""
        (files / "knowledge_base/parking.yml").write_text(article, encoding="utf-8")
        await sambut.core.editions.refresh(sambut.now)
        budi = sambut.customer("Budi")
        await budi.says("apakah parkir di toko gratis?")
        assert budi.heard("Parkir gratis dua jam.")


async def test_wording_is_live_too(database_url: str, files: Path) -> None:
    async with house(database_url, root=files) as sambut:
        edit(files, "domain.yml", "Syukurlah.", "Puji syukur.")
        await sambut.core.editions.refresh(sambut.now)
        assert pick(sambut.core.editions.current.wording, "utter_helped", "id", 0).text.startswith("Puji syukur.")


async def test_a_mended_encoding_clears_the_problem(database_url: str, files: Path) -> None:
    async with house(database_url, root=files) as sambut:
        good = (files / "domain.yml").read_bytes()
        (files / "domain.yml").write_bytes(b"caf\xe9")
        await sambut.core.editions.refresh(sambut.now)
        (files / "domain.yml").write_bytes(good)
        await sambut.core.editions.refresh(sambut.now)
        assert sambut.core.editions.problem == ""


async def test_the_fallback_is_the_version_that_served_last(database_url: str, files: Path) -> None:
    path = files / "policies/company.yml"
    first = path.read_text()
    async with house(database_url, root=files) as sambut:
        one = sambut.core.editions.current.id
        path.write_text(first.replace("1500-000", "1500-999"))
        sambut.passes(hours=1)
        await sambut.core.editions.refresh(sambut.now)
        path.write_text(first)
        sambut.passes(hours=1)
        await sambut.core.editions.refresh(sambut.now)
        assert sambut.core.editions.current.id == one
    path.write_text("broken: [")
    async with house(database_url, root=files) as sambut:
        assert sambut.core.editions.current.id == one


async def test_a_reminder_rule_may_ask_for_complaints(database_url: str, files: Path) -> None:
    path = files / "policies/escalation.yml"
    path.write_text(
        path.read_text().replace("{all: [{unclaimed_minutes: 10}]}", "{all: [complaint, {unclaimed_minutes: 10}]}")
    )
    async with house(database_url, root=files) as sambut:
        await sambut.customer("Budi").says("kameranya terbakar")
        sambut.passes(minutes=11)
        assert await sambut.core.sweeps.unclaimed(sambut.now) == 1


async def test_a_stored_version_of_an_older_program_does_not_hide_what_must_be_mended(
    database_url: str, files: Path
) -> None:
    async with house(database_url, root=files) as sambut, sambut.database.write() as connection:
        await connection.execute(sa.update(tables.editions).values(content={"domain.yml": "responses: {}"}))
    (files / "policies/company.yml").write_text("broken: [")
    with pytest.raises(BadPolicy, match=r"policies/company\.yml"):
        async with house(database_url, root=files):
            pass
