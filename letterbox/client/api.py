"""Calls of the HTTP API, and their refusals in one line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx

from letterbox.client.documents import as_json
from letterbox.client.settings import ClientSettings
from letterbox.errors import Violation

SECONDS = 60
PAGE = 100
MOST_VIOLATIONS = 5
ADVICE = {
    401: "set LETTERBOX_API_KEY to a key of this service",
    403: "use a key of the project that holds the scopes read and write",
    412: "somebody changed it meanwhile; look at it, and apply again",
    429: "wait a moment, and try again",
    503: "wait a moment, and try again",
}

Query = Mapping[str, str | int]


class NotAnswered(Exception):
    """The service cannot be reached, or what answers there is something else."""


class Refused(Exception):
    """A refusal of the service; `slug` is the kind of its problem, such as path-taken."""

    def __init__(self, status: int, slug: str, says: str) -> None:
        advice = f" ({ADVICE[status]})" if status in ADVICE else ""
        super().__init__(f"{says.rstrip('.')}{advice}")
        self.status, self.slug = status, slug


class Answer(NamedTuple):
    """What came back: the JSON value, and its entity tag where it has one."""

    value: Any
    etag: str


class Api:
    """One service with one key, which opens one project."""

    def __init__(self, settings: ClientSettings) -> None:
        self.url = settings.url
        self._http = httpx.Client(
            base_url=settings.url,
            headers={"authorization": f"Bearer {settings.api_key}"},
            timeout=SECONDS,
            trust_env=not settings.is_local,  # a proxy of this machine has no business with it
        )

    def close(self) -> None:
        self._http.close()

    def read(self, path: str, query: Query | None = None) -> Answer:
        return self._answer("GET", path, query=query)

    def find(self, path: str) -> Answer | None:
        """What is there, or None."""
        try:
            return self.read(path)
        except Refused as refusal:
            if refusal.status == httpx.codes.NOT_FOUND:
                return None
            raise

    def items(self, path: str, query: Query | None = None) -> Iterator[dict[str, Any]]:
        """Everything in a list that is asked for, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.read(path, {**(query or {}), "limit": PAGE, **({"cursor": cursor} if cursor else {})}).value
            yield from page["items"]
            cursor = page["next_cursor"]

    def read_bytes(self, path: str) -> bytes:
        """What is there, as it is."""
        return self._asked("GET", path).content

    @contextmanager
    def stream(
        self, path: str, *, query: Query, headers: Mapping[str, str], silence: float
    ) -> Iterator[Iterator[bytes]]:
        """What comes, piece by piece; one that is silent for so many seconds is taken for dead."""
        timeout = httpx.Timeout(SECONDS, read=silence)
        asked = {"accept": "text/event-stream", "accept-encoding": "identity", **headers}
        with (
            self._answering(),
            self._http.stream("GET", path, params=query, headers=asked, timeout=timeout) as answer,
        ):
            if not answer.is_success:
                answer.read()
                raise _refusal(answer, self.url)
            yield answer.iter_bytes()

    def send(
        self, method: str, path: str, body: Any = None, *, query: Query | None = None, if_match: str | None = None
    ) -> Answer:
        """Change something; with the entity tag that was seen, only if it still looks like that."""
        return self._answer(method, path, body, query, {"if-match": if_match} if if_match else {})

    def _answer(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Query | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        sent = {} if body is None else {"content-type": "application/json"}
        content = None if body is None else as_json(body)
        answer = self._asked(method, path, params=query, content=content, headers={**sent, **(headers or {})})
        return Answer(_json(answer, self.url), answer.headers.get("etag", ""))

    def _asked(self, method: str, path: str, **more: Any) -> httpx.Response:
        with self._answering():
            answer = self._http.request(method, path, **more)
        if not answer.is_success:
            raise _refusal(answer, self.url)
        return answer

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Raise NotAnswered for whatever is wrong with the connection."""
        try:
            yield
        except httpx.HTTPError as reason:
            raise NotAnswered(
                f"{self.url} does not answer ({type(reason).__name__}): is LETTERBOX_URL right?"
            ) from None


def at(*segments: str | int) -> str:
    """A path below /v1 of these segments."""
    return "/".join(["/v1", *(quote(str(segment), safe="") for segment in segments)])


def _json(answer: httpx.Response, url: str) -> Any:
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError:
        raise NotAnswered(f"what answers at {url} is no Letterbox: is LETTERBOX_URL right?") from None


def _refusal(answer: httpx.Response, url: str) -> Exception:
    """The refusal in words: each violation by its place, or else the detail."""
    problem = _json(answer, url)
    if not isinstance(problem, dict) or not str(problem.get("type", "")).startswith("/problems/"):
        return NotAnswered(f"{url} answers {answer.status_code}, not as a Letterbox: is LETTERBOX_URL right?")
    says = listed(problem.get("errors", [])) or problem["detail"]
    return Refused(answer.status_code, problem["type"].removeprefix("/problems/"), says)


def listed(violations: Sequence[Violation]) -> str:
    """The first violations, each by its place, in one line."""
    errors = [": ".join(filter(None, (error["pointer"], error["message"].rstrip(".")))) for error in violations]
    if len(errors) > MOST_VIOLATIONS:
        errors = [*errors[:MOST_VIOLATIONS], f"and {len(errors) - MOST_VIOLATIONS} more"]
    return "; ".join(errors)
