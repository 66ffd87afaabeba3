"""Where every error points: the text between « and » is what must be underlined, and nothing else may be reported.

Values for wrong types and values, names for unknown names, the name that needs it for a value that is missing.
"""

# ruff: noqa: E501 -- a clan a line
from __future__ import annotations

import pytest

from clanback.diagnostics import Severity
from tests.inventory.clans import MACHINES, resolved

CLIENT = "inventory.instances.borgbackup.roles.client"
META = 'meta.name = "x";'

MISTAKES = [
    # meta
    ("CB210", "«{» inventory.machines.a = { }; }"),
    ("CB210", "«{» lib, ... }: { inventory.machines.a = { }; }"),
    ("CB211", '{ meta.name = «"my clan"»; }'),
    ("CB211", '{ meta = { domain = "x"; name = «"ä"»; }; }'),
    ("CB202", "{ meta.name = «5»; }"),
    ("CB202", "{ meta = «[ ]»; }"),
    ("CB212", f'{{ {META} meta.domain = «"My.Clan"»; }}'),
    ("CB201", f'{{ {META} meta.«nam» = "y"; }}'),
    ("CB203", f'{{ {META} imports = [ {{ meta.name = «"y"»; }} ]; }}'),
    # the top level
    ("CB201", f"{{ {META} «inventroy».machines.a = {{ }}; }}"),
    ("CB201", f"{{ {META} «foo» = 1; }}"),
    ("CB207", f"{{ {META} inventory.«services».borgbackup.x = {{ }}; }}"),
    ("CB201", f"{{ {META} inventory.«instance».borgbackup = {{ }}; }}"),
    ("CB202", f"{{ {META} inventory = «[ ]»; }}"),
    ("CB202", f"{{ {META} imports = «{{ }}»; }}"),
    ("CB221", f"{{ {META} imports = [ «null» ]; }}"),
    ("CB130", f"{{ {META} imports = [ «./nope.nix» ]; }}"),
    ("CB131", f"{{ {META} imports = [ «/etc/passwd» ]; }}"),
    # machines
    ("CB213", f'{{ {META} inventory.machines.«"my host"» = {{ }}; }}'),
    ("CB202", f"{{ {META} inventory.machines = «[ ]»; }}"),
    ("CB202", f"{{ {META} inventory.machines.a = «5»; }}"),
    ("CB201", f"{{ {META} inventory.machines.a.«tag» = [ ]; }}"),
    ("CB202", f'{{ {META} inventory.machines.a.tags = «"t"»; }}'),
    ("CB202", f'{{ {META} inventory.machines.a.tags = [ "t" «5» ]; }}'),
    ("CB202", f'{{ {META} inventory.machines.a.machineClass = «"linux"»; }}'),
    ("CB202", f"{{ {META} inventory.machines.a.deploy.targetHost = «5»; }}"),
    ("CB201", f'{{ {META} inventory.machines.a.deploy.«host» = "h"; }}'),
    ("CB203", f'{{ {META} inventory.machines.a.name = "a"; imports = [ {{ inventory.machines.a.name = «"b"»; }} ]; }}'),
    # tags
    ("CB202", f"{{ {META} inventory.tags = «[ ]»; }}"),
    ("CB202", f'{{ {META} inventory.tags.x = «"a"»; }}'),
    # instances and roles
    ("CB202", f"{{ {META} inventory.instances = «[ ]»; }}"),
    ("CB202", f"{{ {META} inventory.instances.borgbackup = «true»; }}"),
    ("CB201", f"{{ {META} inventory.instances.borgbackup.«role».client = {{ }}; }}"),
    ("CB202", f"{{ {META} inventory.instances.borgbackup.roles = «[ ]»; }}"),
    ("CB202", f'{{ {META} inventory.instances.borgbackup.module = «"borgbackup"»; }}'),
    ("CB201", f'{{ {META} inventory.instances.borgbackup.module.«nme» = "borgbackup"; }}'),
    ("CB202", f"{{ {META} inventory.instances.borgbackup.module.name = «5»; }}"),
    ("CB216", f'{{ {META} inventory.instances.x.module.name = «"borgbackupp"»; }}'),
    ("CB216", f"{{ {META} inventory.instances.«borgbackupp» = {{ }}; }}"),
    ("CB218", f"{{ {META} inventory.instances.borgbackup.roles.«clients» = {{ }}; }}"),
    ("CB201", f"{{ {META} {MACHINES} {CLIENT}.«machine».a = {{ }}; }}"),
    ("CB202", f'{{ {META} {MACHINES} {CLIENT}.machines = «[ "a" ]»; }}'),
    ("CB202", f'{{ {META} {MACHINES} {CLIENT}.machines = «"a"»; }}'),
    ("CB202", f"{{ {META} {MACHINES} {CLIENT}.machines.a = «null»; }}"),
    ("CB201", f'{{ {META} {MACHINES} {CLIENT}.machines.a.«setting».startAt = "x"; }}'),
    ("CB201", f'{{ {META} {MACHINES} {CLIENT}.machines.a.«startAt» = "x"; }}'),
    ("CB214", f"{{ {META} {MACHINES} {CLIENT}.machines.«ghost» = {{ }}; }}"),
    ("CB202", f'{{ {META} {MACHINES} {CLIENT}.tags = «"t1"»; }}'),
    ("CB202", f"{{ {META} {MACHINES} {CLIENT}.tags = [ «t1» ]; }}".replace("«t1»", "«5»")),
    ("CB202", f"{{ {META} {MACHINES} {CLIENT}.tags.t1 = «true»; }}"),
    ("CB201", f'{{ {META} {MACHINES} {CLIENT}.tags.t1.«exclude» = [ "x" ]; }}'),
    # settings
    ("CB202", f"{{ {META} {MACHINES} {CLIENT}.machines.a.settings = «x: x»; }}"),
    ("CB202", f"{{ {META} {MACHINES} {CLIENT} = {{ machines.a = {{ }}; settings = «[ ]»; }}; }}"),
    ("CB201", f"{{ {META} {MACHINES} {CLIENT}.machines.a.settings.«excludes» = [ ]; }}"),
    ("CB201", f"{{ {META} {MACHINES} {CLIENT}.tags.t1.settings.«excludes» = [ ]; }}"),
    ("CB201", f"{{ {META} {MACHINES} {CLIENT} = {{ machines.a = {{ }}; settings.«excludes» = [ ]; }}; }}"),
    ("CB202", f"{{ {META} {MACHINES} {CLIENT}.machines.a.settings.startAt = «5»; }}"),
    ("CB202", f"{{ lib, ... }}: {{ {META} {MACHINES} {CLIENT}.machines.a.settings.startAt = «lib.mkForce 5»; }}"),
    ("CB202", f"{{ lib, ... }}: {{ {META} {MACHINES} {CLIENT}.machines.a.settings = lib.mkIf true {{ startAt = «5»; }}; }}"),
    ("CB202", f'{{ {META} {MACHINES} {CLIENT}.machines.a.settings.exclude = «"x"»; }}'),
    ("CB202", f'{{ {META} {MACHINES} {CLIENT}.machines.a.settings.exclude = [ "x" «true» ]; }}'),
    ("CB202", f"{{ {META} {MACHINES} {CLIENT}.machines.a.settings.destinations = «[ ]»; }}"),
    ("CB202", f'{{ {META} {MACHINES} {CLIENT}.machines.a.settings.destinations.box = «"repo"»; }}'),
    ("CB202", f"{{ {META} {MACHINES} {CLIENT}.machines.a.settings.destinations.box.repo = «null»; }}"),
    ("CB201", f'{{ {META} {MACHINES} {CLIENT}.machines.a.settings.destinations.box = {{ repo = "r"; «ssh» = "s"; }}; }}'),
    ("CB205", f'{{ {META} {MACHINES} {CLIENT}.machines.a.settings.destinations.«box».rsh = "s"; }}'),
    ("CB205", f"{{ {META} {MACHINES} {CLIENT}.machines.a.settings.destinations = {{ «box» = {{ }}; }}; }}"),
    ("CB205", f'{{ {META} {MACHINES} {CLIENT}.machines.a.settings.destinations.«"my box"» = {{ }}; }}'),
    ("CB203", f'{{ {META} {MACHINES} {CLIENT} = {{ settings.startAt = "1"; machines.a.settings.startAt = «"2"»; }}; }}'),
    ("CB203", f'{{ {META} {MACHINES} {CLIENT} = {{ machines.a.settings.startAt = «"2"»; settings.startAt = "1"; }}; }}'),
    (
        "CB203",
        f'{{ {META} {MACHINES} {CLIENT} = {{ settings.startAt = "1"; tags.t1.settings.startAt = «"2"»; machines.a = {{ }}; }}; }}',
    ),
    (
        "CB204",
        f'{{ {META} {MACHINES} {CLIENT} = {{ machines.a = {{ }}; settings.startAt = "1"; }};\n  imports = [ {{ {CLIENT}.settings = «{{ }}»; }} ]; }}',
    ),
    (
        "CB204",
        f'{{ {META} {MACHINES} {CLIENT}.machines.a.settings.startAt = "1";\n  imports = [ {{ {CLIENT}.machines.a.settings = «{{ exclude = [ ]; }}»; }} ]; }}',
    ),
    ("CB219", f"{{ {META} {MACHINES} {CLIENT}.machines.a.settings.«imports» = [ ]; }}"),
    ("CB206", f"{{ config, ... }}: {{ {META} {MACHINES} {CLIENT}.machines.a.settings.startAt = «config.services.x»; }}"),
    ("CB206", f"{{ inputs, ... }}: {{ {META} inventory.machines = «inputs.x.machines»; }}"),
    ("CB206", f"{{ inputs, ... }}: {{ {META} {MACHINES} {CLIENT}.tags = «inputs.x.tags»; }}"),
    ("CB101", f'{{ {META} {MACHINES} {CLIENT}.machines.a.settings.startAt = «throw "no"»; }}'),
]


@pytest.mark.parametrize(("code", "marked"), MISTAKES, ids=range(len(MISTAKES)))
def test_the_mistake_is_underlined(code: str, marked: str) -> None:
    start = marked.index("«")
    end = marked.index("»") - 1
    found = [d for d in resolved(marked.replace("«", "").replace("»", "")).found if d.severity is Severity.ERROR]
    assert [d.code for d in found] == [code], [d.message for d in found]
    span = found[0].span
    assert span is not None
    assert span.start == start
    if code != "CB210":
        assert span.end == end
