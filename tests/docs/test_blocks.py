"""What the documents show is what happens: every block is run, or is of a kind that cannot be, for a reason."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.docs.documents import DOCUMENTS, RUN, TOP, Block, blocks_of
from tests.docs.reader import Reader, commands_of, compare
from tests.faults.server import Server

BLOCKS = [block for document in DOCUMENTS for block in blocks_of(document)]
FOLLOWED = [document for document in DOCUMENTS if any(block.kind == "sh" for block in blocks_of(document))]

# A `console` block shows a terminal and is not run. These are the only commands in one, each with its reason.
NOT_RUN = {
    "git clone": "needs the address of this repository",
    "make": "installs, or runs these tests, or takes minutes; the story's start of the service is played",
    "kill -9": "would end whatever listens there; it is played on the service of these tests",
    "pip install": "needs a network",
    "openapi-python-client": "tests/api/test_generated_client.py does it",
    "listen": "goes on until it is stopped; tests/client/test_listen.py does it",
    "cat": "shows a file in somebody's home; tests/client/test_client_settings.py writes one",
    "cp": "is done while the service is stopped",
    "backup": "on Postgres needs programs of its own; tests/store/test_backup.py does it",
    "dump": "needs the store for itself; tests/store/test_dump.py does it",
    "load": "needs an empty database; tests/store/test_load.py does it",
}


def named(block: Block) -> str:
    return block.place


@pytest.mark.parametrize("block", BLOCKS, ids=named)
def test_every_block_is_run_or_cannot_be(block: Block) -> None:
    if block.kind == "console":
        for command in commands_of(block):
            assert any(f" {known} " in f" {command} " for known in NOT_RUN), command
    else:
        assert block.kind in RUN


@pytest.mark.parametrize("command", NOT_RUN)
def test_every_reason_is_needed(command: str) -> None:
    shown = [line for block in BLOCKS if block.kind == "console" for line in commands_of(block)]
    assert any(f" {command} " in f" {line} " for line in shown)


@pytest.fixture
def reader(service: Server, tmp_path: Path) -> Iterator[Reader]:
    """A reader whose declared endpoints and destinations are gone afterwards."""
    if shutil.which("curl") is None and os.environ.get("CI") != "true":
        pytest.skip("curl is not installed")
    with service.client() as client:
        endpoints, destinations = declared(client, "endpoints"), declared(client, "destinations")
        yield Reader(service, tmp_path)
        for endpoint_id in declared(client, "endpoints") - endpoints:
            client.delete(f"/v1/endpoints/{endpoint_id}", params={"requests": "delete"}).raise_for_status()
        for destination_id in declared(client, "destinations") - destinations:
            client.delete(f"/v1/destinations/{destination_id}").raise_for_status()


def declared(client: httpx.Client, nouns: str) -> set[str]:
    """The ids of those that there are."""
    return {item["id"] for item in client.get(f"/v1/{nouns}", params={"limit": 100}).json()["items"]}


@pytest.mark.parametrize("document", FOLLOWED, ids=lambda document: str(document.relative_to(TOP)))
def test_whoever_follows_a_document_sees_what_it_shows(document: Path, reader: Reader) -> None:
    for block in blocks_of(document):
        reader.follow(block)


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.kind == "python"], ids=named)
def test_a_program_prints_what_is_shown(block: Block) -> None:
    printed = io.StringIO()
    program = compile("\n" * block.line + block.text, block.place, "exec")
    with contextlib.redirect_stdout(printed):
        exec(program, {"__name__": "__main__"})  # noqa: S102 -- our own documents
    compare(block, printed.getvalue())
