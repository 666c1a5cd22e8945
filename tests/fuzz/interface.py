"""Requests to the data interface made from its own OpenAPI description, by schemathesis.

Each question gets what its description allows and what it forbids, and the values that a store
holds, without which hardly a request would reach the figures.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as held
from starlette.testclient import TestClient

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
_CHECKS = (
    not_a_server_error,
    held.status_code_conformance,
    held.content_type_conformance,
    held.response_schema_conformance,
)
# Three words one after the other that are no echo of what was sent.
_ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")


def described(client: TestClient, known: Mapping[str, Sequence[Any]]) -> Any:
    """The description that a server gives of itself, as schemathesis reads it.

    known  Name of a parameter -> the values of a store, instead of all that may be written.
    """
    told = client.get("/api/v1/openapi.json").json()
    for path in told["paths"].values():
        for param in path["get"]["parameters"]:
            if values := known.get(param["name"]):
                param["schema"] = {"enum": list(values)}
    return schemathesis.openapi.from_dict(told)


def operations(schema: Any) -> Iterator[Any]:
    """Every address of the description."""
    for found in schema.get_all_operations():
        yield found.ok()


def fuzz(client: TestClient, operation: Any, mode: GenerationMode, examples: int) -> dict[int, int]:
    """Ask an address so many times; the answers by their status.

    raises what a check found, with the request that showed it.
    """
    seen: dict[int, int] = {}

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        asked = case.as_transport_kwargs(base_url="http://127.0.0.1")
        del asked["cookies"]  # there are none; the client warns of the word
        answer = client.request(**asked)
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
        case.validate_response(answer, checks=_CHECKS)
        if answer.status_code >= 400:
            words = answer.json()["error"]
            assert not _ENGLISH.search(words) and "。" in words, (case.query, words)

    ask()
    return seen
