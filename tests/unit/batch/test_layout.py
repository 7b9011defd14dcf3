"""No key leads out of the folder or to another key's file, on any system."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from runcomfy_runtime.batch import saver
from runcomfy_runtime.batch.layout import Layout, folder_safe
from runcomfy_runtime.filenames import safe_name

TEMPLATES = (
    "{key}/{index:03}{suffix}",
    "{key}{suffix}",
    "{model}/{key}-{index}",
    "{index}_{key}",
    "{kind}/{request_id}/x {key}",
)
KEYS = st.text(min_size=1, max_size=250) | st.text("aA.-_/2f ~:\\", min_size=1, max_size=12)


@settings(deadline=None)
@given(KEYS, st.sampled_from(TEMPLATES), st.integers(1, 2000))
@example("../../etc/passwd", TEMPLATES[1], 1)
@example("CON", TEMPLATES[0], 1)
@example("{index}", TEMPLATES[1], 2)
def test_a_path_stays_below_its_folder(key: str, template: str, index: int) -> None:
    path = Layout(template).path(
        key, index, model_id="../m", request_id="..\\r", kind="image", folds_case=True
    )
    parts = path.split("/")
    assert len(parts) == template.count("/") + 1
    for part in parts:
        assert safe_name(part) == part
        assert part not in (".", "..")
        assert len(part.encode()) <= 150
    assert not PurePosixPath(path).is_absolute()
    assert not PureWindowsPath(path).is_absolute()
    assert PureWindowsPath(path).drive == ""


@settings(deadline=None)
@given(KEYS, KEYS, st.sampled_from(TEMPLATES), st.integers(1, 12), st.integers(1, 12))
@example("a", "a-2", TEMPLATES[1], 2, 1)
@example("a", "A", TEMPLATES[0], 1, 1)
@example("é", "e\u0301", TEMPLATES[0], 1, 1)
@example("a!", folder_safe("a?"), TEMPLATES[0], 1, 1)
@example("a/b", "a_b", TEMPLATES[0], 1, 1)
@example("x" * 240, "x" * 241, TEMPLATES[1], 1, 1)
def test_no_two_files_share_a_path(
    one: str, other: str, template: str, first: int, second: int
) -> None:
    if (one, first) == (other, second):
        return
    layout = Layout(template)
    paths = [
        layout.path(key, index, model_id="a/b", request_id="r", kind="image", folds_case=True)
        for key, index in ((one, first), (other, second))
    ]
    folded = [unicodedata.normalize("NFC", path).casefold() for path in paths]
    assert folded[0] != folded[1]


def test_plain_keys_stay_as_they_are() -> None:
    assert Layout().path("shot_007.v2", 1) == "shot_007.v2/001"
    assert Layout("{key}{suffix}").path("IMG_1", 1) == "IMG_1"
    assert Layout("{key}{suffix}").path("IMG_1", 1, folds_case=True).startswith("IMG_1-")


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{index}", "one part must hold {key}"),
        ("../{key}", "each part between slashes must name something"),
        ("/tmp/{key}", "each part between slashes must name something"),
        ("{key}\\{index}", "each part between slashes must name something"),
        ("{key}{index}", "with '-', '_' or '.' between them"),
        ("{key}-{model}", "beside it at most {index}"),
        ("{name}", "it can hold {key}, {index}"),
        ("{key.__class__}", "it can hold {key}, {index}"),
        ("{key!r}", "it can hold {key}, {index}"),
        ("{key:>9999999999}", "it can hold {key}, {index}"),
        ("{key}/{index:.0e}", "it can hold {key}, {index}"),
        ("{key", "expected '}'"),
        ("con/{key}", "'con' is no file name on every system"),
        ("{key}/a:b", "is no file name on every system"),
    ],
)
def test_layouts_that_cannot_be_used(template: str, reason: str) -> None:
    with pytest.raises(ValueError, match="cannot be used") as caught:
        Layout(template)
    assert reason in str(caught.value)


def test_whether_a_folder_folds_case_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    folds = (tmp_path / "A").exists()
    assert saver._folds_case(tmp_path) is folds  # pyright: ignore[reportPrivateUsage]
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
