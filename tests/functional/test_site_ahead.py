"""Pages converted ahead are those that zensical makes by itself, and what it finds wrong is still told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

pytest.importorskip("zensical", reason='the extra "docs" is not installed')

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = 120


def make_pages(root: Path) -> None:
    docs = root / "generated/docs"
    (docs / "models").mkdir(parents=True)
    config = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8")
    head, _, _ = config.partition("nav:")
    (root / "mkdocs.yml").write_text(f"{head}nav:\n  - Start: index.md\n", encoding="utf-8")
    (docs / "index.md").write_text("# Start\n\n[First](models/m0.md)\n", encoding="utf-8")
    titles = ("Model `code` 0", "Model \\_1\\_ & <b>", "Ünïcode [link](m0.md)")
    for number in range(PAGES):
        title = titles[number] if number < len(titles) else f"Model {number}"
        text = f"# {title}\n\n## Use\n\n```python\nprint({number})\n```\n\n| a |\n|---|\n| {number} |\n"
        (docs / f"models/m{number}.md").write_text(text, encoding="utf-8")
    (docs / "models/untitled.md").write_text("No heading.\n", encoding="utf-8")


def run(module: str, root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, "build", "--clean", "--strict"]
    return subprocess.run(
        command,
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def built(root: Path) -> dict[str, bytes]:
    site = root / "site"
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


def test_pages_converted_ahead_are_the_same_bytes(tmp_path: Path) -> None:
    sites: list[dict[str, bytes]] = []
    for module in ("zensical", "runcomfy_codegen.site.ahead"):
        root = tmp_path / module
        make_pages(root)
        done = run(module, root)
        assert done.returncode == 0, done.stderr
        sites.append(built(root))
    assert len([name for name in sites[0] if name.startswith("models/m")]) >= PAGES
    assert sites[0] == sites[1]


def test_a_broken_link_on_a_page_converted_ahead_ends_the_build(tmp_path: Path) -> None:
    make_pages(tmp_path)
    with (tmp_path / "generated/docs/models/m7.md").open("a", encoding="utf-8") as page:
        page.write("\n[nowhere](gone.md)\n")
    done = run("runcomfy_codegen.site.ahead", tmp_path)
    assert done.returncode == 1
    assert "page does not exist" in done.stderr
    assert "gone.md" in click.unstyle(done.stderr)
    assert "Traceback" not in done.stderr
