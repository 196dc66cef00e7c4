"""The webhooks of an OpenAPI document become a contract."""

from __future__ import annotations

from typing import Any

from letterbox.contracts.importing.document import Choice, imported
from tests.contracts.documents import (
    JSON,
    PET,
    a_document,
    conforms,
    of_webhooks,
    refusal,
    takes,
)


def test_each_webhook_becomes_an_event_type() -> None:
    contract = of_webhooks({"sold": {"post": takes(PET)}, "fed": {"post": takes({})}}, event_type="request.body.type")
    assert contract["event_types"] == {"sold": PET, "fed": {}}
    assert (contract["event_type"], contract["media_types"]) == ("request.body.type", [JSON])


def test_an_only_webhook_becomes_the_body_where_nothing_tells_its_event() -> None:
    assert of_webhooks({"sold": {"post": takes(PET)}})["body"] == PET


def test_several_webhooks_need_a_way_to_tell_them_apart() -> None:
    found = refusal(a_document(webhooks={"sold": {"post": takes(PET)}, "fed": {"post": takes(PET)}}))
    assert "?event_type=" in found.detail
    assert "fed, sold" in found.detail


def test_a_webhook_can_name_its_event_itself() -> None:
    contract = of_webhooks({"sold": {"post": takes(PET, **{"x-event-type": "pet.sold"})}}, event_type="request.path")
    assert [*contract["event_types"]] == ["pet.sold"]


def test_webhooks_of_one_event_become_one_event_type() -> None:
    webhooks = {name: {"post": takes({"const": name}, **{"x-event-type": "pet"})} for name in ("sold", "fed")}
    contract = of_webhooks(webhooks, event_type="request.path")
    assert contract["event_types"] == {"pet": {"anyOf": [{"const": "sold"}, {"const": "fed"}]}}


def test_webhooks_of_one_event_are_told_apart_by_a_property_where_they_can_be() -> None:
    def about(action: str) -> dict[str, Any]:
        properties = {"action": {"enum": [action]}, "pet": PET}
        return {"type": "object", "required": ["action", "pet"], "properties": properties}

    webhooks = {name: {"post": takes(about(name), **{"x-event-type": "pet"})} for name in ("sold", "fed")}
    contract = of_webhooks(webhooks, event_type="'pet'")
    rex = {"name": "Rex"}
    bodies: list[Any] = [{"action": "sold", "pet": rex}, {"action": "fed", "pet": rex}, {"action": "fed", "pet": {}}]
    bodies += [{"action": "lost", "pet": rex}, {"pet": rex}, []]
    verdicts = [conforms(contract, body) for body in bodies]
    assert verdicts == [True, True, False, False, False, False]
    assert "anyOf" not in contract["event_types"]["pet"]


def test_a_webhook_may_stand_elsewhere_in_the_document() -> None:
    components: dict[str, Any] = {
        "pathItems": {"Sold": {"post": {"requestBody": {"$ref": "#/components/requestBodies/Pet"}}}}
    }
    components["requestBodies"] = {"Pet": takes(PET)["requestBody"]}
    contract = of_webhooks({"sold": {"$ref": "#/components/pathItems/Sold"}}, components=components)
    assert contract["body"] == PET


def test_a_document_of_3_0_says_its_webhooks_by_an_extension() -> None:
    document = a_document(
        "3.0.3", paths={}, **{"x-webhooks": {"sold": {"post": takes({"$ref": "#/components/schemas/Pet"})}}}
    )
    document["components"] = {"schemas": {"Pet": {**PET, "nullable": True}}}
    contract = imported(document, Choice()).contract
    assert contract["definitions"] == {"Pet": {**PET, "type": ["object", "null"]}}


def test_what_a_webhook_must_be_stays_so_if_its_body_may_be_left_out() -> None:
    operation = takes(PET)
    del operation["requestBody"]["required"]
    assert of_webhooks({"sold": {"post": operation}})["body"] == PET
