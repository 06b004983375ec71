"""Posted forms: small, plain, and only from our own pages."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desks.web.sessions import Sessions

Form = dict[str, str]
_LARGEST = 256 * 1024  # bytes; 20,000 characters, each written as %XX thrice
_FIELDS = 20
_ELSEWHERE = ("cross-site", "same-site")  # the public chat, on another port, is "same-site"


async def read(request: Request) -> Form:
    """Raises HTTPException for what no form of ours sends."""
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or int(length) > _LARGEST:
        raise HTTPException(413)
    try:
        body = (await request.body()).decode("ascii")
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError:
        raise HTTPException(400) from None


def post(path: str, sessions: Sessions, answer: Callable[[Request, Form], Awaitable[Response]]) -> Route:
    """A route that sees a form only after its token proved that a page of this session made it."""

    async def checked(request: Request) -> Response:
        form = await read(request)
        session = request.state.agent.session
        from_elsewhere = request.headers.get("sec-fetch-site") in _ELSEWHERE
        if from_elsewhere or not sessions.signed("form", session, form.get("token", "")):
            raise HTTPException(403)
        return await answer(request, form)

    return Route(path, checked, methods=["POST"])
