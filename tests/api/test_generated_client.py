"""A client generated from the specification, as a user would generate one, drives the management API."""

import importlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "letterbox_client"
# Without it the generator leaves out the operations below /in, which take any media type.
CONFIGURATION = '{"content_type_overrides": {"*/*": "application/octet-stream"}}'


Opened = Callable[[str], "Generated"]


@dataclass(frozen=True)
class Generated:
    """The generated package, talking to one service with one key."""

    client: Any

    def call(self, operation_id: str, *arguments: str, **named: Any) -> Any:
        """Call an operation by its operationId, and return its status, headers and parsed answer."""
        noun = operation_id.partition(".")[0]
        module = importlib.import_module(f"{PACKAGE}.api.{noun}.{operation_id.replace('.', '_')}")
        return module.sync_detailed(*arguments, client=self.client, **named)

    def answer(self, operation_id: str, *arguments: str, **named: Any) -> Any:
        """The parsed answer of a call that must succeed."""
        response = self.call(operation_id, *arguments, **named)
        assert 200 <= response.status_code < 300, response
        return response.parsed


def model(name: str) -> Any:
    """A class of the generated models."""
    return getattr(importlib.import_module(f"{PACKAGE}.models"), name)


@pytest.fixture(scope="session")
def generated_package(service: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Generate the client from the running service's own document; a warning of the generator is an error."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "configuration.json").write_text(CONFIGURATION)
    generate(f"{service.url}/openapi.json", folder)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


def generate(url: str, folder: Path) -> None:
    tools = Path(sys.executable).parent  # the generator formats its work with the ruff beside it
    command = [f"{tools}/openapi-python-client", "generate", "--meta=none", "--fail-on-warning", f"--url={url}"]
    command += [f"--output-path={folder}/{PACKAGE}", f"--config={folder}/configuration.json"]
    environment = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def opened(service: Any, generated_package: Path) -> Iterator[Opened]:  # noqa: ARG001 -- it has to be there to import
    """Opens the service with a key, by the generated client."""
    with ExitStack() as clients:

        def open_with(key: str) -> Generated:
            package = importlib.import_module(f"{PACKAGE}.client")
            client = package.AuthenticatedClient(base_url=service.url, token=key, raise_on_unexpected_status=True)
            return Generated(clients.enter_context(client))

        yield open_with


@pytest.fixture
def generated(service: Any, opened: Opened) -> Generated:
    """The generated client with the admin key."""
    return opened(service.admin_key)


def test_the_generated_client_declares_reads_lists_changes_and_removes_an_endpoint(
    generated: Generated,
) -> None:
    made = generated.call("endpoints.create", body=model("NewEndpoint")(path="/generated", name="generated"))
    assert made.headers["location"] == f"/v1/endpoints/{made.parsed.id}"
    assert generated.answer("endpoints.read", "generated") == made.parsed
    assert made.parsed in generated.answer("endpoints.search", limit=100).items

    changes = model("EndpointChanges")(paused=True, replies=[model("Reply")(status=200, body={"pong": True})])
    changed = generated.answer("endpoints.change", "generated", body=changes)
    assert (changed.paused, changed.replies[0].body) == (True, {"pong": True})

    generated.answer("endpoints.remove", "generated")
    gone = generated.call("endpoints.read", "generated")
    assert (gone.status_code, gone.parsed.type_.value) == (404, "/problems/not-found")


def test_the_generated_client_sends_a_request_and_finds_it_again(generated: Generated) -> None:
    body = model_file(b"\x00 from a generated client")
    sent = generated.answer("receive.post", "default", "inbox", body=body)
    assert generated.answer("requests.read", sent.id).body_bytes == 25
    assert generated.answer("requests.read_body", sent.id).payload.read() == b"\x00 from a generated client"
    found = generated.answer("requests.search", endpoint="inbox", verdict=model("Verdict").ACCEPTED, limit=10)
    assert sent.id in [item.id for item in found.items]
    generated.answer("requests.erase", sent.id)


def model_file(content: bytes) -> Any:
    """The generated client's word for a body of bytes."""
    return importlib.import_module(f"{PACKAGE}.types").File(payload=io.BytesIO(content))


def test_a_key_made_by_the_generated_client_opens_what_its_scopes_say(opened: Opened, generated: Generated) -> None:
    new = model("NewKey")(name="generated", scopes=[model("Scope").READ])
    key = generated.answer("keys.create", body=new)
    reader = opened(key.secret)
    assert reader.answer("endpoints.read", "inbox").name == "inbox"
    assert reader.call("endpoints.remove", "inbox").status_code == 403

    rotated = generated.answer("keys.rotate", key.id, body=model("KeyRotation")(overlap_seconds=0))
    assert reader.call("endpoints.read", "inbox").status_code == 401
    assert opened(rotated.secret).answer("endpoints.read", "inbox").name == "inbox"

    generated.answer("keys.remove", key.id)
    assert opened(rotated.secret).call("endpoints.read", "inbox").status_code == 401


def test_the_generated_client_makes_a_project_and_works_in_it(opened: Opened, generated: Generated) -> None:
    project = generated.answer("projects.create", body=model("NewProject")(slug="generated"))
    within = opened(project.admin_key.secret)
    assert within.answer("endpoints.search").items == []
    assert within.call("projects.search").status_code == 403
    generated.answer("projects.remove", "generated")
