"""A model's plan may be sent to another process while this one plans more of it."""

from __future__ import annotations

import io
import pickle

from runcomfy_codegen.plan import ModelPlan, build_plan
from runcomfy_codegen.plan.lock import Names
from runcomfy_codegen.plan.settle import settle_names
from runcomfy_codegen.spec import ModelSpec
from support.documents import make_spec

PACKAGE = "sent_package"


class Meddling(pickle.Pickler):
    """Plans all there is to plan in the midst of the work, as another thread may."""

    model: ModelPlan

    def persistent_id(self, obj: object) -> None:
        if obj in (PACKAGE, "sha256", "size"):
            assert self.model.inputs
            assert self.model.snippets
            assert self.model.spec.sha256


def test_what_is_planned_meanwhile_does_not_disturb_the_sending() -> None:
    spec = ModelSpec(make_spec({"size": {"type": "integer"}}, model_id="acme/paint").data)
    names = settle_names([spec], Names()).names
    fresh = ModelSpec(spec.data)
    (model,) = build_plan([fresh], names, PACKAGE).models
    buffer = io.BytesIO()
    pickler = Meddling(buffer)
    pickler.model = model
    pickler.dump(model)

    received = pickle.loads(buffer.getvalue())
    assert received == model
    assert received.snippets == model.snippets
    assert received.spec.sha256 == fresh.sha256
