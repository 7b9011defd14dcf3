"""Put texts on disk. The only stage besides ``extract`` that touches the outside."""

from runcomfy_codegen.atomic import write_atomically
from runcomfy_codegen.mode import Mode
from runcomfy_codegen.write.apply import Change
from runcomfy_codegen.write.manifest import Entry, Manifest, read_manifest
from runcomfy_codegen.write.publish import publish

__all__ = [
    "Change",
    "Entry",
    "Manifest",
    "Mode",
    "publish",
    "read_manifest",
    "write_atomically",
]
