"""The explorer's server: a few routes, on this machine only, without outgoing requests.

Every response forbids other origins' scripts, styles, frames and connections. Requests are accepted
only under this machine's names, against DNS rebinding, and only from the page itself; data only as
JSON, which no foreign form can send. One request is worked on at a time, in steps between which
its end is noticed: its page has gone or asked anew, or its time is over.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from lingap.app.analysis import LIMITS, analyse, parse_lines, pronounce, served_languages
from lingap.app.browsing import Browser, checked
from lingap.app.compared import Compared
from lingap.app.work import Abandoned, Work
from lingap.errors import ConfigError, LingapError, MissingExtra
from lingap.g2p import DEFAULT_BACKEND
from lingap.text.display import shown_lines

MAX_BODY_BYTES = 200_000
BODY_SECONDS = 10.0
"""For a request's data to arrive."""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_FILES = {"/": ("page.html", "text/html"), "/common.css": ("common.css", "text/css"),
          "/page.css": ("page.css", "text/css"),
          "/page.js": ("page.js", "text/javascript"),
          "/experiment.js": ("experiment.js", "text/javascript")}  # fmt: skip

Act = Callable[[Any, Any, Work], Any]
"""Given a request, its JSON and the bound of its work, what the response says."""


def create_app(
    experiment: Path | None = None,
    *,
    hosts: Sequence[str] = LOOPBACK,
    compared: Compared | None = None,
) -> Any:
    """The ASGI application.

    Args:
        experiment: An experiment's folder to browse, or None for text alone.
        hosts: Host names accepted.
        compared: Tokenizers and models that typed text is compared in.

    Raises:
        MissingExtra: If Starlette is not installed.
        StoreError: If the folder is not an experiment.
    """
    try:
        from starlette.applications import Starlette
        from starlette.concurrency import run_in_threadpool
        from starlette.middleware import Middleware
        from starlette.middleware.trustedhost import TrustedHostMiddleware
        from starlette.requests import ClientDisconnect, Request
        from starlette.responses import Response
        from starlette.routing import Route
    except ImportError as error:
        raise MissingExtra("app", "The explorer") from error

    browser = None if experiment is None else Browser(experiment)
    subwords = None
    if browser is not None:
        _ = browser.data  # fail now, rather than on the page, if it is not an experiment
        subwords = browser.subwords()
    desk = _Desk()

    def as_file(name: str, kind: str) -> Callable[[Request], Response]:
        room = resources.files("lingap.report" if name == "common.css" else "lingap.app")
        content = room.joinpath(name).read_text(encoding="utf-8")

        async def answer(_: Request) -> Response:
            return Response(content, media_type=kind)

        return answer  # type: ignore[return-value]

    def said(content: Any, status: int = 200) -> Response:
        text = shown_lines(json.dumps(content, ensure_ascii=False, allow_nan=False))
        return Response(text, status, media_type="application/json")

    def as_json(act: Act) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            try:
                content = await body_of(request) if request.method == "POST" else None
                async with desk.work(request, content) as work:
                    return said(await run_in_threadpool(act, request, content, work))
            except Abandoned as error:
                return said({"error": str(error)}, 409)
            except LingapError as error:
                return said({"error": str(error)}, 400)
            except ClientDisconnect:
                return Response(status_code=400)  # nobody reads it

        return answer

    def start(_: Request, __: Any, ___: Work) -> Any:
        return {
            "languages": served_languages(),
            "limits": LIMITS,
            "tokenizers": [] if compared is None else list(compared.tokenizers),
            "experiment": None if browser is None else browser.overview(),
        }

    def text(_: Request, content: Any, work: Work) -> Any:
        return analyse(parse_lines(content), subwords=subwords, compared=compared, work=work)

    def gaps(request: Request, _: Any, __: Work) -> Any:
        assert browser is not None
        query, data = request.query_params, browser.data
        codes = data.languages
        chosen = [code for code in query.get("languages", "").split(",") if code in codes]
        metrics = [gap.metric for gap in data.performance]
        return browser.gaps(
            checked(query.get("task"), [gap.task for gap in data.performance], "Task"),
            checked(query.get("metric"), metrics, "Measure"),
            query.get("layer", ""),
            chosen or codes,
        )

    def errors(request: Request, _: Any, work: Work) -> Any:
        assert browser is not None
        query, data = request.query_params, browser.data
        return browser.errors(
            checked(query.get("task"), [gap.task for gap in data.performance], "Task"),
            checked(query.get("system"), data.systems, "System"),
            checked(query.get("language"), data.languages, "Language"),
            work,
        )

    routes = [Route(path, as_file(*file)) for path, file in _FILES.items()]
    routes.append(Route("/api/start", as_json(start)))
    routes.append(Route("/api/text", as_json(text), methods=["POST"]))
    if browser is not None:
        routes.append(Route("/api/experiment/gaps", as_json(gaps)))
        routes.append(Route("/api/experiment/errors", as_json(errors)))
    trusted = Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    return Starlette(routes=routes, middleware=[Middleware(_OwnPage), trusted])


