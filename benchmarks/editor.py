"""How long a look at a clan takes in the language server, from a key to findings: cold, warm, and while typing.

    python benchmarks/editor.py [MACHINES…]

Prints milliseconds of processor time, and multiples of `python -c pass`. "warm" is what `clanback lsp` does after each pause in
typing: parse, evaluate, plan and judge the whole clan with the unsaved text, with what made each value taken down. Further rows:
clans of many machines.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from clanback.editor.clans import Desk
from clanback.editor.completion import complete
from clanback.editor.hovering import hover

TUTORIAL = (Path(__file__).resolve().parents[1] / "examples/tutorial/clan.nix").read_text()
ROUNDS = 60


def started() -> float:
    """Milliseconds that starting Python takes."""
    times = []
    for _ in range(9):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        times.append(1000 * (time.perf_counter() - begin))
    return min(times)


def large(machines: int) -> str:
    """A clan of many machines."""
    declared = "\n".join(f'    m{number} = {{ tags = [ "t{number % 7}" ]; }};' for number in range(machines))
    state = "\n".join(f'  machines.m{number}.clan.core.state.docs.folders = [ "/docs/{number}" ];' for number in range(machines))
    return f"""{{
  meta.name = "large";
  inventory.machines = {{
{declared}
    server = {{ }};
  }};
  inventory.instances.borgbackup = {{
    roles.client.tags.all = {{ }};
    roles.server.machines.server.settings.directory = "/srv";
  }};
{state}
}}
"""


def measure(name: str, text: str, word: str, rounds: int, base: float) -> None:
    """One row for each thing that an editor waits for."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder).resolve() / "clan.nix")
        Path(path).write_text(text)
        desk = Desk()
        clan = desk.clan_of(path)
        assert clan is not None
        times: dict[str, list[float]] = {"look, first": [], "look, warm": [], "hover": [], "completion": []}
        for number in range(rounds):
            # Every round is a key more: a comment grows, so that nothing can be taken from the last round.
            desk.texts[path] = text + f"# {'x' * number}\n"
            begin = time.process_time()
            clan.refresh(desk.texts)
            found = len(clan.diagnostics())
            times["look, warm" if number else "look, first"].append(time.process_time() - begin)
            begin = time.process_time()
            outline = clan.outline(path)
            assert outline is not None
            what = outline.at(text.index(word) + 1)
            assert what is not None
            assert hover(clan, path, what)
            times["hover"].append(time.process_time() - begin)
            begin = time.process_time()
            at = text.index("inventory.instances")
            assert complete(clan, path, f"{text[:at]}inventory.", at + 10)
            times["completion"].append(time.process_time() - begin)
        for what_for, measured in times.items():
            if measured:
                middle = 1000 * statistics.median(measured)
                worst = 1000 * sorted(measured)[int(len(measured) * 0.95)]
                times_python = f"{middle / base:8.2f} x python"
                print(
                    f"{name:>14}  {what_for:<12} {middle:9.1f} ms median {worst:9.1f} ms p95 {times_python}  ({found} findings)"
                )


def main() -> None:
    """The tutorial, then clans of as many machines as asked for."""
    base = started()
    print(f"python -c pass: {base:.1f} ms")
    measure("tutorial", TUTORIAL, "settings.directory", ROUNDS, base)
    for machines in map(int, sys.argv[1:] or ("100", "1000")):
        measure(f"{machines} machines", large(machines), "settings.directory", 6, base)


if __name__ == "__main__":
    main()
