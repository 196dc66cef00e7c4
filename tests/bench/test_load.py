"""The load generators count what they were answered, and nothing is taken for a measurement that is none."""

from __future__ import annotations

import pytest

from bench import load
from bench.comparison import measure, warm_up
from bench.contenders import Contender
from bench.figures import Sample, Series
from bench.load import Load
from bench.sending import TURN, Letter
from tests.faults.server import Server

SECONDS = 0.3


@pytest.fixture(params=["wrk", "bundled"])
def generator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "bundled":
        monkeypatch.setattr(load, "WRK", None)
    elif load.WRK is None:
        pytest.skip("wrk is not installed")
    return str(request.param)


def posting(service: Server, *paths: str, **headers: str) -> Load:
    sent = {"content-type": "application/json", **headers}
    return Load(service.port, [Letter(path, sent, b'{"of": "the bench"}') for path in paths], connections=2)


def requests_at(service: Server, path: str) -> list[dict[str, str]]:
    with service.client() as client:
        found: list[dict[str, str]] = client.get("/v1/requests", params={"path": path, "limit": 100}).json()["items"]
        return found


@pytest.mark.usefixtures("generator")
def test_each_path_is_sent_to_in_turn_and_each_answer_counts(service: Server) -> None:
    with service.client() as client:
        for name in ("turn-1", "turn-2"):
            client.put(f"/v1/endpoints/{name}", json={"path": f"/{name}"}).raise_for_status()
    sample = posting(service, "/in/default/turn-1", "/in/default/turn-2").run(SECONDS)
    assert sample.answers > 2
    assert sample.failed == 0
    assert 0 < sample.p50 <= sample.p99
    assert requests_at(service, "/turn-1")
    assert requests_at(service, "/turn-2")


def test_what_is_sent_arrives_as_it_is_written(service: Server, generator: str) -> None:
    posting(service, f"/in/default/inbox?from={generator}").run(SECONDS)
    with service.client() as client:
        found = client.get("/v1/requests", params={"search": f"from={generator}", "limit": 1}).json()["items"][0]
        assert client.get(f"/v1/requests/{found['id']}/body").content == b'{"of": "the bench"}'
    assert (found["method"], found["query"], found["media_type"]) == ("POST", f"from={generator}", "application/json")


def test_what_stands_for_the_turn_is_another_number_each_time(service: Server, generator: str) -> None:
    """Also over runs, since a store remembers what it was sent in the one before."""
    path = f"/in/default/inbox?of={generator}"
    samples = [posting(service, path, **{"x-delivery": TURN}).run(SECONDS) for _ in range(2)]
    with service.client() as client:
        some = client.get("/v1/requests", params={"search": f"of={generator}", "limit": 100}).json()["items"]
        headers = [dict(each["headers"])["x-delivery"] for each in some]
    assert sum(sample.answers for sample in samples) > len(headers) / 2
    assert len({int(header) for header in headers}) == len(headers) > 1


@pytest.mark.usefixtures("generator")
def test_a_refusal_is_no_answer(service: Server) -> None:
    sample = posting(service, "/in/nobody/here").run(SECONDS)
    assert sample.answers == 0
    assert sample.failed > 0


class Claimed(Load):
    """A load that reports ten answers without sending anything."""

    def run(self, seconds: float) -> Sample:
        return Sample(answers=10, failed=0, seconds=seconds, p50=1.0, p99=1.0)


@pytest.mark.parametrize(("stored", "troubles"), [(10, 0), (12, 0), (9, 1)])
def test_a_round_with_fewer_stored_than_acknowledged_is_in_trouble(service: Server, stored: int, troubles: int) -> None:
    claimed = Claimed(service.port, [Letter("/", {})], connections=1)
    series = Series()
    measure(Contender("somebody", service, claimed, lambda _since: stored), 1, series)  # type: ignore[arg-type]
    assert len(series.troubles) == troubles


def test_a_generator_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "WRK", None)
    refused = Load(0, [Letter("/", {})], connections=1)
    with pytest.raises(load.LoadFailed, match="onnect"):
        refused.run(SECONDS)


class Slow(Load):
    """A load that comes to one more answer in each run than in the last one."""

    ran = knocked = 0

    def knock(self) -> None:
        self.knocked += 1

    def run(self, seconds: float) -> Sample:
        self.ran += 1
        return Sample(answers=self.ran, failed=0, seconds=seconds, p50=1.0, p99=1.0)


@pytest.mark.parametrize(("letters", "seconds", "runs"), [(3, 1, 3), (1, 1, 1), (3, 0, 0)])
def test_warming_up_goes_on_until_every_request_was_sent(letters: int, seconds: int, runs: int) -> None:
    slow = Slow(0, [Letter("/", {})] * letters, connections=1)
    warm_up(slow, seconds)
    assert (slow.knocked, slow.ran) == (1, runs)


def test_a_knock_sends_each_of_the_first_requests_once(service: Server) -> None:
    """And waits for the answer, which says that it is kept."""
    posting(service, "/in/default/inbox?knock=1", "/in/default/inbox?knock=2").knock()
    with service.client() as client:
        found = client.get("/v1/requests", params={"search": "knock=", "limit": 10}).json()["items"]
    assert {each["query"] for each in found} == {"knock=1", "knock=2"}
