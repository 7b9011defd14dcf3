"""Calls that must be flagged, each on the line that ends in ``# flagged``, and nothing else."""

from __future__ import annotations

from io import StringIO

from runcomfy_sdk import AsyncObjectStoreUploader, AsyncRunComfy, RunComfy

client = RunComfy(token="t")
model = client.stepfun_ai.stepx_edit2
url = "https://example.com/a.png"

model.run(prompt="p", image_url=url, output_format="gif")  # flagged
model.run(prompt="p")  # flagged
model.run(prompt="p", image_url=url, promt="x")  # flagged
model.run("p", image_url=url)  # flagged
model.run(prompt=1, image_url=url)  # flagged
model.run(prompt="p", image_url=url, seed=None)  # flagged
client.openai.gpt_image_2.edit.run(prompt="p", images=[1])  # flagged
client.stepfun_ai.stepx_edit3.run(prompt="p", image_url=url)  # flagged
client.nobody.model.run(prompt="p")  # flagged
model.run(prompt="p", image_url=StringIO("text"))  # flagged
RunComfy(uploader=AsyncObjectStoreUploader.from_url("s3://bucket"))  # flagged


async def run_async(client: AsyncRunComfy) -> None:
    await client.stepfun_ai.stepx_edit2.run(prompt="p", image_url=url, seed="1")  # flagged
    out = await client.stepfun_ai.stepx_edit2.run(prompt="p", image_url=url)
    path: str = await out.image.save("out/")  # flagged
    print(path)
