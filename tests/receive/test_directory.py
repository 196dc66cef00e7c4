"""The directory: who listens where, whatever the order in which changes of several processes are heard."""

from __future__ import annotations

from dataclasses import replace

from letterbox.store.changes import Changed, Removed
from tests.receive.stage import Stage


def test_a_removal_that_is_heard_late_leaves_the_slug_to_the_project_that_has_it_by_now() -> None:
    stage = Stage()
    successor = replace(stage.project, id="prj_2")
    stage.directory.apply(Changed(successor))
    stage.directory.apply(Removed(stage.project))
    tenant = stage.directory.tenant(stage.project.slug)
    assert tenant is not None
    assert tenant.project == successor


def test_a_removed_project_is_nowhere() -> None:
    stage = Stage()
    stage.directory.apply(Removed(stage.project))
    assert stage.directory.tenant(stage.project.slug) is None


def test_an_endpoint_may_be_removed_after_its_project() -> None:
    stage = Stage()
    endpoint = stage.declare("/orders")
    stage.directory.apply(Removed(stage.project))
    stage.directory.apply(Removed(endpoint))
    assert not stage.directory.holds(endpoint.id)
