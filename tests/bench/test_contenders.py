"""Those that we are compared with do the same job: they verify, judge, and keep by our writer."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator

import httpx
import pytest
from starlette.testclient import TestClient

from bench import contenders, filling
from bench.doors import BODY, SENT, SHOP
from bench.prototype import signed
from bench.stores import counting_accepted
from tests.conftest import NewDatabase

AT = "/in/default/shop-0"
BROKEN = b'{"type":"invoice.paid","data":{"amount":-1}}'


@pytest.fixture(scope="module")
def url(new_database: NewDatabase) -> str:
    url = new_database()
    with filling.opened(contenders.environment(url)) as service:
        filling.declare(service, SHOP)
    return url


@pytest.fixture(scope="module", params=["fastapi_app", "stock_receiving"])
def client(request: pytest.FixtureRequest, url: str) -> Iterator[httpx.Client]:
    pytest.importorskip("fastapi")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("LETTERBOX_")]:
            patch.delenv(name)
        for name, value in contenders.environment(url).items():
            patch.setenv(name, value)
        name = f"bench.{request.param}"
        patch.delitem(sys.modules, name, raising=False)
        with TestClient(importlib.import_module(name).app) as client:
            yield client
        sys.modules.pop(name, None)


def test_a_signed_request_that_keeps_the_contract_is_kept(client: httpx.Client, url: str) -> None:
    before = counting_accepted(url)(0)
    answer = client.post(AT, content=BODY, headers=SENT)
    assert (answer.status_code, counting_accepted(url)(0)) == (202, before + 1)


def test_a_request_that_is_not_signed_is_refused(client: httpx.Client) -> None:
    assert client.post(AT, content=BODY + b" ", headers=SENT).status_code == 401


def test_a_request_that_breaks_the_contract_is_refused(client: httpx.Client) -> None:
    headers = {**SENT, "x-hub-signature-256": signed(BROKEN)}
    assert client.post(AT, content=BROKEN, headers=headers).status_code in (400, 422)
