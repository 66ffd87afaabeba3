"""Random clans whose machine `a` is written in every form that people use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_COMMENTS = ("# plain", "/* block */", "/* two\n   lines */", "# ''not a string'' \"nor this\"")
_LINES = ("echo hi", "  more", "", "   ", "$HOME and ''${x}", "a\\nb", "''\\t tab", "\tx", "last")


class Program:
    """Writes one clan.nix. `names` are the variables in scope that hold strings."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.names: list[str] = []
        self.sets: list[str] = []
        self.files: dict[str, str] = {}
        self.functions: set[str] = set()

    # ---- values -----------------------------------------------------------------------------------------------------

    def string(self, depth: int = 0) -> str:
        rng = self.rng
        choices = [self._quoted, self._indented]
        if self.names:
            choices.append(lambda: rng.choice(self.names))
            choices.append(lambda: f'"${{{rng.choice(self.names)}}}/x"')
        if self.sets:
            choices.append(lambda: f"{rng.choice(self.sets)}.{rng.choice(['alpha', 'beta.gamma', 'beta.delta'])}")
            choices.append(lambda: f'"pre ${{ {rng.choice(self.sets)}.alpha }} post"')
        if depth < 2:
            choices.append(lambda: f"(let inner = {self.string(depth + 1)}; in inner)")
            choices.append(lambda: f"(if true then {self.string(depth + 1)} else {self.string(depth + 1)})")
            choices.append(lambda: f"((x: x) {self.string(depth + 1)})")
        return rng.choice(choices)()

    def _quoted(self) -> str:
        text = self.rng.choice(["plain", "with space", "dollar \\${no}", 'quote \\"', "two\n   lines\n", "# no comment"])
        return f'"{text}"'

    def _indented(self) -> str:
        rng = self.rng
        if rng.random() < 0.2:
            return "''one line''"
        indent = " " * rng.choice([0, 2, 4, 8, 11])
        lines = []
        for _ in range(rng.randrange(1, 5)):
            line = rng.choice(_LINES)
            if self.names and rng.random() < 0.3:
                line += f" ${{{rng.choice(self.names)}}}"
            if self.names and rng.random() < 0.15:
                line += f" ${{\n{indent} {rng.choice(self.names)}\n}}"
            lines.append(indent + line if line.strip() or rng.random() < 0.5 else line)
        start = rng.choice(["''\n", "''first\n", "''  \n"]) if rng.random() < 0.3 else "''\n"
        return start + "\n".join(lines) + rng.choice(["\n", "\n" + indent, "\n      ", ""]) + "''"

    def value(self, depth: int = 0) -> str:
        rng = self.rng
        choices = [
            lambda: self.string(depth),
            lambda: str(rng.randrange(100)),
            lambda: rng.choice(["true", "null"]),
            lambda: rng.choice(["./beside", "./sub/dir", "./sub/../up", "(./in-parens)", "./.", "sub/plain"]),
            lambda: f"[ {' '.join(self.string(2) if rng.random() < 0.7 else './p.nix' for _ in range(rng.randrange(4)))} ]",
        ]
        if self.names:
            choices.append(lambda: f"./dir-${{{rng.choice(self.names).join(['builtins.substring 0 1 ', ''])}}}/x")
            choices.append(lambda: f"{{ inherit {rng.choice(self.plain_names)}; }}")
        if "lib" in self.functions:
            choices.append(lambda: f"lib.mkForce {self.string(2)}")
            choices.append(lambda: f"lib.mkIf {rng.choice(['true', 'false'])} {self.string(2)}")
            choices.append(lambda: f"(with lib; mkDefault {self.string(2)})")
        if "bare" in self.functions:
            choices.append(lambda: f"mkForce {self.string(2)}")
        if depth < 2:
            choices.append(lambda: f"rec {{ one = {self.string(2)}; two = one; }}")
        return rng.choice(choices)()

    @property
    def plain_names(self) -> list[str]:
        """The variables that are names, not selections from one."""
        return [name for name in self.names if "." not in name]

    # ---- sets -------------------------------------------------------------------------------------------------------

    def comment(self, indent: str) -> str:
        return f"{indent}{self.rng.choice(_COMMENTS)}\n" if self.rng.random() < 0.25 else ""

    def tree(self) -> dict[str, object]:
        """A machine's configuration: leaves are texts."""
        rng = self.rng
        tree: dict[str, object] = {}
        if rng.random() < 0.8:
            states: dict[str, object] = {}
            for name in rng.sample(["docs", "db", "web-1", '"quoted"'], rng.randrange(1, 4)):
                states[name] = (
                    {"folders": f"[ {self.string()} ]", "preBackupScript": self.string()} if rng.random() < 0.7 else self.value()
                )
            core: dict[str, object] = {"state": states}
            if rng.random() < 0.3:
                core["networking"] = {"targetHost": self.value()}
            tree["clan"] = {"core": core}
        systemd: dict[str, object] = {}
        if rng.random() < 0.7:
            systemd["tmpfiles"] = {"rules": f"[ {self.string()} {self.string()} ]"}
            if rng.random() < 0.3:
                systemd["tmpfiles"]["settings"] = self.value()  # type: ignore[index]
        if rng.random() < 0.4:
            systemd["services"] = {"x": {"script": self.value()}}
        if systemd:
            tree["systemd"] = systemd
        for name in ("networking", "environment", "users"):
            if rng.random() < 0.5:
                tree[name] = {"a": self.value(), "b": {"c": self.value()}}
        if self.names and rng.random() < 0.2:
            tree["dynamic"] = {f"${{{rng.choice(self.names)}}}": self.value()}
        return tree

    def bindings(self, tree: dict[str, object], indent: str, prefix: str = "") -> list[str]:
        """A tree as bindings, each level nested or written as a path."""
        found = []
        for name in self.rng.sample(list(tree), len(tree)):
            inner = tree[name]
            path = f"{prefix}{name}"
            if not isinstance(inner, dict):
                found.append(f"{self.comment(indent)}{indent}{path} = {inner};{self.trailing()}\n")
            elif self.rng.random() < 0.5 and inner:
                found += self.bindings(inner, indent, f"{path}.")
            else:
                found.append(f"{self.comment(indent)}{indent}{path} = {self.braces(inner, indent)};{self.trailing()}\n")
        return found

    def trailing(self) -> str:
        return " # behind" if self.rng.random() < 0.1 else ""

    def braces(self, tree: dict[str, object], indent: str, more: tuple[str, ...] = ()) -> str:
        inside = [*self.bindings(tree, indent + "  "), *(f"{indent}  {line}\n" for line in more)]
        self.rng.shuffle(inside)
        return "{\n" + self.rng.choice(["", "\n"]).join(inside) + self.comment(indent + "  ") + indent + "}"

    # ---- modules ----------------------------------------------------------------------------------------------------

    def module(self, indent: str, *, file: bool = False) -> str:
        """A NixOS module in one of its forms."""
        rng = self.rng
        names, sets, functions = list(self.names), list(self.sets), set(self.functions)
        if file:
            self.names, self.sets, self.functions = [], [], set()
        head = ""
        form = rng.randrange(7)
        if form in (0, 1):
            formals = rng.sample(["config", "pkgs", "lib", "inputs"], rng.randrange(0, 4))
            if "lib" in formals:
                self.functions = {*self.functions, "lib"}
            self.sets = list(dict.fromkeys([*self.sets, *(f for f in formals if f != "lib")]))
            head = f"{{ {''.join(f + ', ' for f in formals)}... }}:\n{indent}"
        elif form == 2:
            head = f"args:\n{indent}"
            self.sets = [*self.sets, "args.config", "args.pkgs"]
        elif form == 3:
            head = f"args@{{ pkgs, ... }}:\n{indent}"
            self.sets = [*self.sets, "args.config", "pkgs"]
        if rng.random() < 0.3:
            head += f"let\n{indent}  own = {self.string()};{self.trailing()}\n{indent}  unused = 1;\n{indent}in\n{indent}"
            self.names = [*self.names, "own"]
        if "lib" in self.functions and rng.random() < 0.2:
            head += "with lib; "
            self.functions = {*self.functions, "bare"}
        tree = self.tree()
        more = []
        if rng.random() < 0.3:
            more.append(f"imports = [ {{ systemd.tmpfiles.rules = [ {self.string()} ]; }} {self._file() if not file else ''} ];")
        if self.names and rng.random() < 0.2:
            more.append(f"inherit {rng.choice(self.plain_names)};")
        shape = rng.random()
        if shape < 0.12:
            body = (
                "{ config = "
                + self.braces(tree, indent)
                + f"; {' '.join(line for line in more if line.startswith('imports'))} }}"
            )
        elif shape < 0.2:
            body = self.braces(tree, indent) + " // { extra.x = 1; }"
        elif shape < 0.25:
            body = "rec " + self.braces(tree, indent, tuple(more))
        else:
            body = self.braces(tree, indent, tuple(more))
        if rng.random() < 0.1:
            body = f"({body})"
        self.names, self.sets, self.functions = names, sets, functions
        return head + body

    def _file(self) -> str:
        name = f"module-{len(self.files)}.nix"
        self.files[name] = ""
        self.files[name] = self.module("", file=True) + "\n"
        return f"./{name}"

    def clan(self) -> dict[str, str]:
        """The files of a clan, `clan.nix` among them, with one machine `a`."""
        rng = self.rng
        text = ""
        if rng.random() < 0.7:
            formals = rng.sample(["lib", "inputs", "self"], rng.randrange(1, 4))
            if "lib" in formals:
                self.functions = {"lib"}
            self.sets = [f for f in formals if f != "lib"]
            text += f"{{ {', '.join(formals)}, ... }}:\n"
            if "lib" in formals and rng.random() < 0.2:
                text += "with lib;\n"
                self.functions = {"lib", "bare"}
        if rng.random() < 0.6:
            first, second = rng.sample(["base", "root", "name", "pkgs2"], 2)
            text += f"let\n  {first} = {self.string()};\n"
            self.names.append(first)
            text += f"{self.comment('  ')}  {second} = {self.string()};\n"
            self.names.append(second)
            text += f"  mk = x: {{ made = x; by.{first} = {first}; }};\n"
            if rng.random() < 0.5:
                text += f"  inherit ({{ given = {self.string()}; }}) given;\n"
                self.names.append("given")
            text += "in\n"
        if rng.random() < 0.2:
            text += "rec {\n  shared = " + self.string() + ";\n"
            self.names.append("shared")
        else:
            text += "{\n"
        form = rng.randrange(6)
        if form == 0:
            text += f"  machines = {{\n    b = {{ }};\n    a =\n      {self.module('      ')};\n  }};\n"
        elif form == 1:
            text += f"  machines.a = {self.module('  ')};\n"
        elif form == 2:
            lines = self.bindings(self.tree(), "  ", "machines.a.")
            lines += ["  machines.b.x = 1;\n", "  machines.a.environment = { };\n" if "environment" not in "".join(lines) else ""]
            rng.shuffle(lines)
            text += "".join(lines)
        elif form == 3:
            text += f"  machines.a = {self.braces(self.tree(), '  ')};\n  machines.a.one.more = {self.value()};\n"
        elif form == 4 and "lib" in self.functions:
            self.names.append("machine")
            text += f'  machines = lib.genAttrs [ "a" "b" ] (machine: {self.module("  ")});\n'
        elif form == 5:
            self.names += ["machine", "host.ip"]
            text += f'  machines = builtins.mapAttrs (machine: host: {self.module("  ")}) {{ a = {{ ip = "1"; f = x: x; }}; }};\n'
        else:
            text += f"  machines.a = {self._file()};\n"
        return {"clan.nix": text + "}\n", **self.files}
