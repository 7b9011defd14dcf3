"""Models whose ids and fields are hard to name can be called, and the service gets its own names."""

from __future__ import annotations

import json
from pathlib import Path

from support.documents import plan_of
from support.hard_models import hard_specs
from support.packages import make_package


def test_every_hard_example_is_sent_under_the_names_of_the_service(tmp_path: Path) -> None:
    specs = hard_specs()
    package = make_package(tmp_path, specs)
    plan = plan_of(*specs, package="runcomfy_sdk")
    calls = [
        model.snippets.python.split("out = ")[1].split("print(")[0].replace(".run(", ".prepare(")
        for model in plan.models
    ]
    program = "import json\nfrom runcomfy_sdk import RunComfy\nclient = RunComfy()\nmade = {}\n"
    for call in calls:
        program += f"request = {call}made[request.model_id] = request.payload\n"
    shown = package.run(f"{program}print(json.dumps(made))\n")

    assert json.loads(shown) == {spec.model_id: dict(spec.example) for spec in specs}
