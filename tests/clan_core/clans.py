"""Clans out of a seed: small ones, of several modules, in which everything that decides who backs up what may occur.

Definitions of one thing are spread over modules and wrapped in `mkForce`, `mkDefault`, `mkIf`, `mkMerge`, `mkBefore` …; values
are taken from small sets, so that equal, conflicting and overridden ones are all frequent.
"""

from __future__ import annotations

from random import Random

MACHINES = ("a", "b", "c", "d")
TAGS = ("t1", "t2", "x-y", "all", "nixos", "darwin")
INSTANCES = ("borgbackup", "off-site", "own")


class Maker:
    """Makes one clan; `files` are its texts by path."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.files: dict[str, str] = {}
        self.once: set[str] = set()
        self.calm = self.random.random() < 0.5
        """Whether what mostly ends in an error is left out."""
        self._make()

    # -- small decisions

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def some(self, choices: tuple[str, ...], most: int = 3) -> list[str]:
        return self.random.sample(choices, self.random.randint(0, min(most, len(choices))))

    # -- values

    def wrapped(self, value: str, other: str | None = None, *, is_list: bool = False) -> str:
        """The value, perhaps in properties, nested as Nix wants them, now and then otherwise; `other` is for `mkMerge`."""
        if self.chance(0.55):
            return value
        layers = [
            self.one("mkBefore", "mkAfter", "mkOrder 700", "mkOrder 1200") if is_list and self.chance(0.35) else "",
            self.one("mkForce", "mkDefault", "mkOverride 10", "mkOverride 900") if self.chance(0.5) else "",
            self.one("mkIf true", "mkIf false", "mkMerge") if self.chance(0.4) else "",
            self.one("mkIf true", "mkIf false", "mkMerge") if self.chance(0.1) else "",
        ]
        if not self.calm and self.chance(0.05):
            self.random.shuffle(layers)
        for way in filter(None, layers):
            inner = value if value[0] in '[{"' else f"({value})"
            if way == "mkMerge":
                more = other if other is not None and self.chance(0.7) else ""
                value = f"lib.mkMerge [ {inner} {more if not more or more[0] in '[{' or more[0] == chr(34) else f'({more})'} ]"
            else:
                value = f"lib.{way} {inner}"
        return value

    def strings(self, *choices: str, most: int = 2) -> str:
        return "[ " + " ".join(f'"{text}"' for text in self.some(choices, most)) + " ]"

    def list_of(self, *choices: str) -> str:
        return self.wrapped(self.strings(*choices), self.strings(*choices), is_list=True)

    def text(self, *choices: str) -> str:
        return self.wrapped(f'"{self.one(*choices)}"', f'"{self.one(*choices)}"')

    def settings(self, role: str) -> str:
        """The settings of a role, a tag or a machine."""
        lines: list[str] = []
        if role == "client":
            if self.chance(0.75):
                lines.append(f"exclude = {self.list_of('*.p', '*.q', '*.r', '/s')};")
            if self.chance(0.25):
                lines.append(f"startAt = {self.text('02:00', '02:00', '03:00')};")
            for name in self.some(("box", "a", "nas"), 1):
                if self.chance(0.6):
                    lines.append(f"destinations.{name}.repo = {self.text('u@h:r', 'u@h:r', '/mnt/r')};")
                    if self.chance(0.3):
                        lines.append(f"destinations.{name}.rsh = {self.text('ssh -p 23')};")
                    if self.chance(0.15):
                        lines.append(f"destinations.{name}.name = {self.text('other', name)};")
                else:
                    body = "{ repo = " + self.text("u@h:r", "/mnt/r") + "; }"
                    lines.append(f"destinations.{name} = {self.wrapped(body, body)};")
        else:
            if self.chance(0.4):
                address = self.one("null", '"10.0.0.1"', '"h.example"')
                lines.append(f"address = {self.wrapped(address)};")
            if self.chance(0.4):
                lines.append(f"directory = {self.text('/srv', '/srv', '/var/lib/borgbackup')};")
        if not self.calm and self.chance(0.03):
            lines.append(self.one("nothing = 1;", "exclude = 5;", "imports = [ ];", "startAt = null;"))
        return self.wrapped("{ " + " ".join(lines) + " }", "{ }") if self.chance(0.2) else "{ " + " ".join(lines) + " }"

    # -- statements of a module

    def holder(self, where: str, role: str) -> str:
        """A member or a tag of a role: `{ settings = …; }` or nothing; settings may be defined once only."""
        if self.chance(0.3) or (where in self.once and (self.calm or self.chance(0.8))):
            return "{ }"
        self.once.add(where)
        return f"{{ settings = {self.settings(role)}; }}"

    def role(self, instance: str) -> list[str]:
        role = self.one("client", "server")
        path = f"inventory.instances.{instance}.roles.{role}"
        kind = self.random.randrange(7)
        if kind == 0:
            return [f"{path}.machines.{name} = {self.holder(f'{path}.{name}', role)};" for name in self.some(MACHINES, 2)]
        if kind == 1:
            members = " ".join(f"{name} = {self.holder(f'{path}.{name}', role)};" for name in self.some(MACHINES))
            return [f"{path}.machines = {self.wrapped('{ ' + members + ' }', '{ d = { }; }')};"]
        if kind == 2:
            tags = self.strings(*TAGS)
            other = self.one('[ "t1" ]', "{ t2 = { }; }")
            return [f"{path}.tags = {self.wrapped(tags, other)};"]
        if kind in (3, 4):
            tags = " ".join(f"{tag} = {self.holder(f'{path}.tags.{tag}', role)};" for tag in self.some(TAGS))
            other = '[ "t2" ]'
            return [f"{path}.tags = {self.wrapped('{ ' + tags + ' }', other)};"]
        if kind == 5:
            where = f"{path}.settings"
            if where in self.once and (self.calm or self.chance(0.8)):
                return []
            self.once.add(where)
            return [f"{where} = {self.settings(role)};"]
        return [f"{path}.extraModules = {self.extra_modules()};"]

    def extra_modules(self) -> str:
        def module() -> str:
            name = self.one("e1", "e2", "e3")
            body = f'{{ systemd.tmpfiles.rules = [ "{name}" ]; }}'
            text = self.one(
                body,
                f"({{ lib, ... }}: {body})",
                f'{{ clan.core.state.{name}.folders = [ "/{name}" ]; }}',
                "./extra.nix",
            )
            return f"(lib.mkIf {self.one('true', 'false')} {text})" if self.chance(0.15) else text

        def listed() -> str:
            return "[ " + " ".join(module() for _ in range(self.random.randint(0, 2))) + " ]"

        return self.wrapped(listed(), listed(), is_list=True)

    def machine(self) -> list[str]:
        name = self.one(*MACHINES)
        path = f"inventory.machines.{name}"
        kind = self.random.randrange(4)
        if kind == 0:
            return [f"{path}.tags = {self.list_of('t1', 't2', 'x-y', 't1')};"]
        if kind == 1:
            return [f"{path}.machineClass = {self.text('nixos', 'nixos', 'darwin')};"]
        if kind == 2:
            host = self.one('"root@h"', '"root@h"', "null")
            return [f"{path}.deploy.targetHost = {self.wrapped(host)};"]
        body = f"{name} = {{ tags = {self.list_of('t1', 't2')}; }};"
        return [f"inventory.machines = {self.wrapped('{ ' + body + ' }', '{ d = { }; }')};"]

    def tags(self) -> list[str]:
        kind = self.random.randrange(4)
        if kind < 2:
            tag = self.one("t1", "t2", "computed", "all" if self.chance(0.2) else "t2")
            return [f"inventory.tags.{tag} = {self.list_of(*MACHINES)};"]
        if kind == 2:
            made = self.one(
                'builtins.filter (name: name != "a") config.all',
                "builtins.attrNames machines",
                'lib.attrNames (lib.filterAttrs (_: m: m.machineClass == "darwin") machines)',
                "config.nixos",
            )
            return [f"inventory.tags = {{ config, machines, lib, ... }}: {{ computed = {made}; }};"]
        fixed = "{ t1 = " + self.list_of(*MACHINES) + "; }"
        other = '{ t2 = [ "d" ]; }'
        return [f"inventory.tags = {self.wrapped(fixed, other)};"]

    def instance(self) -> list[str]:
        name = self.one(*INSTANCES)
        path = f"inventory.instances.{name}"
        if name == "own":
            source = self.one("null", "null", '"clan-core"')
            return [f"{path}.module.name = {self.text('borgbackup')};", f"{path}.module.input = {source};"]
        if name == "off-site":
            given = '{ name = "borgbackup"; }'
            return [f"{path}.module = {self.wrapped(given, '{ input = null; }')};"]
        return self.role(name)

    def own_module(self) -> list[str]:
        """What a machine's own module says."""
        name = self.one(*MACHINES)
        state = self.one("s1", "s2", "s3")
        whole = self.wrapped("{ " + state + '.folders = [ "/w" ]; }', '{ s1.folders = [ "/v" ]; }')
        says = self.one(
            f"clan.core.state.{state}.folders = {self.list_of('/x', '/y', '/z')};",
            f"clan.core.state = {whole};",
            f'clan.core.state.{state} = {{ folders = [ "/x" ]; preBackupScript = {self.text("stop")}; }};',
            f"systemd.tmpfiles.rules = {self.list_of('r1', 'r2', 'r3')};",
            'imports = [ ./extra.nix { clan.core.state.s1.folders = [ "/i" ]; } ];',
        )
        text = f"{{ {says} }}"
        form = self.random.randrange(4)
        if form == 1:
            text = f"{{ lib, ... }}: {text}"
        elif form == 2 and "imports" not in says:
            text = f"{{ config = {{ {says} }}; }}"
        elif form == 3:
            text = self.wrapped(text, "{ }")
        return [f"machines.{name} = {text};"]

    def module(self) -> str:
        ways = (self.role_of_any, self.role_of_any, self.role_of_any, self.machine, self.tags, self.instance, self.own_module)
        statements: list[str] = []
        names: set[str] = set()
        for _ in range(self.random.randint(1, 7)):
            for line in self.random.choice(ways)():
                # What one set defines it defines once; a prefix of it is not a literal set here.
                name = line.partition(" = ")[0]
                if any(name == known or name.startswith(known + ".") or known.startswith(name + ".") for known in names):
                    continue
                names.add(name)
                statements.append(f"    {line}")
        return "{\n" + "\n".join(statements) + "\n  }"

    def role_of_any(self) -> list[str]:
        return self.role(self.one(*INSTANCES))

    def _make(self) -> None:
        self.files["extra.nix"] = '{ ... }: { systemd.tmpfiles.rules = [ "from-file" ]; clan.core.state.f.folders = [ "/f" ]; }\n'
        imports: list[str] = []
        for number in range(self.random.randint(0, 3)):
            body = self.module()
            form = self.random.randrange(4)
            if form == 0:
                self.files[f"m{number}.nix"] = f"{{ lib, ... }}: {body}\n"
                imports.append(f"./m{number}.nix")
            elif form == 1:
                imports.append(f"({{ lib, config, ... }}: {body})")
            elif form == 2:
                inner = body[:-1] + f"  imports = [ {imports.pop() if imports else ''} ];\n  }}"
                imports.append(inner)
            else:
                imports.append(body)
        body = self.module()
        name = "" if not self.calm and self.chance(0.02) else 'meta.name = "test"; '
        listed = " ".join(MACHINES if self.chance(0.6) else self.some(MACHINES, 4))
        tags = self.strings("t1", "t2", "x-y", most=3)
        each = f"(_: {{ tags = {tags}; }})"
        declared = f'inventory.machines = lib.genAttrs (lib.splitString " " "{listed}") {each}; ' if listed else ""
        services = ""
        for instance in ("off-site", "own"):
            services += f'inventory.instances.{instance}.module.name = lib.mkDefault "borgbackup"; '
        base = f"{{ {name}{declared}{services}}}"
        self.files["clan.nix"] = f"{{ lib, ... }}: {{\n  imports = [ {base} {' '.join(imports)} {body} ];\n}}\n"
        if self.chance(0.15):
            tags = ", ".join(f'"{tag}"' for tag in self.some(("t1", "t2"), 2))
            self.files["inventory.json"] = f'{{ "machines": {{ "{self.one(*MACHINES)}": {{ "tags": [{tags}] }} }} }}\n'
        if self.chance(0.15):
            where = self.one(*MACHINES)
            self.files[f"machines/{where}/configuration.nix"] = (
                '{ clan.core.state.conf.folders = [ "/conf" ]; systemd.tmpfiles.rules = [ "conf" ]; }\n'
            )
        for machine in MACHINES:
            self.files[f"vars/per-machine/{machine}/borgbackup/borgbackup.ssh.pub/value"] = f"ssh-ed25519 FAKE {machine}\n"


def clan(seed: int) -> dict[str, str]:
    """The files of the clan of a seed."""
    return Maker(seed).files
