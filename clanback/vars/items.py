"""What has to exist for a clan: each generator once for every machine that uses it, or once for all where it is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from clanback.diagnostics import DiagnosticError, did_you_mean, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clanback.diagnostics import Diagnostic
    from clanback.plan.model import Generator, GeneratorFile, Plan

SHARED = "shared"


@attrs.frozen
class Item:
    """A generator of the clan: of one machine, or shared by several. `machines` are all that use it, sorted."""

    generator: Generator
    machines: tuple[str, ...]
    dependencies: tuple[str, ...] = ()
    """Keys of the items that must exist before."""

    @property
    def name(self) -> str:
        """The generator's name."""
        return self.generator.name

    @property
    def placement(self) -> str:
        """The folder below `vars/` that it lies in: `shared` or `per-machine/<machine>`."""
        return SHARED if self.generator.share else f"per-machine/{self.machines[0]}"

    @property
    def key(self) -> str:
        """What names it in the clan: `shared/openssh-ca`, `per-machine/a/borgbackup`."""
        return f"{self.placement}/{self.name}"

    @property
    def files(self) -> tuple[GeneratorFile, ...]:
        """The files it consists of, by name."""
        return self.generator.files

    @property
    def owner(self) -> str:
        """What people call whom it belongs to: the machine, or that it is shared."""
        return SHARED if self.generator.share else self.machines[0]

    def file(self, name: str) -> GeneratorFile | None:
        """The file of that name."""
        return next((file for file in self.files if file.name == name), None)


def items_of(plan: Plan) -> dict[str, Item]:
    """Every item of the clan by key, each after those it depends on. Raises DiagnosticError CB540 for names that are no names."""
    users: dict[str, list[str]] = {}
    generators: dict[str, Generator] = {}
    for machine in sorted(plan.machines):
        for generator in plan.machines[machine].generators.values():
            key = _key(machine, generator)
            users.setdefault(key, []).append(machine)
            generators[key] = generator if key not in generators else _joined(generators[key], generator)
            _require_names(machine, generator)
    made = {
        key: Item(
            generators[key],
            tuple(machines),
            tuple(_key(machines[0], plan.machines[machines[0]].generators[name]) for name in generators[key].dependencies),
        )
        for key, machines in users.items()
    }
    return _ordered(made)


def _key(machine: str, generator: Generator) -> str:
    return f"{SHARED}/{generator.name}" if generator.share else f"per-machine/{machine}/{generator.name}"


def _joined(first: Generator, other: Generator) -> Generator:
    """A shared generator as two machines declare it: somebody is asked if one of them says so."""
    files = {file.name: file for file in (*other.files, *first.files)}
    return attrs.evolve(
        first,
        files=tuple(files[name] for name in sorted(files)),
        prompts=tuple(dict.fromkeys((*first.prompts, *other.prompts))),
    )


def _ordered(items: Mapping[str, Item]) -> dict[str, Item]:
    """Shared ones first, then by machine and name, but always after what they depend on."""
    placed: dict[str, Item] = {}

    def place(key: str) -> None:
        if key not in placed and key in items:
            for needed in items[key].dependencies:
                place(needed)
            placed[key] = items[key]

    for key in sorted(items, key=lambda key: (not key.startswith(f"{SHARED}/"), key)):
        place(key)
    return placed


def _require_names(machine: str, generator: Generator) -> None:
    for name in (machine, generator.name, *(file.name for file in generator.files)):
        if name in ("", ".", "..") or name.startswith(".") or any(c in "/\0\n\\" for c in name):
            raise DiagnosticError(
                error(
                    "CB540",
                    f"`{name}` (generator {generator.name} of {machine}) cannot name a folder",
                    help="use a name of letters, digits, `-`, `_` and `.` that does not begin with a dot",
                )
            )


def used_by(items: Mapping[str, Item], machines: Iterable[str]) -> list[Item]:
    """The items that some of the machines use, in the order of `items`."""
    wanted = frozenset(machines)
    return [item for item in items.values() if wanted.intersection(item.machines)]


def find(items: Mapping[str, Item], plan: Plan, machine: str, generator: str) -> Item:
    """The item of a machine by the generator's name. Raises DiagnosticError CB521 where there is none."""
    require_machine(plan, machine)
    for item in used_by(items, [machine]):
        if item.name == generator:
            return item
    known = [item.name for item in used_by(items, [machine])]
    raise DiagnosticError(_unknown(f"machine {machine} has no generator `{generator}`", generator, known))


def find_file(items: Mapping[str, Item], plan: Plan, machine: str, name: str) -> tuple[Item, GeneratorFile]:
    """The file that `GENERATOR/FILE` names on a machine. Raises DiagnosticError CB521 where there is none."""
    generator, slash, file_name = name.partition("/")
    if not slash:
        require_machine(plan, machine)
        known = [f"{item.name}/{file.name}" for item in used_by(items, [machine]) for file in item.files]
        raise DiagnosticError(_unknown(f"`{name}` is not the name of a file", name, known))
    item = find(items, plan, machine, generator)
    file = item.file(file_name)
    if file is None:
        known = [one.name for one in item.files]
        raise DiagnosticError(_unknown(f"generator {generator} makes no file `{file_name}`", file_name, known))
    return item, file


def require_machine(plan: Plan, machine: str) -> None:
    """Raises DiagnosticError CB521 where the clan has no such machine."""
    if machine not in plan.machines:
        raise DiagnosticError(_unknown(f"there is no machine `{machine}` in this clan", machine, plan.machines))


def _unknown(message: str, name: str, known: Iterable[str]) -> Diagnostic:
    names = sorted(known)
    near = did_you_mean(name, names)
    there_are = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return error(
        "CB521",
        message,
        notes=(f"there are: {there_are}",) if names else (),
        help=f"did you mean `{near}`?" if near else "`clanback vars list` shows what there is",
    )
