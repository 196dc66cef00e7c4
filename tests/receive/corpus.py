"""Traffic of every kind that an endpoint may be sent, and the endpoints that it is sent to."""

from __future__ import annotations

from typing import Any

from tests.receive.lanes import LEFT, Arrival, Lane

METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS", "BREW")
ALL_METHODS = (*METHODS, "PATCH", "DELETE", "TRACE", "post", "CONNECT")
EVERY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE"]
CAP = 1000
IN_FLIGHT = 50_000
CHUNKED = (b"transfer-encoding", b"chunked")

ENDPOINTS: list[dict[str, Any]] = [
    {"path": "/any", "methods": EVERY_METHOD, "max_body_bytes": CAP},
    {"path": "/json", "methods": EVERY_METHOD, "replies": [{"status": 200, "body": {"ok": ["ü", 1]}}]},
    {"path": "/text", "replies": [{"status": 200, "media_type": "text/plain; charset=utf-8", "body": "grüße"}]},
    {"path": "/html", "methods": ["GET"], "replies": [{"media_type": "text/html", "body": "<script>1</script>"}]},
    {"path": "/empty", "methods": EVERY_METHOD, "replies": [{"status": 204, "headers": {"X-Empty": ""}}]},
    {"path": "/null", "replies": [{"body": None}]},
    {"path": "/nothing", "replies": [{"status": 200}]},
    {"path": "/away", "methods": ["GET", "POST"], "replies": [{"status": 303, "headers": {"Location": "/elsewhere"}}]},
    {"path": "/unchanged", "methods": ["GET"], "replies": [{"status": 304, "headers": {"ETag": '"a"'}}]},
    {
        "path": "/teapot",
        "replies": [{"status": 418, "headers": {"x-a": "caf\u00e9", "X-B": "2", "x-b": "1"}}],
    },
    {"path": "/failing", "replies": [{"status": 599, "media_type": "application/x+json", "body": "no"}]},
    {"path": "/big", "methods": ["GET", "POST"], "replies": [{"status": 200, "body": ["x" * 1000] * 300}]},
    {"path": "/orders/{order_id}", "methods": ["GET"]},
    {"path": "/orders/{number}", "methods": ["POST"]},
    {"path": "/orders/new", "methods": ["PUT"]},
    {"path": "/files/{rest...}", "methods": ["POST", "GET"]},
    {"path": "/slow", "requests_per_second": 1},
    {"path": "/huge", "max_body_bytes": 33_554_432},
    {
        "path": "/named",
        "methods": ["POST", "PUT"],
        "replies": [{"headers": {"Vary": "accept"}}],
        "cors": {"origins": ["https://a.example"]},
    },
    {"path": "/open", "methods": ["GET", "POST"], "cors": {"origins": ["*"]}},
]


def declare(lane: Lane) -> None:
    for endpoint in ENDPOINTS:
        lane.create("endpoints", endpoint)
    lane.create("projects", {"slug": "full", "limits": {"stored_bytes": 0}, "defaults": {"max_body_bytes": 10}})


def to(path: bytes, method: str = "POST", **more: Any) -> Arrival:
    return Arrival(method, b"/in/default" + path, **more)


def length(count: int) -> tuple[bytes, bytes]:
    return (b"content-length", b"%d" % count)


def whole(body: bytes, *headers: tuple[bytes, bytes], path: bytes = b"/any", method: str = "POST") -> Arrival:
    return to(path, method, headers=[*headers, length(len(body))], pieces=[body])


def in_pieces(*pieces: Any, path: bytes = b"/any") -> Arrival:
    return to(path, headers=[CHUNKED], pieces=pieces)


def asked_from(origin: bytes, path: bytes, method: str, *more: tuple[bytes, bytes]) -> Arrival:
    return to(path, method, headers=[(b"origin", origin), *more])


def asking_for(method: bytes, origin: bytes = b"https://a.example", path: bytes = b"/named") -> Arrival:
    asks = (b"access-control-request-method", method), (b"access-control-request-headers", b"x-a, X-B")
    return asked_from(origin, path, "OPTIONS", *asks)


PATHS = [
    *(b"/" + str(endpoint["path"])[1:].partition("/")[0].encode() for endpoint in ENDPOINTS),
    *(
        b"/orders/7",
        b"/orders/new",
        b"/orders/",
        b"/orders/a%2Fb",
        b"/files/a/b%20c",
        b"/files/",
        b"/nowhere",
        b"",
        b"/",
    ),
]

ODD_PATHS = [
    *(b"/in/default/%00", b"/in/%00/any", b"/in/default/%ff", b"/in/%ff/any", b"/in/default/%2e%2e/any", b"/in/"),
    *(b"/in", b"/in/default", b"/in/default/../any", b"/in//any", b"/in///", b"/in/default//any", b"/in/default/any/"),
    *(b"/in/default/an%79", b"/%69n/default/any", b"/in/def%61ult/any", b"/IN/default/any", b"/in/Default/any"),
    *(b"/in/default/any;a=1", b"/in/default/%0d%0ax", b"/in/default/%zz", b"/in/default/%", b"/in/default/\xff"),
    *(b"/in/default" + b"/a" * 10_000, b"/in/nobody/any", b"/in/full/any", b"/in/default/files/%ed%a0%80"),
]

