"""`explain MACHINE.OPTION`: the value, what made it, what it beat, the line it became."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from clanback.explaining import Context, Explanation, UnknownPathError, explain, subjects_of
from clanback.plan.model import Job
from clanback.stages import follow
from tests.cases.compare import run

if TYPE_CHECKING:
    from clanback.inventory.origins import Origin

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "examples/tutorial"

CLAN = """\
{ lib, ... }:
let often = "hourly"; in
{
  meta.name = "c";
  inventory.machines = {
    laptop = { tags = [ "office" "mobile" ]; deploy.targetHost = "root@192.0.2.1"; };
    desk.tags = [ "office" ];
    nas = { };
  };
  inventory.tags.big = [ "nas" ];
  inventory.instances.backup = {
    module.name = "borgbackup";
    roles.client.tags.office.settings = { exclude = [ "/o" ]; startAt = lib.mkDefault "daily"; };
    roles.client.tags.mobile.settings.exclude = [ "/m" ];
    roles.client.machines.laptop.settings = {
      exclude = lib.mkBefore [ "/l" ];
      startAt = lib.mkForce often;
      destinations."box.example" = { repo = lib.mkIf true "ssh://u@box.example/./r"; };
    };
    roles.client.settings = {
      exclude = [ "/r" ];
      startAt = lib.mkIf false "weekly";
    };
    roles.server.machines.nas = { settings.directory = "/srv"; };
  };
  machines.laptop = { config, lib, ... }: {
    clan.core.state.docs.folders = lib.mkMerge [ [ "/docs" ] (lib.mkDefault [ "/lost" ]) [ config.services.x.dataDir ] ];
    clan.core.state.docs.preBackupScript = "sync";
    systemd.tmpfiles.rules = [ "d /docs" ];
  };
  machines.desk.clan.core.state.home.folders = [ "/home" ];
}
"""
TOML = '[retention]\ndaily = 14\n\n[machines.laptop]\nretention.daily = 30\nrandom_delay = "5min"\n'


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    folder = tmp_path_factory.mktemp("clan")
    (folder / "clan.nix").write_text(CLAN)
    (folder / "clanback.toml").write_text(TOML)
    return explained(folder / "clan.nix")


def explained(path: Path) -> Context:
    outcome = follow(str(path), compat=None, recording=True)
    assert outcome.inventory is not None, [found.message for found in outcome.found]
    assert outcome.plan is not None, [found.message for found in outcome.found]
    return Context(outcome.inventory, outcome.plan)


def definitions(explanation: Explanation) -> list[Origin]:
    assert explanation.subject is not None
    return [origin for cause in explanation.subject.causes for origin in cause.definitions]


def told(explanation: Explanation) -> list[tuple[int, str, str, bool]]:
    """Line, level, value and whether it holds, of every definition."""
    return [(d.place.line if d.place else 0, d.level, d.text, d.holds) for d in definitions(explanation)]


def test_a_forced_value_beats_the_default_of_a_tag_and_a_false_condition(context: Context) -> None:
    made = explain(context, "laptop.backup.client.startAt")
    assert made.subject is not None
    assert made.subject.value == "hourly"
    assert told(made) == [
        (17, "machine laptop", '"hourly"', True),
        (13, "tag office", '"daily"', False),
        (22, "role", '"weekly"', False),
    ]
    assert [d.priority for d in definitions(made)] == [50, 1000, 100]
    assert [d.fate for d in definitions(made)] == ["holds", "overridden", "condition is false"]
    (cause,) = made.subject.causes
    assert "50 (mkForce)" in cause.why
    assert cause.default == '"*-*-* 01:00:00"'
    assert definitions(made)[0].line.strip() == "startAt = lib.mkForce often;"


def test_lists_stand_in_the_order_in_which_they_join(context: Context) -> None:
    made = explain(context, "laptop.backup.client.exclude")
    assert made.subject is not None
    assert made.subject.value == ["/l", "/o", "/m", "/r"]
    assert [(level, text) for _, level, text, _ in told(made)] == [
        ("machine laptop", '[ "/l" ]'),
        ("tag office", '[ "/o" ]'),
        ("tag mobile", '[ "/m" ]'),
        ("role", '[ "/r" ]'),
    ]
    assert [one for d in definitions(made) for one in d.value] == made.subject.value
    assert "last name first" in made.subject.causes[0].why


def test_nothing_set_is_the_default(context: Context) -> None:
    made = explain(context, "nas.backup.server.address")
    assert made.subject is not None
    assert (made.subject.text, made.subject.causes[0].default, definitions(made)) == ("null", "null", [])
    assert made.subject.causes[0].why == "nothing sets it: this is the default"


def test_the_repository_of_a_job_names_the_setting_of_another_machine(context: Context) -> None:
    made = explain(context, "desk.jobs.nas.repo")
    assert made.subject is not None
    assert made.subject.value == "borg@nas:."
    assert "of nas in role server" in made.subject.causes[0].title
    assert [(line.file, line.text) for line in made.rendered] == [("generated/desk/borgbackup.nix", 'repo = "borg@nas:.";')]


def test_names_with_dots_need_no_quotes(context: Context) -> None:
    plain = explain(context, "laptop.jobs.box.example.repo")
    assert plain.path == 'laptop.jobs."box.example".repo' == explain(context, 'laptop.jobs."box.example".repo').path
    assert plain == explain(context, 'laptop.services.borgbackup.jobs."box.example".repo')
    assert told(plain) == [(18, "machine laptop", '"ssh://u@box.example/./r"', True)]
    assert plain.rendered[0].text == 'repo = "ssh://u@box.example/./r";'


def test_state_that_only_nixos_knows_is_shown_as_text(context: Context) -> None:
    made = explain(context, "laptop.state.docs.folders")
    assert made.subject is not None
    assert made.subject.value == ["/docs"]
    assert made.subject.unknown == ("config.services.x.dataDir",)
    assert [(text, holds) for _, _, text, holds in told(made)] == [
        ('[ "/docs" ]', True),
        ("[ config.services.x.dataDir ]", True),
        ('[ "/lost" ]', False),
    ]
    assert explain(context, "laptop.clan.core.state.docs.folders") == made


def test_what_a_table_of_clanback_toml_says_beats_its_top(context: Context) -> None:
    made = explain(context, "laptop.jobs.nas.prune.daily")
    assert made.subject is not None
    assert made.subject.value == 30
    assert told(made) == [(5, "machines.laptop", "30", True), (2, "the top of the file", "14", False)]
    assert [line.text for line in made.rendered] == ["daily = 30;"]
    desk = explain(context, "desk.jobs.nas.prune.daily")
    assert told(desk) == [(2, "the top of the file", "14", True)]
    delay = explain(context, "laptop.systemd.timers.borgbackup-job-nas.timerConfig.RandomizedDelaySec")
    assert delay.subject is not None
    assert (delay.subject.value, delay.rendered[0].text) == (300, "startDelay = 300;")


def test_tags_say_where_each_comes_from(context: Context) -> None:
    made = explain(context, "nas.tags")
    assert made.subject is not None
    assert made.subject.value == ["all", "big", "nixos"]
    by_title = {cause.title: cause for cause in made.subject.causes}
    assert by_title["tag `all`"].why == "every machine has it"
    assert by_title["tag `big`, computed by `inventory.tags`"].definitions[0].place.line == 10  # type: ignore[union-attr]


def test_a_role_says_why_a_machine_has_it(context: Context) -> None:
    made = explain(context, "laptop.backup.client")
    assert made.subject is not None
    assert [cause.why for cause in made.subject.causes] == [
        "the role names the machine",
        "the machine has the tag `office`",
        "the machine has the tag `mobile`",
    ]
    assert 'laptop.backup.client.destinations."box.example".repo' in dict(made.below)


def test_a_setting_of_a_role_for_all_members(context: Context) -> None:
    made = explain(context, "backup.client.startAt")
    assert dict(made.members) == {"desk": '"daily"', "laptop": '"hourly"'}
    assert made.subject is not None
    assert made.subject.text == "differs between the members"
    assert len(made.rendered) == 3  # one job of desk, two of laptop


@pytest.mark.parametrize(
    ("path", "said", "meant"),
    [
        ("labtop.tags", "neither a machine nor an instance `labtop`", "laptop"),
        ("laptop.tag", "`laptop` has no `tag`", "laptop.tags"),
        ("laptop.jobs.nas.reop", "`laptop.jobs.nas` has no `reop`", "laptop.jobs.nas.repo"),
        ("laptop.startAt", "`laptop` has no `startAt`", "laptop.backup.client.startAt"),
        ("laptop.services.borgbackup.jobs.nas.pahts", "has no `pahts`", "laptop.services.borgbackup.jobs.nas.paths"),
        ("backup.client.startat", "`backup.client` has no `startat`", "backup.client.startAt"),
        ("backup.clent.startAt", "has no role `clent`", "client"),
    ],
)
def test_an_unknown_path_names_what_was_meant(context: Context, path: str, said: str, meant: str) -> None:
    with pytest.raises(UnknownPathError) as problem:
        explain(context, path)
    assert said in problem.value.message
    assert problem.value.meant == meant
    assert problem.value.known


def test_every_field_of_a_job_can_be_explained(context: Context) -> None:
    """A new field of the plan that people see asks for a line in `explaining/`, or for a place in this list."""
    of_no_interest = {
        *("name", "instance", "machine", "server", "unknown_paths", "key", "passphrase", "host_names", "host_key", "place"),
        *("rsh_is_default", "host_key_is_authority", "prune_prefix", "prune_here", "paths_complete", "destination"),
    }
    there = {
        subject.path[3] for subject in subjects_of(context, "laptop") if subject.path[1:3] == ("jobs", "nas") and subject.path[3:]
    }
    assert {field.name for field in attrs.fields(Job)} - of_no_interest <= there


CASES = sorted(path for path in (ROOT / "tests/cases").glob("*.nix") if path.with_suffix(".expected.json").exists())


@pytest.mark.parametrize("path", [*CASES, TUTORIAL / "clan.nix"], ids=lambda path: path.stem)
def test_everything_there_is_can_be_asked_for(path: Path) -> None:
    """Each path that is listed leads to itself, and what it became stands in the rendered text with its value."""
    context = explained(path)
    for machine in context.inventory.machines:
        subjects = subjects_of(context, machine)
        assert len({subject.path for subject in subjects}) == len(subjects)
        for subject in subjects if len(context.inventory.machines) < 6 else subjects[::7]:
            made = explain(context, ".".join(subject.path))
            assert made.subject == subject
            if subject.path[1] == "jobs" and made.rendered and not isinstance(subject.value, list):
                assert any(subject.text in line.text or subject.text == "job" for line in made.rendered), (
                    subject.path,
                    made.rendered,
                )


def test_recording_changes_nothing() -> None:
    for path in CASES:
        with_it, without = (follow(str(path), compat=None, recording=recording) for recording in (True, False))
        inventories = (outcome.inventory for outcome in (with_it, without) if outcome.inventory is not None)
        a, b = (attrs.evolve(inventory, diagnostics=()) for inventory in inventories)  # spans are equal in one text only
        assert a == b
        assert a.origins
        assert not b.origins
        assert with_it.plan is not None
        assert without.plan is not None
        assert with_it.plan.machines == without.plan.machines
        assert [d.message for d in with_it.diagnostics()] == [d.message for d in without.diagnostics()]


# -- on the command line -----------------------------------------------------------------------------------------------


def test_text_for_people() -> None:
    status, out, err = run("--clan", str(TUTORIAL), "explain", "alice-laptop.jobs.backup-server.repo")
    assert (status, err) == (0, "")
    assert (
        out
        == """\
