"""Published versions of knowledge, policies and wording. A broken file keeps the last good one."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bot.domain.edition import Edition, build, edition_id
from bot.errors import BadPolicy
from bot.store.database import Database
from bot.store.tables import editions

_POLICIES = ("company", "calendar", "sla", "escalation", "priority")


def read_files(root: Path) -> dict[str, str]:
    """The texts an edition is built from, by path below `root`. Raises BadPolicy on unreadable bytes."""
    paths = [root / "domain.yml", *(root / "policies" / f"{name}.yml" for name in _POLICIES)]
    paths += sorted((root / "knowledge_base").glob("*.yml"))
    return {path.relative_to(root).as_posix(): _read(path) for path in paths if path.is_file()}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError) as error:
        raise BadPolicy(f"{path.name}: cannot be read ({type(error).__name__}); save it as UTF-8") from None


class Editions:
    """The current edition. A turn takes it once, at its start, and records its id."""

    def __init__(self, root: Path, database: Database) -> None:
        self.root, self._database = root, database
        self._current: Edition | None = None
        self._seen: dict[str, str] = {}
        self.problem = ""

    @property
    def current(self) -> Edition:
        assert self._current is not None, "refresh() runs before the first turn"
        return self._current

    async def refresh(self, now: datetime) -> bool:
        """Publish the files when they changed; True when a new edition serves.

        A file that cannot be used leaves its reason in `problem` and the last good edition in
        place, also one of an earlier run. Raises BadPolicy when there never was a good one.
        """
        try:
            files = await asyncio.to_thread(read_files, self.root)
            if files == self._seen:
                if self._current and self._current.id == edition_id(files):
                    self.problem = ""
                return False
            self._seen = files
            edition = await asyncio.to_thread(build, files)
        except BadPolicy as error:
            self.problem = str(error)
            await self._fall_back()
            return False
        await self._publish(edition, files, now)
        return True

    async def _publish(self, edition: Edition, files: Mapping[str, str], now: datetime) -> None:
        row = {"id": edition.id, "content": dict(files), "created_at": now}
        async with self._database.write() as connection:
            # An edition that comes back is the newest again.
            newest = {"index_elements": ["id"], "set_": {"created_at": now}}
            await connection.execute(self._database.insert(editions).values(row).on_conflict_do_update(**newest))
        self._current, self.problem = edition, ""

    async def _fall_back(self) -> None:
        if self._current is not None:
            return
        query = sa.select(editions.c.content).order_by(editions.c.created_at.desc()).limit(1)
        async with self._database.read() as connection:
            content = (await connection.execute(query)).scalar()
        if content is None:
            raise BadPolicy(self.problem)
        try:
            self._current = build(content)
        except BadPolicy:  # of an older version of the program: the files at hand are what can be mended
            raise BadPolicy(self.problem) from None
