"""Show saved images in terminals that can: kitty's protocol, iTerm2's, sixel; nothing anywhere else.

Only the file's own bytes are sent, encoded, so that nothing in it can be taken for a command to the terminal.
"""

from __future__ import annotations

import base64
import io
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ..sniffing import HEAD, kind_of, sniff
from .session import Session

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Protocol", "protocol_of", "show_images", "sixel_of"]

Protocol = Literal["kitty", "iterm2", "sixel"]

_MOST_BYTES: Final = 16 * 1024 * 1024
_MOST_IMAGES: Final = 4
_PIECE: Final = 4096
_ROWS: Final = 16
_WIDTH, _HEIGHT = 640, 320
"""Largest size in pixels of an image in sixel, which names no size in rows."""
_COLOURS: Final = 255
_ANSWER_SECONDS: Final = 1.0


def show_images(session: Session, paths: Sequence[Path]) -> None:
    """Show the images among ``paths`` on the terminal of standard error, if it can; never fails."""
    if not session.live or session.events:
        return
    images = [path for path in paths if _is_small_image(path)][:_MOST_IMAGES]
    protocol = protocol_of(os.environ) if images else None
    if images and protocol is None and _understands_sixel():
        protocol = "sixel"
    for path in images if protocol else ():
        try:
            sys.stderr.write("".join(_encoded(protocol, path)))
            sys.stderr.flush()
        except (OSError, ValueError, ImportError):
            return


def protocol_of(environment: Mapping[str, str]) -> Protocol | None:
    """Return the protocol that the terminal is known to speak by its own word; None if it says nothing."""
    term = environment.get("TERM", "")
    if term.startswith(("tmux", "screen")) or environment.get("TMUX"):
        return None
    program = environment.get("TERM_PROGRAM", "").lower()
    if "kitty" in term or environment.get("KITTY_WINDOW_ID") or program == "ghostty":
        return "kitty"
    iterm = environment.get("LC_TERMINAL", "").startswith("iTerm")
    return "iterm2" if iterm or program in ("iterm.app", "wezterm", "mintty") else None


def _is_small_image(path: Path) -> bool:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return False
        with path.open("rb") as file:
            return kind_of(sniff(file.read(HEAD)) or "") == "image"
    except OSError:
        return False


def _encoded(protocol: Protocol | None, path: Path) -> Iterator[str]:
    """Yield what the terminal is sent to show an image.

    Raises:
        ImportError: If it has to be converted and Pillow is not installed.
        OSError: If it cannot be read.
        ValueError: If it cannot be decoded.
    """
    content = path.read_bytes()
    if protocol == "iterm2":
        data = base64.b64encode(content).decode("ascii")
        yield f"\x1b]1337;File=inline=1;size={len(content)};height={_ROWS}:{data}\x07\n"
    elif protocol == "kitty":
        data = base64.b64encode(_as_png(content)).decode("ascii")
        for start in range(0, len(data), _PIECE):
            more = int(start + _PIECE < len(data))
            keys = f"a=T,f=100,q=2,r={_ROWS},m={more}" if start == 0 else f"m={more}"
            yield f"\x1b_G{keys};{data[start : start + _PIECE]}\x1b\\"
        yield "\n"
    else:
        yield f"{sixel_of(_opened(content))}\n"


def _as_png(content: bytes) -> bytes:
    if sniff(content[:HEAD]) == "image/png":
        return content
    buffer = io.BytesIO()
    _opened(content).save(buffer, "PNG")
    return buffer.getvalue()


def _opened(content: bytes) -> Image.Image:
    from PIL import Image

    image = Image.open(io.BytesIO(content))
    image.thumbnail((2 * _WIDTH, 2 * _HEIGHT))
    return image


def sixel_of(image: Image.Image) -> str:
    """Return an image in the form that sixel terminals show: six rows at a time, one colour after the other."""
    image = image.convert("RGB")
    image.thumbnail((_WIDTH, _HEIGHT))
    image = image.quantize(_COLOURS)
    width, height = image.size
    palette = image.getpalette() or []
    pixels = image.tobytes()
    parts = [f'\x1bP0;1q"1;1;{width};{height}']
    for colour in sorted(set(pixels)):
        red, green, blue = (100 * value // 255 for value in palette[3 * colour : 3 * colour + 3])
        parts.append(f"#{colour};2;{red};{green};{blue}")
    for top in range(0, height, 6):
        band: dict[int, list[int]] = {}
        for row in range(top, min(top + 6, height)):
            for column, colour in enumerate(pixels[row * width : (row + 1) * width]):
                band.setdefault(colour, [0] * width)[column] |= 1 << (row - top)
        parts += [f"#{colour}{_packed(cells)}$" for colour, cells in sorted(band.items())]
        parts.append("-")
    return "".join([*parts, "\x1b\\"])


def _packed(cells: Sequence[int]) -> str:
    """Return sixel cells as text, repeated ones as a count."""
    parts: list[str] = []
    start = 0
    for end in range(1, len(cells) + 1):
        if end == len(cells) or cells[end] != cells[start]:
            sign, count = chr(63 + cells[start]), end - start
            parts.append(f"!{count}{sign}" if count > 3 else sign * count)
            start = end
    return "".join(parts)


def _understands_sixel() -> bool:
    """Ask the terminal itself; a multiplexer answers for itself."""
    try:
        import termios
        import tty
        from importlib.util import find_spec
        from select import select
    except ImportError:
        return False
    if not (sys.stdin.isatty() and find_spec("PIL")):
        return False
    number = sys.stdin.fileno()
    try:
        before = termios.tcgetattr(number)
    except termios.error:
        return False
    answer = b""
    try:
        tty.setcbreak(number)
        if select([number], [], [], 0)[0]:  # what was typed ahead is the shell's
            return False
        sys.stderr.write("\x1b[c")
        sys.stderr.flush()
        while not answer.endswith(b"c") and select([number], [], [], _ANSWER_SECONDS)[0]:
            answer += os.read(number, 64)
    except OSError:
        return False
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)
    features = answer.rpartition(b"\x1b[?")[2].removesuffix(b"c").split(b";")
    return answer.endswith(b"c") and b"4" in features[1:]
