"""The explorer's server: a few routes, on this machine only, without outgoing requests.

Every response forbids other origins' scripts, styles, frames and connections. Requests are accepted
only under this machine's names, against DNS rebinding, and data only as JSON, which no foreign form
can send.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from lingap.app.analysis import analyse, parse_lines, pronounce, served_languages
from lingap.app.browsing import Browser, checked
from lingap.errors import ConfigError, LingapError, MissingExtra
from lingap.g2p import DEFAULT_BACKEND

MAX_BODY_BYTES = 200_000
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
_FILES = {"/": ("page.html", "text/html"), "/page.css": ("page.css", "text/css"),
          "/page.js": ("page.js", "text/javascript"),
          "/experiment.js": ("experiment.js", "text/javascript")}  # fmt: skip


def create_app(experiment: Path | None = None, *, hosts: Sequence[str] = LOOPBACK) -> Any:
    """The ASGI application.

    Args:
        experiment: An experiment's folder to browse, or None for text alone.
        hosts: Host names accepted.

    Raises:
        MissingExtra: If Starlette is not installed.
        StoreError: If the folder is not an experiment.
    """
    try:
        from starlette.applications import Starlette
        from starlette.concurrency import run_in_threadpool
        from starlette.middleware import Middleware
        from starlette.middleware.trustedhost import TrustedHostMiddleware
        from starlette.requests import Request
        from starlette.responses import JSONResponse, Response
        from starlette.routing import Route
    except ImportError as error:
        raise MissingExtra("app", "The explorer") from error

    browser = None if experiment is None else Browser(experiment)
    subwords = None
    if browser is not None:
        _ = browser.data  # fail now, rather than on the page, if it is not an experiment
        subwords = browser.subwords()

    def as_file(name: str, kind: str) -> Callable[[Request], Response]:
        content = resources.files("lingap.app").joinpath(name).read_text(encoding="utf-8")

        async def answer(_: Request) -> Response:
            return Response(content, media_type=kind, headers=HEADERS)

        return answer  # type: ignore[return-value]

    def as_json(act: Callable[[Request, Any], Any]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> JSONResponse:
            try:
                content = await body_of(request) if request.method == "POST" else None
                made = await run_in_threadpool(act, request, content)
                return JSONResponse(made, headers=HEADERS)
            except LingapError as error:
                return JSONResponse({"error": str(error)}, status_code=400, headers=HEADERS)

        return answer

    def start(_: Request, __: Any) -> Any:
        return {
            "languages": served_languages(),
            "experiment": None if browser is None else browser.overview(),
        }

    def text(_: Request, content: Any) -> Any:
        return analyse(parse_lines(content), subwords=subwords)

    def gaps(request: Request, _: Any) -> Any:
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

    def errors(request: Request, _: Any) -> Any:
        assert browser is not None
        query, data = request.query_params, browser.data
        return browser.errors(
            checked(query.get("task"), [gap.task for gap in data.performance], "Task"),
            checked(query.get("system"), data.systems, "System"),
            checked(query.get("language"), data.languages, "Language"),
        )

    routes = [Route(path, as_file(*file)) for path, file in _FILES.items()]
    routes.append(Route("/api/start", as_json(start)))
    routes.append(Route("/api/text", as_json(text), methods=["POST"]))
    if browser is not None:
        routes.append(Route("/api/experiment/gaps", as_json(gaps)))
        routes.append(Route("/api/experiment/errors", as_json(errors)))
    trusted = Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    return Starlette(routes=routes, middleware=[trusted])


async def body_of(request: Any) -> Any:
    """The JSON of a request.

    Raises:
        ConfigError: If it is not declared as JSON, too large, or malformed.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ConfigError(f"Expected content type application/json, got {kind or 'none'}.")
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY_BYTES:
            raise ConfigError(f"Expected at most {MAX_BODY_BYTES:,} bytes, got more.")
    try:
        return json.loads(bytes(content))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"The request is not valid JSON: {error}") from error


def warm_up() -> None:
    """Load the back ends of the page's first sentences."""
    for code in ("eng", "kor", "hin", "urd"):
        try:
            pronounce(code, DEFAULT_BACKEND, ["a"])
        except LingapError:
            continue
