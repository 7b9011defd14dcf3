"""Calls that a user makes; both checkers must accept all of them."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from runcomfy_sdk import (
    UNSET,
    AsyncJob,
    AsyncMediaOutput,
    AsyncObjectStoreUploader,
    AsyncRunComfy,
    CancelOutcome,
    DownloadProgress,
    FileOutput,
    Job,
    MediaOutput,
    ObjectStoreUploader,
    Options,
    Request,
    RunComfy,
)
from runcomfy_sdk.models.tongyi_mai.z_image__turbo__inpainting__lora import LorasItem, LorasItemDict


def told(progress: DownloadProgress) -> None:
    print(progress.done, progress.total)


def run_sync() -> None:
    with RunComfy(token="t", base_url="http://127.0.0.1:1") as client:
        out: MediaOutput = client.stepfun_ai.stepx_edit2.run(
            prompt="p", image_url=Path("in.png"), output_format="png", seed=UNSET
        )
        first: FileOutput = out.image
        saved: Path = first.save("out/")
        print(saved, out.save_all("out/", name="{index:02}{suffix}", on_progress=told))
        job: Job[MediaOutput] = client.openai.gpt_image_2.edit.submit(
            prompt="p",
            images=[
                "https://example.com/a.png",
                b"bytes",
                memoryview(b"bytes"),
                BytesIO(b"x"),
                Image.new("RGB", (8, 8)),
                np.zeros((8, 8, 3), np.uint8),
            ],
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


def upload() -> tuple[RunComfy, AsyncRunComfy, AsyncRunComfy]:
    blocking = ObjectStoreUploader.from_url("s3://bucket", region="eu-central-1")
    return (
        RunComfy(uploader=blocking),
        AsyncRunComfy(uploader=blocking),
        AsyncRunComfy(uploader=AsyncObjectStoreUploader.from_url("gs://bucket")),
    )


if __name__ == "__main__":
    run_sync()
    asyncio.run(run_async())