class _Desk:
    """Where one request is worked on, and the others wait."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._of_page: dict[str, Work] = {}

    @asynccontextmanager
    async def work(self, request: Any, content: Any) -> Any:
        """The work of a request, when its turn has come; an older one of its page is abandoned."""
        work = Work()
        page = content.get("page") if isinstance(content, dict) else None
        if isinstance(page, str):
            if older := self._of_page.get(page):
                older.abandon()
            self._of_page[page] = work
        watch = asyncio.create_task(_abandon_without_reader(request, work))
        try:
            async with self._turn:
                yield work
        finally:
            watch.cancel()
            if isinstance(page, str) and self._of_page.get(page) is work:
                del self._of_page[page]


async def _abandon_without_reader(request: Any, work: Work) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    work.abandon()


class _OwnPage:
    """Refuses what pages of other origins send, and adds :data:`HEADERS` to every response."""

    def __init__(self, app: Any):
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on, as ASGI has it."""
        from starlette.datastructures import Headers, MutableHeaders
        from starlette.responses import JSONResponse

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        origin = headers.get("origin")
        foreign = origin is not None and origin.partition("://")[2] != headers.get("host")
        asked_by = headers.get("sec-fetch-site", "none")
        if foreign or (
            scope["path"].startswith("/api/") and asked_by not in ("none", "same-origin")
        ):
            told = "Expected a request of the explorer's own page, got one of another site."
            answer = JSONResponse({"error": told}, status_code=403)
            await answer(scope, receive, send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)


async def body_of(request: Any) -> Any:
    """The JSON of a request.

    Raises:
        ConfigError: If it is not declared as JSON, too large, late, or malformed.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ConfigError(f"Expected content type application/json, got {kind or 'none'}.")
    size = request.headers.get("content-length", "0")
    if not (size.isascii() and size.isdecimal()):
        raise ConfigError(f"Expected a number as content length, got {size!r}.")
    too_large = ConfigError(f"Expected at most {MAX_BODY_BYTES:,} bytes, got more.")
    if len(size) > 12 or int(size) > MAX_BODY_BYTES:
        raise too_large
    content = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                content += chunk
                if len(content) > MAX_BODY_BYTES:
                    raise too_large
    except TimeoutError:
        raise ConfigError(f"The request did not arrive within {BODY_SECONDS:.0f} s.") from None
    try:
        found = json.loads(bytes(content))
        json.dumps(found, ensure_ascii=False).encode()  # a lone surrogate is no character
    except UnicodeEncodeError:
        raise ConfigError(
            "The request is not valid Unicode: it has half a surrogate pair."
        ) from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"The request is not valid JSON: {error}") from error
    return found


def warm_up() -> None:
    """Load the back ends of the page's first sentences."""
    for code in ("eng", "kor", "hin", "urd"):
        try:
            pronounce(code, DEFAULT_BACKEND, ["a"])
        except LingapError:
            continue
