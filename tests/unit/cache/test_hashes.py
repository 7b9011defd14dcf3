"""Files are read again when they changed, however well that is hidden, and not when they did not."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from runcomfy_codegen.cache.hashes import Hashes

LONG_WRITTEN = Path(os.__file__)


def known(file: Path) -> dict[str, tuple[int, int, int, int, str]]:
    stat = file.stat()
    return {str(file): (stat.st_size, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, "kept")}


def digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def test_a_file_that_is_the_same_is_not_read() -> None:
    assert Hashes(known(LONG_WRITTEN)).of(LONG_WRITTEN) == "kept"


def test_a_change_is_seen_though_size_and_date_are_as_before(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("old")
    hashes, stat = Hashes(known(file)), file.stat()

    while file.stat().st_ctime_ns == stat.st_ctime_ns:
        file.write_text("new")
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert file.stat().st_mtime_ns == stat.st_mtime_ns
    assert hashes.of(file) == digest(file)


def test_what_was_found_is_kept_for_the_next_run(tmp_path: Path) -> None:
    first = Hashes.read(tmp_path)
    first.of(LONG_WRITTEN)
    first.save(tmp_path)
    text = (tmp_path / ".cache/hashes.json").read_text()
    (tmp_path / ".cache/hashes.json").write_text(text.replace(digest(LONG_WRITTEN), "kept"))

    assert Hashes.read(tmp_path).of(LONG_WRITTEN) == "kept"


def test_a_file_that_was_just_written_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    hashes = Hashes.read(tmp_path)
    hashes.of(tmp_path / "a")
    hashes.save(tmp_path)

    assert not (tmp_path / ".cache").exists()


def test_files_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    hashes = Hashes({"/gone/for/good": (1, 1, 1, 1, "kept")})
    hashes.of(LONG_WRITTEN)
    hashes.save(tmp_path)

    assert "/gone" not in (tmp_path / ".cache/hashes.json").read_text()


def test_a_damaged_cache_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / ".cache").mkdir()
    for text in ("", "[]", '{"a": []}', '{"a": [1, 2, 3, 4, 5]}'):
        (tmp_path / ".cache/hashes.json").write_text(text)

        assert Hashes.read(tmp_path).of(LONG_WRITTEN) == digest(LONG_WRITTEN)
