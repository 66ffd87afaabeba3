"""Print a completion script for a shell.

For bash, write it to `~/.local/share/bash-completion/completions/clanback`; for zsh, to a file `_clanback` on `fpath`; for fish,
to `~/.config/fish/completions/clanback.fish`. Commands and options are completed, and the names of machines, states, variables,
codes, and archives that `clanback backups list` has shown.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

NAME = "completion"
SUMMARY = "print a completion script for a shell"

KINDS = {
    "MACHINE": "machines",
    "PROVIDER": "providers",
    "P": "providers",
    "NAME": "archives",
    "S": "states",
    "GENERATOR/FILE": "variables",
    "CODES": "codes",
    "CODE|MACHINE.OPTION": "explained",
}
"""What an argument shown as this is completed with: a kind of `clanback __complete`."""

FILES = {"PATH": "file", "DIR": "directory", "REV|DIR": "directory", "FILE": "file"}

_PREAMBLES = {
    "bash": """
_clanback_names() {
  local line=${COMP_LINE:0:COMP_POINT} name
  local -a words
  read -ra words <<< "$line"
  while IFS= read -r name; do
    [[ $name == "$2"* ]] && printf '%s\\n' "$name"
  done < <(clanback __complete "$1" "$2" "${words[@]}" 2>/dev/null)
  compopt -o nosort 2>/dev/null
  [[ $1 != explained ]] || compopt -o nospace 2>/dev/null
}

# Bash takes the pieces of a name between colons for words of their own; for us they are one.
_clanback_whole_words() {
  local line=${COMP_LINE:0:COMP_POINT}
  local -a COMP_WORDS
  read -ra COMP_WORDS <<< "$line"
  [[ $line != *[[:space:]] ]] || COMP_WORDS+=("")
  local COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  local before=${COMP_WORDS[COMP_CWORD]%"$2"}
  _shtab_clanback "$@"
  COMPREPLY=("${COMPREPLY[@]#"$before"}")
}
""",
    "zsh": """
_clanback_names() {
  local -a names
  names=(${(f)"$(clanback __complete $1 "$PREFIX" "${(@Q)${(z)LBUFFER}}" 2>/dev/null)"})
  if [[ $1 == explained ]]; then compadd -S '' -a names; else compadd -V $1 -a names; fi
}
""",
    "fish": """
function _clanback_names
  clanback __complete $argv[1] (commandline -ct) (commandline -opc) 2>/dev/null
end
""",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the argument of `completion`."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell to complete in")


def run(options: argparse.Namespace) -> int:
    """Print the script, made from the parser itself."""
    sys.stdout.write(script(options.shell) + "\n")
    return 0


def script(shell: str) -> str:
    """The script for a shell."""
    import shtab

    from clanback.cli.arguments import make_parser

    parser = make_parser()
    kinds: set[str] = set()
    _attach(parser, kinds)
    preamble = _PREAMBLES[shell]
    if shell != "fish":
        preamble += "".join(_function(shell, kind) for kind in sorted(kinds))
    made = str(shtab.complete(parser, shell, preamble=preamble))
    return made.replace("-F _shtab_clanback clanback", "-F _clanback_whole_words clanback") if shell == "bash" else made


def _function(shell: str, kind: str) -> str:
    """A function for a kind of names: what shtab calls has no argument but the word."""
    word = ' "$1"' if shell == "bash" else ""
    return f"_clanback_{kind}() {{ _clanback_names {kind}{word}; }}\n"


def _attach(parser: argparse.ArgumentParser, kinds: set[str]) -> None:
    """Tell every argument what it is completed with, by what it is called in the help."""
    import argparse

    import shtab

    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                _attach(inner, kinds)
            continue
        shown: Any = action.metavar
        if shown in KINDS:
            kind = KINDS[shown]
            kinds.add(kind)
            names = {"bash": f"_clanback_{kind}", "zsh": f"_clanback_{kind}", "fish": f"(_clanback_names {kind})"}
            action.complete = names  # type: ignore[attr-defined]
        elif shown in FILES:
            action.complete = shtab.FILE if FILES[shown] == "file" else shtab.DIRECTORY  # type: ignore[attr-defined]