alice-laptop.jobs.backup-server.repo = "borg@192.0.2.12:."
  the address at which backup-server is reached; the server shows its key one repository, .

setting address of backup-server in role server of instance borgbackup = "192.0.2.12"
  the only definition
  + clan.nix:24:28  settings of machine backup-server, holds
      settings.address = "192.0.2.12"; # where clients find the server
  instead of the default null

becomes
  generated/alice-laptop/borgbackup.nix:10  repo = "borg@192.0.2.12:.";
"""
    )


def test_the_line_it_becomes_is_the_line_that_render_writes(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text(CLAN)
    (tmp_path / "clanback.toml").write_text('out = "nix/backups"\n' + TOML)
    assert run("-q", "--clan", str(tmp_path), "render")[0] == 0
    for path in (
        "laptop.jobs.nas.exclude",
        "laptop.deploy.targetHost",
        "nas.repos.desk.path",
        "laptop.state.docs.preBackupScript",
    ):
        status, out, _ = run("--clan", str(tmp_path), "explain", "--json", path)
        assert status == 0
        (line,) = json.loads(out)["rendered"]
        assert line["file"].startswith("nix/backups/")
        assert (tmp_path / line["file"]).read_text().splitlines()[line["line"] - 1].strip() == line["text"]


def test_json() -> None:
    status, out, _ = run("--clan", str(TUTORIAL), "explain", "--json", "alice-laptop.borgbackup.client.startAt")
    made: dict[str, Any] = json.loads(out)
    assert status == 0
    assert (made["format_version"], made["value"]) == (1, "*-*-* 01:00:00")
    assert made["causes"][0]["default"] == '"*-*-* 01:00:00"'
    assert made["causes"][0]["definitions"] == []


def test_a_machine_alone_lists_what_can_be_explained() -> None:
    status, out, _ = run("--clan", str(TUTORIAL), "explain", "alice-laptop")
    assert status == 0
    assert re.search(r"alice-laptop\.state\.my-documents\.folders +\[ \"/home/alice/documents\"", out)


def test_an_unknown_path_is_wrong_usage() -> None:
    status, out, err = run("--clan", str(TUTORIAL), "explain", "alice-laptop.tag")
    assert (status, out) == (2, "")
    assert err.startswith("clanback explain: alice-laptop has no tag; did you mean alice-laptop.tags?\n")


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text("{")
    status, out, err = run("--clan", str(tmp_path), "explain", "a.tags")
    assert (status, out) == (1, "")
    assert "error[CB0" in err


def test_hostile_texts_do_not_reach_the_terminal(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\u202e"
    (tmp_path / "clan.nix").write_text(
        f'{{ meta.name = "c"; inventory.machines.a.description = "{evil}"; inventory.machines."b{evil}" = {{ }}; }}'
    )
    for path in ("a.description", "a", f"b{evil}.tags", f"x{evil}"):
        _, out, err = run("--clan", str(tmp_path), "explain", path)
        assert not set(evil) & set(out + err) - set("]0;owned")


def test_a_list_that_only_nix_knows_does_not_look_empty(tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_text(
        """{ meta.name = "c"; inventory.machines.db = { }; machines.db = { config, ... }: {
          clan.core.state.pg.folders = [ config.services.postgresql.dataDir ];
          clan.core.state.two.folders = [ "/two" config.two ];
          clan.core.state.none.folders = [ ];
        }; }"""
    )

    def said(path: str) -> str:
        status, out, _ = run("--clan", str(tmp_path), "explain", path)
        assert status == 0
        return out

    assert re.search(r"db\.state\.pg\.folders +known to Nix only\n", said("db.state.pg"))
    assert re.search(r"db\.state\.pg\.folders +known to Nix only\n", said("db"))
    assert re.search(r'db\.state\.two\.folders +\[ "/two" \] and more, known to Nix only\n', said("db.state.two"))
    assert re.search(r"db\.state\.none\.folders +\[ \]\n", said("db.state.none"))
    assert said("db.state.pg.folders").startswith("db.state.pg.folders = known to Nix only\n")
    assert "[ ]" not in said("db.state.pg.folders")
