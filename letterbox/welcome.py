"""What a person at the terminal is told: where to send, where to look, and what is served where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TextIO
from urllib.parse import quote

from letterbox import endpoints as endpoint_verbs
from letterbox.service import Service


class Operation(Protocol):
    """One operation of the specification, as the binding names it."""

    @property
    def id(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...


EXAMPLE = """curl -d '{"hello": "letterbox"}' -H 'Content-Type: application/json' """


def greet(service: Service, out: TextIO) -> None:
    """Say where to send and where to look; the admin key only on the start that made it."""
    lines = [
        "",
        f"  Letterbox listens on {service.settings.listening_url}",
        "",
        f"  Send    {EXAMPLE}{service.address_of(service.default_project_id)}/inbox",
        f"  Look    {service.public_url}/{_fragment(service.new_admin_key)}",
        f"  Docs    {service.public_url}/docs",
    ]
    kept = service.settings.folder / "admin-key"
    if service.new_admin_key:
        lines += ["", f"  The admin key was made just now and is kept in {kept}:", f"  {service.new_admin_key}"]
    else:
        lines.append(f"  Key     {'that of LETTERBOX_ADMIN_KEY' if service.settings.admin_key else f'in {kept}'}")
    print(*lines, "", sep="\n", file=out, flush=True)


def operations(all_of_them: Iterable[Operation]) -> Iterator[str]:
    """Each operation of the specification with its URL and the function that handles it."""
    for one in all_of_them:
        yield f"{one.id:22} {one.method.upper():7} {one.path:32} handlers.{one.id}"


def endpoints(service: Service) -> Iterator[str]:
    """Each declared endpoint of every project with its address."""
    for project, endpoint in service.declared():
        shown = endpoint_verbs.shown(endpoint, service.address_of(project.id))
        yield f"{endpoint.name:22} {','.join(endpoint.methods):30} {shown['url']}"


def _fragment(admin_key: str | None) -> str:
    return f"#key={quote(admin_key, safe='')}" if admin_key else ""
