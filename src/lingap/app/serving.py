"""Serving the explorer: the first free port, one line with the address, a clean shutdown."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from lingap.app.compared import Compared
from lingap.app.server import LOOPBACK, create_app, warm_up
from lingap.errors import ConfigError, MissingExtra

TRIES = 20


def free_socket(host: str, port: int, *, tries: int = TRIES) -> socket.socket:
    """A socket bound to the port, or to the next free one of `tries`.

    Raises:
        ConfigError: If all are in use, or the address is not one of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + tries, 65536)):
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, candidate))
            bound.listen(128)
        except OSError as error:
            bound.close()
            if error.errno in (98, 48, 10048, 13):  # in use (Linux, macOS, Windows) or not allowed
                continue
            raise ConfigError(f"Cannot listen on {host}: {error}.") from error
        return bound
    raise ConfigError(
        f"Ports {port} to {port + tries - 1} are in use on {host}. Choose another with --port."
    )


def serve(
    experiment: Path | None, *, host: str = "127.0.0.1", port: int = 8321, browse: bool = False,
    tokenizers: Sequence[str] = (), models: Sequence[str] = (), prefix: str = "",
    pooling: str | None = None,
) -> None:  # fmt: skip
    """Serve the explorer until interrupted.

    Args:
        experiment: A folder to browse, or None.
        host: Address to listen on.
        port: Its port, or the first of those tried.
        browse: Whether to open the web browser.
        tokenizers: Compared on typed text, as ``lingap gap tokens -t`` takes them.
        models: The same, as ``lingap gap model`` takes them.
        prefix: Before each sentence that a model reads, as there.
        pooling: Of the models, as there.

    Raises:
        MissingExtra: If Starlette or uvicorn is not installed, or what reads a tokenizer or model.
        ConfigError: If no port is free, or for what is no tokenizer or model.
        StoreError: If the folder is not an experiment.
    """
    try:
        import uvicorn

        from lingap.app.connections import AnnouncingServer, BoundedConnection
    except ImportError as error:
        raise MissingExtra("app", "The explorer") from error
    if host in ("0.0.0.0", "::", ""):
        raise ConfigError(
            f"--host {host!r} means every address. Pass one address of this machine, so that "
            "requests under other names can be refused."
        )
    compared = Compared.load(tokenizers, models, prefix=prefix, pooling=pooling)
    # Back ends use models on this machine only.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    hosts = LOOPBACK if host in ("127.0.0.1", "localhost", "::1") else (*LOOPBACK, host)
    app = create_app(experiment, hosts=hosts, compared=compared)
    bound = free_socket(host, port)
    chosen = bound.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{chosen}/"
    if chosen != port:
        print(f"Port {port} is in use; using {chosen}.", file=sys.stderr)
    if hosts is not LOOPBACK:
        print("Warning: others on the network can reach this page.", file=sys.stderr)

    def announce() -> None:
        print(f"The explorer is at {address} (Ctrl-C to stop)", flush=True)
        threading.Thread(target=warm_up, daemon=True).start()
        if browse:
            import webbrowser

            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    try:
        config = uvicorn.Config(
            app,
            http=BoundedConnection,
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        AnnouncingServer(config, announce).run(sockets=[bound])
    except KeyboardInterrupt:
        pass
    finally:
        bound.close()
    print("Closed.", flush=True)
