"""The bridge from ASGI to Flask: one thread hop, as many threads as were asked for, context and errors carried."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from letterbox.binding.bridge import Bridge, environ_of

from .toy.health import mood
from .wire import Answer, ask, converse

SCOPE: dict[str, Any] = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "scheme": "https",
    "path": "/caf\u00e9",
    "query_string": b"a=%20",
    "headers": [],
}


def saying(text: Callable[[dict[str, Any]], str]) -> Any:
    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [text(environ).encode()]

    return app


def together(app: Any, count: int) -> list[Answer]:
    async def all_at_once() -> list[Answer]:
        return list(await asyncio.gather(*(converse(app, dict(SCOPE), [b""]) for _ in range(count))))

    return asyncio.run(all_at_once())


def test_as_many_requests_run_at_once_as_there_are_threads() -> None:
    """The barrier breaks unless three requests meet at it."""
    barrier = threading.Barrier(3)
    answers = together(Bridge(saying(lambda _: str(barrier.wait(timeout=5) >= 0)), threads=3), 3)
    assert [answer.body for answer in answers] == [b"True"] * 3


def test_no_more_threads_are_used_than_were_asked_for() -> None:
    answers = together(Bridge(saying(lambda _: threading.current_thread().name), threads=1), 5)
    assert {answer.body for answer in answers} == {b"handler_0"}


def test_an_urgent_path_is_answered_while_every_other_thread_hangs() -> None:
    let_go = threading.Event()

    def hang(environ: dict[str, Any]) -> str:
        return "alive" if environ["PATH_INFO"] == "/live" else str(let_go.wait(timeout=20))

    async def act(bridge: Bridge) -> bytes:
        hanging = asyncio.ensure_future(converse(bridge, dict(SCOPE), [b""]))
        answer = await converse(bridge, {**SCOPE, "path": "/live"}, [b""])
        let_go.set()
        await hanging
        return answer.body

    assert asyncio.run(act(Bridge(saying(hang), threads=1, urgent=frozenset({"/live"})))) == b"alive"


def test_the_number_of_threads_is_a_setting(build: Any, document: Any) -> None:
    """Connexion has ten, and no option."""
    assert build(document, threads=3)._app._middleware_app.asgi_app._threads._max_workers == 3


def test_context_variables_reach_the_handler(edge: Any) -> None:
    mood.set("sunny")
    assert ask(edge, "GET", "/healthz").json["mood"] == "sunny"


def test_body_and_pieces_cross_as_a_whole() -> None:
    def app(environ: dict[str, Any], start: Any) -> Iterator[bytes]:
        write = start("201 Created", [("X-A", "1"), ("X-A", "2")])
        write(b"<")
        yield environ["wsgi.input"].read()
        yield b">"

    answer = asyncio.run(converse(Bridge(app, 1), dict(SCOPE), [b"a", b"", b"b"]))
    assert (answer.status, answer.body) == (201, b"<ab>")
    assert answer.headers == [(b"x-a", b"1"), (b"x-a", b"2")]


def test_an_answer_is_closed_even_if_it_breaks() -> None:
    closed = []

    class Broken:
        def __iter__(self) -> Iterator[bytes]:
            raise RuntimeError("broken")

        def close(self) -> None:
            closed.append(True)

    with pytest.raises(RuntimeError, match="broken"):
        asyncio.run(converse(Bridge(lambda *_: Broken(), 1), dict(SCOPE), [b""]))
    assert closed == [True]


def test_the_environ_describes_the_request() -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"1"), (b"x-a", b"\xe9"), (b"x-a", b"2")]
    environ = environ_of({**SCOPE, "headers": headers, "client": ("192.0.2.1", 9), "server": ("h", 443)}, b"x")
    assert environ["PATH_INFO"] == "/caf\u00e9".encode().decode("latin-1")
    assert (environ["QUERY_STRING"], environ["wsgi.url_scheme"]) == ("a=%20", "https")
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "1")
    assert environ["HTTP_X_A"] == "\xe9,2"
    assert (environ["REMOTE_ADDR"], environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("192.0.2.1", "h", "443")


def test_a_header_with_an_underscore_cannot_pass_for_another() -> None:
    assert "HTTP_X_FORWARDED_FOR" not in environ_of({**SCOPE, "headers": [(b"x_forwarded_for", b"1")]}, b"")


def test_the_lifespan_is_run_around_the_service(build: Any, document: Any) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def lifespan(_app: Any) -> Any:
        steps.append("started")
        yield {"kept": True}
        steps.append("stopped")

    assert lived(build(document, lifespan=lifespan)) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert steps == ["started", "stopped"]


def test_without_a_lifespan_it_starts_and_stops_too(edge: Any) -> None:
    assert lived(edge) == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def lived(app: Any) -> list[str]:
    waiting, sent = ["lifespan.startup", "lifespan.shutdown"], []

    async def receive() -> Any:
        return {"type": waiting.pop(0)}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(app({"type": "lifespan", "state": {}}, receive, send))
    return sent
