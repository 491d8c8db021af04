"""Every call of the API answers as its own description says, whatever it is sent.

Examples are drawn from the description: what comes back is an answer it names, or a refusal in the
one shape with a code that the reference lists; never a fault of the server.
"""

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings

from portal.api import REFUSAL, api
from portal.refusals import refusals
from tests import tenders
from tests.effort import examples
from tests.rig.processes import ROOT

bounded = settings(
    max_examples=examples(3),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
OF_THE_FRAME = re.compile(r'"(request\.[a-z_]+)"')
COMPUTED = re.compile(r"[a-z_.]+\.(denied|wrong_state)|input\.[a-z_]+")
"""Codes made of a permission's or a lifecycle's name, or of what is wrong with a tool's input."""
PLACES = ("number", "lot", "bid", "pk", "place", "index", "review")
WHO = {"get": "wang"}  # the regulator reads most, the agency writes most


def described(code: str) -> dict[str, Any]:
    """Give the description, with addresses that often mean something."""
    schema = api.get_openapi_schema()
    for calls in schema["paths"].values():
        for call in calls.values():
            for parameter in call.get("parameters", ()):
                if parameter["name"] == "code":
                    parameter["schema"] = {"enum": [code, "x"]}
                if parameter["name"] in PLACES:
                    parameter["schema"] = {"enum": [1, 0, -1, 2**31, 2**63, 2**70]}
    return schema


def send(client: Client, case: schemathesis.Case) -> Any:
    """Send a drawn request as a program would."""
    is_json = case.media_type == "application/json"
    body = json.dumps(case.body).encode() if is_json else b""
    kind = {"content_type": "application/json"} if is_json else {}
    path = case.formatted_path
    query = urlencode(case.query or {}, doseq=True)
    return client.generic(case.method, path, body, QUERY_STRING=query, **kind)


def fault_of(answer: Any, named: dict[str, Any], codes: set[str]) -> str:
    """Say what is wrong with an answer; "" when nothing is."""
    if {answer.status_code, str(answer.status_code)} & named.keys():
        return ""
    if not 400 <= answer.status_code < 500:
        return f"{answer.status_code} is not described"
    told = json.loads(answer.content)
    shape = REFUSAL["content"]["application/json"]["schema"]["required"]
    if sorted(told) != sorted(shape):
        return f"{answer.status_code} has another shape: {told}"
    known = told["code"] in codes or COMPUTED.fullmatch(told["code"])
    return "" if known else f"{told['code']} is not in the reference"


def fault_in(call: Any, clients: dict[str, Client], codes: set[str]) -> str:
    """Send examples of one call; say what is wrong with the answers, "" when nothing is."""
    faults: list[str] = []
    named = call.definition.raw["responses"]

    @bounded
    @given(case=call.as_strategy())
    def holds(case: schemathesis.Case) -> None:
        cache.clear()  # how often one may ask is tested elsewhere
        try:
            answer = send(clients[WHO.get(case.method.lower(), "sun")], case)
        except Exception as broke:  # noqa: BLE001 - the server's fault, told with its request
            faults.append(f"{broke!r}: {case.formatted_path} {case.body!r}")
        else:
            if fault := fault_of(answer, named, codes):
                faults.append(f"{fault}: {case.formatted_path} {case.body!r}")

    holds()
    return faults[0] if faults else ""


@pytest.mark.timeout(600)
def test_no_call_is_at_fault_and_every_answer_is_one_it_names(world):
    story = tenders.announced(world)
    clients = {name: world.client(name) for name in ("wang", "sun")}
    frame = (ROOT / "portal" / "api.py").read_text(encoding="utf-8")
    codes = {refusal.code for refusal in refusals(ROOT)} | set(OF_THE_FRAME.findall(frame))
    calls = schemathesis.openapi.from_dict(described(story.code)).get_all_operations()
    told = {call.label: fault_in(call, clients, codes) for call in (c.ok() for c in calls)}
    assert len(told) > 100
    if faults := [f"{label}: {fault}" for label, fault in told.items() if fault]:
        pytest.fail("\n".join(faults))
