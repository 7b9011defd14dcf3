"""Calls that a user makes; both checkers must accept all of them."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path

from runcomfy_sdk import (
    UNSET,
    AsyncJob,
    AsyncMediaOutput,
    AsyncRunComfy,
    CancelOutcome,
    FileOutput,
    Job,
    MediaOutput,
    Options,
    Request,
    RunComfy,
)
from runcomfy_sdk.models.tongyi_mai.z_image__turbo__inpainting__lora import LorasItem, LorasItemDict


def run_sync() -> None:
    with RunComfy(token="t", base_url="http://127.0.0.1:1") as client:
        out: MediaOutput = client.stepfun_ai.stepx_edit2.run(
            prompt="p", image_url=Path("in.png"), output_format="png", seed=UNSET
        )
        first: FileOutput = out.image
        saved: Path = first.save("out/")
        print(saved)
        job: Job[MediaOutput] = client.openai.gpt_image_2.edit.submit(
            prompt="p",
            images=["https://example.com/a.png", b"bytes", BytesIO(b"x")],
            resolution="2k",
        )
        outcome: CancelOutcome = job.cancel()
        print(outcome)
        item: LorasItemDict = {"path": "owner/repo", "scale": 1}
        request: Request[MediaOutput] = client.tongyi_mai.z_image.turbo.inpainting.lora.prepare(
            prompt="p",
            image_url="https://example.com/a.png",
            mask_image_url="https://example.com/m.png",
            loras=[LorasItem(path="owner/repo"), item, {"path": "x"}],
            options=Options(timeout=30),
        )
        print(request.curl())


async def run_async() -> None:
    async with AsyncRunComfy(token="t", base_url="http://127.0.0.1:1") as client:
        out: AsyncMediaOutput = await client.blackforestlabs.flux_1_kontext.max.edit.run(
            prompt="p", image_url="https://example.com/a.png", aspect_ratio="16:9"
        )
        saved: Path = await out.image.save("out/")
        print(saved)
        job: AsyncJob[AsyncMediaOutput] = await client.stepfun_ai.stepx_edit2.submit(
            prompt="p", image_url="https://example.com/a.png"
        )
        print(await job.result())


if __name__ == "__main__":
    run_sync()
    asyncio.run(run_async())
