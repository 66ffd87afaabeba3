"""A machine that clanback did not render: clan-core's three commands alone, written anew after its contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.e2e.loopback import Machine

CREATE = """
for job in {jobs}; do
  . {folder}/job-$job
  (sleep {delay}; borg create --compression none "::{name}-$job-$(date +%Y-%m-%dT%H:%M:%S)" {paths} || true) >/dev/null 2>&1 &
done
"""

LIST = """
for job in {jobs}; do
  . {folder}/job-$job
  borg list --json | jq --arg prefix "$job::$BORG_REPO::" '[.archives[] | {{name: ($prefix + .name)}}]'
done | jq -s 'add // []'
"""

RESTORE = """
job=${{NAME%%::*}}
. {folder}/job-$job
cd /
IFS=: read -ra folders <<<"$FOLDERS"
echo "$FOLDERS" >> {folder}/asked
borg extract "$BORG_REPO::${{NAME##*::}}" "${{folders[@]#/}}"
"""


def follow_contract(
    machine: Machine, jobs: dict[str, str], paths: list[str], rsh: str, *, passphrase: str = "secret", delay: float = 0
) -> None:
    """Give a machine the three commands; `jobs` are its repositories by name."""
    for job, repository in jobs.items():
        (machine.folder / f"job-{job}").write_text(
            f"export BORG_REPO='{repository}' BORG_RSH='{rsh}'\nexport BORG_PASSPHRASE={passphrase}\n"
            f"export BORG_BASE_DIR={machine.folder}/borg\n"
            "export BORG_RELOCATED_REPO_ACCESS_IS_OK=yes BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes\n"
        )
    known = {
        "jobs": " ".join(jobs),
        "folder": machine.folder,
        "name": machine.name,
        "paths": " ".join(f"'{path}'" for path in paths),
        "delay": delay,
    }
    for name, text in (("create", CREATE), ("list", LIST), ("restore", RESTORE)):
        machine.command(f"borgbackup-{name}", text.format(**known))
