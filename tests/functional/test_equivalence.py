"""A generated input class accepts exactly what the JSON Schema accepts."""

from __future__ import annotations

import json
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runcomfy_codegen.jsontypes import Json, JsonObject
from runcomfy_codegen.validator import refusals
from runcomfy_runtime.inputs import find_faults
from support.schemas import NODES, inputs_of, make_class, objects


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(objects(NODES), st.data())
def test_class_and_schema_give_the_same_verdict(schema: JsonObject, data: st.DataObject) -> None:
    made = make_class(schema)
    for _ in range(8):
        instance = data.draw(inputs_of(schema))
        refused = refusals(schema, cast("Json", instance))
        faults = find_faults(made, cast("dict[str, Any]", instance))
        assert bool(refused) == bool(faults), json.dumps(
            {
                "schema": schema,
                "instance": instance,
                "jsonschema": [r.message for r in refused],
                "class": [str(f) for f in faults],
            },
            ensure_ascii=False,
        )
