"""Take the pictures of the docs: the graph of a home as SVG, the page with 3 and with 300 machines, in light and in dark.

Usage: take_pictures.py

Needs chromium and chromedriver, as the tests of the page do; with pngquant the pictures get smaller.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from clanback.cli import main as clanback  # noqa: E402
from tests.drawing.driver import browser  # noqa: E402
from tests.drawing.offices import lay_out  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
TAKEN = [("home-light", 3, "light", 1330), ("home-dark", 3, "dark", 1330), ("office-dark", 300, "dark", 1750)]


def smaller(picture: Path) -> None:
    """Fewer colours, where there is a program for it."""
    program = shutil.which("pngquant")
    if program is not None:
        subprocess.run([program, "--force", "--output", str(picture), "--quality", "60-95", "--strip", str(picture)], check=True)


def main() -> int:
    """Write them all."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browser() as window:
        clans = {count: lay_out(Path(folder) / str(count), count) for count in (3, 300)}
        clanback(["--clan", str(clans[3]), "-q", "graph", "--out", str(PICTURES / "home.svg")])
        for name, count, scheme, height in TAKEN:
            page = clans[count] / "page.html"
            clanback(["--clan", str(clans[count]), "-q", "graph", "--out", str(page)])
            window.command("window/rect", {"width": 1440, "height": height})
            window.emulate(scheme)
            window.open(page.as_uri())
            picture = PICTURES / f"{name}.png"
            picture.write_bytes(window.screenshot())
            smaller(picture)
            print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
