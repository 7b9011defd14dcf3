"""Which terminals show images, and what they are sent."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from PIL import Image
from runcomfy_runtime.cli import terminalimages
from runcomfy_runtime.cli.session import Session
from runcomfy_runtime.cli.terminalimages import protocol_of, show_images, sixel_of


@pytest.mark.parametrize(
    ("environment", "protocol"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "3"}, "kitty"),
        ({"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "iterm2"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "iterm2"),
        ({"TERM": "xterm-256color"}, None),
        ({}, None),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "3"}, None),
        ({"TERM": "screen", "TERM_PROGRAM": "iTerm.app"}, None),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, None),
    ],
)
def test_terminals_say_what_they_speak(
    environment: Mapping[str, str], protocol: str | None
) -> None:
    assert protocol_of(environment) == protocol


def test_nothing_is_written_where_there_is_no_terminal(
    toy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm-kitty")
    path = tmp_path / "a.png"
    Image.new("RGB", (4, 4), "red").save(path)
    show_images(Session(toy), [path])
    assert capsys.readouterr() == ("", "")


def speaking(protocol: str) -> Callable[[Mapping[str, str]], str]:
    return lambda _: protocol


def test_each_protocol_carries_the_file(
    toy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Session, "live", property(lambda _: True))
    path, other = tmp_path / "a.png", tmp_path / "b.mp4"
    Image.effect_noise((80, 80), 90).save(path)
    other.write_bytes(b"\x00\x00\x00\x18ftypmp42")
    for name, pattern in (
        ("kitty", r"\x1b_G[^;]*;([^\x1b]*)\x1b\\"),
        ("iterm2", r"\x1b\]1337;File=[^:]*:([^\x07]*)\x07"),
    ):
        monkeypatch.setattr(terminalimages, "protocol_of", speaking(name))
        show_images(Session(toy), [other, path, tmp_path / "gone.png"])
        shown = capsys.readouterr().err
        assert base64.b64decode("".join(re.findall(pattern, shown))) == path.read_bytes()
        assert shown.count("\n") == 1


def unpacked(text: str, size: tuple[int, int]) -> Image.Image:
    """Read sixel text back, as a terminal does."""
    image = Image.new("RGB", size)
    body = text.split("#", 1)[1]
    colours: dict[str, tuple[int, int, int]] = {}
    top = left = 0
    colour = ""
    for token in re.findall(r"#?\d+;2;\d+;\d+;\d+|#\d+|!\d+.|[?-~]|\$|-", f"#{body}"):
        if ";2;" in token:
            number, _, *parts = token.removeprefix("#").split(";")
            red, green, blue = (round(int(part) * 255 / 100) for part in parts)
            colours[number] = (red, green, blue)
        elif token[0] == "#":
            colour = token[1:]
        elif token == "$":
            left = 0
        elif token == "-":
            top, left = top + 6, 0
        else:
            count, sign = (int(token[1:-1]), token[-1]) if token[0] == "!" else (1, token)
            for column in range(left, left + count):
                for bit in range(6):
                    if (ord(sign) - 63) >> bit & 1:
                        image.putpixel((column, top + bit), colours[colour])
            left += count
    return image


def test_sixel_read_back_is_the_image() -> None:
    image = Image.new("RGB", (9, 14), "red")
    image.paste((0, 0, 255), (3, 2, 7, 13))
    text = sixel_of(image)
    assert text.startswith('\x1bP0;1q"1;1;9;14#')
    assert text.endswith("\x1b\\")
    assert unpacked(text[: -len("\x1b\\")], (9, 14)).tobytes() == image.tobytes()
