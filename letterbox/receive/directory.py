"""Who listens where: every project and endpoint in memory, compiled, and changed as soon as a change is committed."""

from __future__ import annotations

from letterbox.errors import NotFound
from letterbox.receive.credentials import PLAIN, Carriers, union_of
from letterbox.receive.listener import Listener, Supplier
from letterbox.receive.match import RouteMap
from letterbox.receive.rate import Bucket
from letterbox.store.changes import Changed, MoreStored, Removed, StoredBytes
from letterbox.store.endpoints import Endpoint
from letterbox.store.projects import Project


class Tenant:
    """A project, its endpoints by path, and what it has used up of its limits."""

    __slots__ = ("bucket", "carriers", "project", "routes", "stored_bytes")

    def __init__(self, project: Project, earlier: Tenant | None = None) -> None:
        self.project = project
        self.routes: RouteMap[Listener] = earlier.routes if earlier else RouteMap()
        self.stored_bytes: int = earlier.stored_bytes if earlier else 0
        self.carriers: Carriers = earlier.carriers if earlier else PLAIN
        """What carries a credential to any of its endpoints, or did since the start.

        In a request that reaches none of them, all of it is masked.
        """
        per_second = project.limits["requests_per_second"]
        self.bucket = Bucket(per_second) if per_second else None

    def mask_too(self, carriers: Carriers) -> None:
        if carriers != PLAIN:
            self.carriers = union_of(self.carriers, carriers)

    @property
    def is_full(self) -> bool:
        most = self.project.limits["stored_bytes"]
        return most is not None and self.stored_bytes >= most


class Directory:
    """Every address of the service. `apply` is told of changes in the order of their commits."""

    def __init__(self, supplier: Supplier) -> None:
        self._supplier = supplier
        self._by_slug: dict[str, Tenant] = {}
        self._by_id: dict[str, Tenant] = {}
        self._listeners: dict[str, Listener] = {}

    def tenant(self, slug: str) -> Tenant | None:
        return self._by_slug.get(slug)

    def holds(self, endpoint_id: str) -> bool:
        return endpoint_id in self._listeners

    def listener_of(self, endpoint_id: str) -> Listener | None:
        return self._listeners.get(endpoint_id)

    def tenant_of(self, project_id: str) -> Tenant | None:
        return self._by_id.get(project_id)

    def slug_of(self, project_id: str) -> str:
        """Raises NotFound for a project that was removed a moment ago."""
        if (tenant := self._by_id.get(project_id)) is None:
            raise NotFound("There is no such project.")
        return tenant.project.slug

    def apply(self, change: object) -> None:
        match change:
            case Changed(Project() as project):
                self._put_project(project)
            case Removed(Project() as project):
                self._drop_project(project)
            case Changed(Endpoint() as endpoint):
                self._put_endpoint(endpoint)
            case Removed(Endpoint() as endpoint):
                self._drop_endpoint(endpoint.id)
            case StoredBytes(totals):
                self._count(totals)
            case MoreStored(changes):
                self._count_more(changes)

    def _put_project(self, project: Project) -> None:
        tenant = Tenant(project, self._by_id.get(project.id))
        self._by_id[project.id] = self._by_slug[project.slug] = tenant

    def _drop_project(self, project: Project) -> None:
        tenant = self._by_id.pop(project.id, None)
        if self._by_slug.get(project.slug) is tenant:  # and not another one that has the slug by now
            self._by_slug.pop(project.slug, None)

    def _put_endpoint(self, endpoint: Endpoint) -> None:
        earlier = self._listeners.get(endpoint.id)
        listener = Listener(endpoint, self._supplier, earlier)
        tenant = self._by_id[endpoint.project_id]
        tenant.mask_too(listener.carriers)
        routes = tenant.routes
        routes.put(endpoint.path, endpoint.methods, listener)
        self._listeners[endpoint.id] = listener
        if earlier is not None:  # after the new one is in, so that no request falls between the two
            routes.drop(earlier.endpoint.path, earlier.endpoint.methods, earlier)

    def _drop_endpoint(self, endpoint_id: str) -> None:
        if (listener := self._listeners.pop(endpoint_id, None)) is not None:
            endpoint = listener.endpoint
            if (tenant := self._by_id.get(endpoint.project_id)) is not None:
                tenant.routes.drop(endpoint.path, endpoint.methods, listener)

    def _count(self, totals: dict[str, int]) -> None:
        for project_id, total in totals.items():
            if (tenant := self._by_id.get(project_id)) is not None:
                tenant.stored_bytes = total

    def _count_more(self, changes: dict[str, int]) -> None:
        for project_id, change in changes.items():
            if (tenant := self._by_id.get(project_id)) is not None:
                tenant.stored_bytes += change
