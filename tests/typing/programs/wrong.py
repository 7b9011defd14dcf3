"""Calls that must be flagged, each on the line that ends in ``# flagged``, and nothing else."""

from __future__ import annotations

from io import StringIO

from runcomfy_sdk import AsyncObjectStoreUploader, AsyncRunComfy, Options, RunComfy
from runcomfy_sdk.models.tongyi_mai.z_image__turbo__inpainting__lora import LorasItem, LorasItemDict

client = RunComfy(token="t")
model = client.stepfun_ai.stepx_edit2
lora = client.tongyi_mai.z_image.turbo.inpainting.lora
url = "https://example.com/a.png"

# arguments
model.run(prompt="p", image_url=url, output_format="gif")  # flagged
model.run(prompt="p")  # flagged
model.run(prompt="p", image_url=url, promt="x")  # flagged
model.run("p", image_url=url)  # flagged
model.run(prompt=1, image_url=url)  # flagged
model.run(prompt="p", image_url=url, seed=None)  # flagged
model.run(prompt="p", image_url=url, options={"timeout": 1})  # flagged
model.run(prompt="p", image_url=url, options=Options(timeout="1m"))  # flagged
model.submit(prompt="p", image_url=url, output_format="gif")  # flagged
model.prepare(prompt="p")  # flagged
client.openai.gpt_image_2.edit.run(prompt="p", images=[1])  # flagged
client.openai.gpt_image_2.edit.run(prompt="p", images=url, resolution="8k")  # flagged

# models
client.stepfun_ai.stepx_edit3.run(prompt="p", image_url=url)  # flagged
client.nobody.model.run(prompt="p")  # flagged
client.tongyi_mai.z_image.run(prompt="p")  # flagged

# items
LorasItem(path="owner/repo", scale="1")  # flagged
LorasItem(path="owner/repo", weight=1)  # flagged
wrong_type: LorasItemDict = {"path": "owner/repo", "scale": "1"}  # flagged
wrong_key: LorasItemDict = {"path": "owner/repo", "weight": 1}  # flagged
lora.run(prompt="p", image_url=url, mask_image_url=url, loras=[{"scale": "1"}])  # flagged
lora.run(prompt="p", image_url=url, mask_image_url=url, loras=["owner/repo"])  # flagged

# outputs
out = model.run(prompt="p", image_url=url)
print(out.picture)  # flagged
print(out.images.save("out/"))  # flagged
size: int = out.image.save("out/")  # flagged
print(model.submit(prompt="p", image_url=url).image)  # flagged
print(model.prepare(prompt="p", image_url=url).result())  # flagged

# files
model.run(prompt="p", image_url=StringIO("text"))  # flagged
RunComfy(uploader=AsyncObjectStoreUploader.from_url("s3://bucket"))  # flagged


async def run_async(client: AsyncRunComfy) -> None:
    model = client.stepfun_ai.stepx_edit2
    await model.run(prompt="p", image_url=url, seed="1")  # flagged
    model.run(prompt="p", image_url=url)  # flagged
    print(model.run(prompt="p", image_url=url).image)  # flagged
    out = await model.run(prompt="p", image_url=url)
    path: str = await out.image.save("out/")  # flagged
    out.image.save("out/")  # flagged
    print(await out.picture, path)  # flagged
    job = await model.submit(prompt="p", image_url=url)
    print(job.result().image)  # flagged
    with client:  # flagged
        pass
