"""Scripts of states: programs that are not there, services that nobody starts again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.checks.findings import Findings, listed
from clanback.diagnostics import Severity, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clanback.checks.places import Places
    from clanback.checks.shell_scripts import Call
    from clanback.diagnostics import Diagnostic
    from clanback.inventory.model import Inventory, StateEntry, UnknownText
    from clanback.plan.model import MachinePlan, Plan

_UNITS_PATH = frozenset(
    """
    arch b2sum base32 base64 basename basenc bash cat chcon chgrp chmod chown chroot cksum comm cp csplit cut date dd df
    dir dircolors dirname du echo egrep env expand expr factor false fgrep find fmt fold grep groups head hostid id
    install join kill link ln locate logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste
    pathchk pinky pr printenv printf ptx pwd readlink realpath rm rmdir runcon sed seq sh sha1sum sha224sum sha256sum
    sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tee test timeout touch tr true
    truncate tsort tty uname unexpand uniq unlink uptime users vdir wc who whoami xargs yes busctl hostnamectl
    journalctl localectl loginctl machinectl networkctl resolvectl systemctl timedatectl udevadm borg ssh ssh-keygen scp
    sftp
    """.split()  # noqa: SIM905
)
"""What a unit of NixOS finds: coreutils, findutils, grep, sed and systemd, and what a job adds."""

_SYSTEM_PATH = frozenset(
    """
    awk bunzip2 bzcat bzip2 chpasswd cmp cpio curl diff dmesg fallocate findmnt flock fuser gawk getconf getent getfacl
    getfattr gunzip gzip hexdump hostname ionice ip killall less logger losetup lsblk mkfs more mount mountpoint nano nc
    ncat nologin patch perl pgrep pidof pkill ping ps rename renice rev rsync runuser script setfacl setfattr setpriv
    setsid strace su sudo swapoff swapon sysctl tar top umount unshare unxz useradd usermod wall watch whereis which xz
    xzcat zcat zgrep zstd zstdcat nix nix-store nix-env nix-shell nixos-rebuild nixos-version nixos-enter modprobe lsmod
    shutdown reboot poweroff
    """.split()  # noqa: SIM905
)
"""What every NixOS has in its system's path besides; the hooks of our modules find it."""

_PAIRS = (("preBackupScript", "postBackupScript"), ("preRestoreScript", "postRestoreScript"))
_STARTING = frozenset({"start", "restart", "try-restart", "reload-or-restart", "isolate", "enable"})
_INTERPOLATED = "/nix/store/…"


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """All findings of this family."""
    found = Findings()
    read: dict[object, Sequence[Call] | None] = {}
    for machine in plan.machines.values() if any(each.state for each in plan.machines.values()) else ():
        for entry in machine.state.values():
            if machine.jobs and entry.hooks:
                scripts = {hook: _calls(script, read) for hook, script in entry.hooks.items()}
                _programs(machine, entry, scripts, plan.compat is not None, places, found)
                _stopped(machine, entry, scripts, places, found)
    yield from found
    if plan.compat is not None:
        yield from _run_for_nothing(plan, places)


def _calls(script: str | UnknownText, read: dict[object, Sequence[Call] | None]) -> Sequence[Call] | None:
    from clanback.checks import shell_scripts  # late: most states have no hooks

    key = script if isinstance(script, str) else script.text
    if key not in read:
        text = script if isinstance(script, str) else script_of(script.text)
        read[key] = None if text is None else shell_scripts.calls(text)
    return read[key]


def script_of(expression: str) -> str | None:
    """The script that a Nix string makes, a path in place of each interpolation; None for any other expression."""
    from clanback.nix import NixSyntaxError, ast, parse

    try:
        tree = parse(f"with {{ }};\n{expression}").expr  # whatever it names is defined somewhere
    except NixSyntaxError:
        return None
    tree = tree.body if isinstance(tree, ast.With) else tree
    if not isinstance(tree, ast.String):
        return None
    return "".join(part if isinstance(part, str) else _INTERPOLATED for part in tree.parts)


def _programs(
    machine: MachinePlan,
    entry: StateEntry,
    scripts: dict[str, Sequence[Call] | None],
    compat: bool,
    places: Places,
    found: Findings,
) -> None:
    from clanback.checks import shell_scripts

    there = shell_scripts.BUILTINS | _UNITS_PATH if compat else shell_scripts.BUILTINS | _UNITS_PATH | _SYSTEM_PATH
    for hook, calls in scripts.items():
        names = [call.words[0] for call in calls or ()]
        missing = [n for n in names if n and "/" not in n and n not in there and not n.startswith(("systemd-", "mkfs."))]
        if not missing:
            continue
        where = (
            "the job's PATH has only coreutils, find, grep, sed and systemd"
            if compat
            else "only where it is in the system's path"
        )
        found.add(
            "CB438",
            Severity.WARNING if compat else Severity.INFO,
            places.of_hook(machine.name, entry.name, hook),
            machine.name,
            (f"{hook} of state {entry.name} of ", f" calls {listed(missing)} without a path: {where}"),
            help=f'write `${{pkgs.…}}/bin/{missing[0]}`, or `${{lib.getExe\' pkgs.… "{missing[0]}"}}`',
        )


def _stopped(
    machine: MachinePlan, entry: StateEntry, scripts: dict[str, Sequence[Call] | None], places: Places, found: Findings
) -> None:
    """Units that the first script of a pair stops, and that neither it nor the second starts again."""
    for before, after in _PAIRS:
        first, second = scripts.get(before), scripts.get(after, ())
        if not first or second is None:
            continue
        stopped: dict[str, None] = {}
        for verb, units in _systemctl([*first, *second]):
            if verb == "stop":
                stopped.update(dict.fromkeys(units))
            elif verb in _STARTING:
                for unit in units if units else list(stopped):
                    stopped.pop(unit, None)
        if not stopped:
            continue
        found.add(
            "CB439",
            Severity.WARNING,
            places.of_hook(machine.name, entry.name, before),
            machine.name,
            (f"{before} of state {entry.name} of ", f" stops {listed(stopped)}, and nothing starts it again"),
            help=f"start it in `{after}`: it runs also when the backup failed",
        )


def _systemctl(calls: Sequence[Call]) -> Iterator[tuple[str, list[str]]]:
    """The verbs of systemctl with their units; a verb with something that only the shell knows is given without units."""
    for call in calls:
        name = (call.words[0] or "").rpartition("/")[2]
        if name != "systemctl":
            continue
        words = [word for word in call.words[1:] if word is None or not word.startswith("-")]
        if not words or words[0] is None:
            yield "start", []
            continue
        known = [word.removesuffix(".service") for word in words[1:] if word is not None and _INTERPOLATED not in word]
        if len(known) == len(words) - 1:
            yield words[0], known
        elif words[0] in _STARTING:
            yield words[0], []


def _run_for_nothing(plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """clan-core's hooks after a job run whatever ran before it; ours run for the states whose hook before was begun."""
    for machine in plan.machines.values():
        later = [name for name in machine.pre_backup[1:] if name in machine.post_backup]
        if machine.jobs and later:
            first = machine.pre_backup[0]
            yield warning(
                "CB451",
                f"if preBackupScript of state {first} of {machine.name} fails, "
                f"postBackupScript of {listed(later)} runs all the same",
                places.of_hook(machine.name, first, "preBackupScript"),
                help="without `--compat clan-core` it runs only for states whose preBackupScript was begun",
            )