ODD_HEADERS: list[list[tuple[bytes, bytes]]] = [
    [(b"x-a", b"1"), (b"x_a", b"2"), (b"x-a", b"3"), (b"cookie", b"a=1"), (b"cookie", b"\xe9")],
    [(b"content-type", b"application/json")],
    [(b"content-type", b"APPLICATION/JSON;")],
    [(b"content-type", b""), (b"content-type", b"a/b")],
    [(b"content-type", b"multipart/form-data; boundary=x")],
    [(b"authorization", b"Bearer nobody"), (b"if-none-match", b"*"), (b"range", b"bytes=0-1"), (b"expect", b"x")],
    [(b"accept", b"image/png"), (b"accept-encoding", b"gzip"), (b"x-forwarded-for", b"10.0.0.1")],
    [(b"traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), (b"idempotency-key", b"a")],
    [(b"content-length", b"+5")],
    [(b"content-length", b"5, 5")],
    [(b"content-length", b"9" * 40)],
    [(b"x-http-method-override", b"DELETE"), (b"x-original-url", b"/v1/keys"), (b"script-name", b"/x")],
]

BODIES: dict[str, Arrival] = {
    "every byte": whole(bytes(range(256))),
    "nothing": whole(b""),
    "the cap": whole(b"x" * CAP),
    "one too many": whole(b"x" * (CAP + 1)),
    "pieces": in_pieces(b"a", b"", b"b", b"\x00\xff"),
    "no piece": in_pieces(b""),
    "the cap in pieces": in_pieces(*[b"x" * 100] * 10),
    "one too many in pieces": in_pieces(*[b"x" * 100] * 10, b"y", b"z"),
    "broken JSON": whole(b'{"a": ', (b"content-type", b"application/json")),
    "a broken form": whole(b"--x\r\n", (b"content-type", b"multipart/form-data")),
    "with GET": whole(b"got", method="GET"),
    "with DELETE": whole(b"deleted", method="DELETE"),
    "too many where nobody listens": whole(b"x" * 2_000_000, path=b"/nowhere"),
    "too much at once": in_pieces(*[b"x" * 10_000] * 6, path=b"/huge"),
    "as much as may be at once": whole(b"x" * IN_FLIGHT, path=b"/huge"),
    "left at once": in_pieces(LEFT),
    "left in the middle": in_pieces(b"some", LEFT),
    "left after too much": in_pieces(b"x" * (CAP + 1), LEFT),
    "left before it was refused": in_pieces(b"some", LEFT, path=b"/nowhere"),
    "the first in a second": whole(b"1", path=b"/slow"),
    "the second in a second": whole(b"2", path=b"/slow"),
    "the third in a second, with no end": in_pieces(b"3", LEFT, path=b"/slow"),
}

CROSS_ORIGIN: dict[str, Arrival] = {
    "from a named origin": asked_from(b"https://a.example", b"/named", "POST"),
    "from another origin": asked_from(b"https://b.example", b"/named", "POST"),
    "from an origin with a method that is not taken": asked_from(b"https://a.example", b"/named", "DELETE"),
    "from any origin": asked_from(b"null", b"/open", "GET"),
    "from two origins": asked_from(b"https://a.example", b"/named", "PUT", (b"origin", b"https://b.example")),
    "from an odd origin": asked_from(b"\xff\r", b"/open", "POST"),
    "asking for a method": asking_for(b"PUT"),
    "asking for a method that is not taken": asking_for(b"DELETE"),
    "asking from another origin": asking_for(b"PUT", b"https://b.example"),
    "asking from anywhere": asking_for(b"GET", b"https://b.example", b"/open"),
    "asking where nobody listens": asking_for(b"PUT", path=b"/nowhere"),
}

QUERIES = [b"a=1&a=2&b", b"%ff=%00&%zz=%", b"q=\xff", b"", b"a=" + b"x" * 5000]

CORPUS: dict[str, Arrival] = {
    **{f"{method} {path.decode() or 'no path'}": to(path, method) for path in PATHS for method in METHODS},
    **{
        f"{method} {path.decode()}": to(path, method)
        for path in (b"/any", b"/text", b"/orders/7")
        for method in ALL_METHODS
    },
    **{f"{method} {path[:30]!r}": Arrival(method, path) for path in ODD_PATHS for method in ("POST", "OPTIONS")},
    **{f"headers {number}": to(b"/any", headers=headers) for number, headers in enumerate(ODD_HEADERS)},
    **{f"query {query[:20]!r}": to(b"/any", query=query) for query in QUERIES},
    **BODIES,
    **CROSS_ORIGIN,
}
