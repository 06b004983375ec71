"""A model server on loopback that knows intents by keyword, as quick as a test wants."""

from typing import Any, Self

from aiohttp import web

_WORDS = (
    ("complaint", ("kecewa", "parah")),
    ("talk_to_human", ("dengan orang",)),
    ("greet", ("halo",)),
    ("thank", ("terima kasih",)),
)


def intent(text: str) -> str:
    said = text.lower()
    return next((name for name, words in _WORDS if any(word in said for word in words)), "general")


class StubRasa:
    """`url` is what RASA_URL takes; `asked` counts the parses."""

    def __init__(self) -> None:
        self.url, self.asked = "", 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/model/parse", self._parse)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _parse(self, request: web.Request) -> web.Response:
        self.asked += 1
        text = (await request.json())["text"]
        ranking: list[dict[str, Any]] = [
            {"name": intent(text), "confidence": 0.95},
            {"name": "out_of_scope", "confidence": 0.05},
        ]
        body = {"text": text, "intent": ranking[0], "entities": [], "intent_ranking": ranking}
        return web.json_response(body)
