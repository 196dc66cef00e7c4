"""Somebody at a terminal with a file and a key, and what is at the service when the command has ended."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

import click.testing
import httpx
import orjson

from letterbox.cli import main


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


class Terminal:
    """Runs the command in this process, in a folder, against a real service. Only these variables are set."""

    def __init__(self, url: str, key: str, folder: Path, client: httpx.Client) -> None:
        self.folder, self.client = folder, client
        self.variables = {"LETTERBOX_URL": url, "LETTERBOX_API_KEY": key, "XDG_CONFIG_HOME": str(folder)}

    def run(self, *words: str, typed: str = "", **variables: str) -> Ended:
        absent: dict[str, str | None] = {name: None for name in os.environ if name.startswith("LETTERBOX_")}
        result = click.testing.CliRunner().invoke(
            main, words, input=typed, env={**absent, **self.variables, **variables}
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)

    def apply(self, *endpoints: dict[str, Any], options: tuple[str, ...] = (), **variables: str) -> Ended:
        """Apply a file that holds these endpoints."""
        return self.run("apply", self.write({"endpoints": endpoints}), *options, **variables)

    def write(self, content: Any, name: str = "endpoints.yaml") -> str:
        """A file of this content: a text as it is, else as JSON, which is YAML, too."""
        raw = content.encode() if isinstance(content, str) else orjson.dumps(content)
        (self.folder / name).write_bytes(raw)
        return name

    def declare(self, **endpoint: Any) -> dict[str, Any]:
        """An endpoint that is there already."""
        answer = self.client.post("/v1/endpoints", json=endpoint)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def endpoint(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/v1/endpoints/{name}").raise_for_status().json()
        return found

    def names(self) -> list[str]:
        items = self.client.get("/v1/endpoints", params={"limit": 100}).raise_for_status().json()["items"]
        return sorted(item["name"] for item in items)

    def versions(self, name: str) -> list[tuple[int, bool]]:
        """The contracts of an endpoint: number, and whether it is active."""
        items = self.client.get(f"/v1/endpoints/{name}/contracts").raise_for_status().json()["items"]
        return sorted((item["version"], item["active"]) for item in items)

    def send(self, path: str, method: str = "POST", **more: Any) -> httpx.Response:
        """As any caller of the default project's endpoints."""
        return httpx.request(method, f"{self.variables['LETTERBOX_URL']}/in/default{path}", **more)

    def clear(self) -> None:
        """Remove every endpoint of the project."""
        while items := self.client.get("/v1/endpoints", params={"limit": 100}).raise_for_status().json()["items"]:
            for item in items:
                self.client.delete(f"/v1/endpoints/{item['id']}", params={"requests": "delete"}).raise_for_status()


def lines_of(ended: Ended) -> dict[str, str]:
    """What became of each endpoint, by name."""
    return {line.split()[0]: line.split()[1] for line in ended.out.splitlines() if "  " in line}
