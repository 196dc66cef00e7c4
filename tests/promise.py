"""Holds an answer against the specification: its status must be documented, its problem must have the one shape."""

from __future__ import annotations

import re
from typing import Any

import httpx
from openapi_schema_validator import OAS30Validator

PROBLEM = "application/problem+json"


class Promise:
    """What the specification promises of each operation. JSON of good answers is checked by the service itself."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._paths = {_pattern(path): item for path, item in document["paths"].items()}
        problem = {"$ref": "#/components/schemas/Problem", "components": document["components"]}
        self._problem = OAS30Validator(problem)

    def check(self, response: httpx.Response) -> None:
        """Raise AssertionError for an answer that the specification does not allow."""
        response.read()
        operation = self._operation(response.request)
        if operation is None or response.status_code == 405:
            return
        documented = operation["responses"].keys() & {str(response.status_code), "default"}
        assert documented, f"{operation['operationId']} answered {response.status_code}: {response.text}"
        if response.status_code >= 400:
            assert response.headers["content-type"] == PROBLEM
            self._problem.validate(response.json())

    def _operation(self, request: httpx.Request) -> dict[str, Any] | None:
        method = "get" if request.method == "HEAD" else request.method.lower()
        for pattern, item in self._paths.items():
            if pattern.fullmatch(request.url.path) and method in item:
                operation: dict[str, Any] = item[method]
                return operation
        return None


def _pattern(path: str) -> re.Pattern[str]:
    names = re.sub(r"\\{(\w+)\\}", r"[^/]+", re.escape(path))
    return re.compile(names.replace("/in/[^/]+/[^/]+", "/in/[^/]+/.+"))
