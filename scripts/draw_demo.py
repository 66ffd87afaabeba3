"""Make docs/pictures/demo.svg, the terminal that the tutorial shows, from what `clanback demo` really prints."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs/pictures/demo.svg"
COLUMNS = 124


def main() -> int:
    """Run the demo, and draw what it printed; the time of the backups becomes one that does not change from run to run."""
    words = [sys.executable, "-m", "clanback", "--color", "always", "demo"]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "TERM": "xterm-256color"}
    )
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
        return done.returncode
    said = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", "2026-11-25T12:00:00", done.stdout)
    console = Console(record=True, width=COLUMNS, force_terminal=True, color_system="standard", file=io.StringIO())
    console.print(Text.from_ansi("\x1b[1m$ make demo\x1b[0m\n" + said.rstrip()), soft_wrap=False)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    svg = console.export_svg(title="clanback demo", unique_id="demo")
    # Fonts of this computer instead of one that the rich library would fetch from the web.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL).replace(
        "Fira Code", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono"
    )
    PICTURE.write_text(svg)
    sys.stdout.write(f"wrote {PICTURE.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
