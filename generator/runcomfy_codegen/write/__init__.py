"""Put texts on disk. The only stage besides ``extract`` that touches the outside."""

from runcomfy_codegen.mode import Mode
from runcomfy_codegen.write.apply import Change, apply_changes
from runcomfy_codegen.write.atomic import write_atomically
from runcomfy_codegen.write.manifest import Entry, Manifest, read_manifest

__all__ = [
    "Change",
    "Entry",
    "Manifest",
    "Mode",
    "apply_changes",
    "read_manifest",
    "write_atomically",
]
