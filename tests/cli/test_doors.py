"""A repository cannot make clanback read, run or fetch anything outside itself: every door there is, tried one by one.

Each runs the real command in a process that writes down what it opens (`confined`). Outside lies a secret; wherever a door leads
there, a diagnostic must come, nothing outside may be opened, and the secret is nowhere in what is said or rendered.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
from typing import TYPE_CHECKING

import pytest

from clanback.nix.reads import digest
from tests.cli.confined import Outcome, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "correct-horse-battery-staple"

EXPRESSIONS: dict[str, tuple[str, str]] = {
    # name: (what stands where the clan's name must be, the code of the diagnostic)
    "absolute path": ("builtins.readFile @/secret", "CB131"),
    "absolute path in a string": ('builtins.readFile "@/secret"', "CB131"),
    "../": ("builtins.readFile ../secret", "CB131"),
    "../ made of pieces": ('builtins.readFile (./. + "/../secret")', "CB131"),
    "../ through a folder": ("builtins.readFile ./sub/../../secret", "CB131"),
    "../ interpolated": ('builtins.readFile ./${".."}/secret', "CB131"),
    "home": ("builtins.readFile ~/secret", "CB132"),
    "link to a file": ("builtins.readFile ./link", "CB131"),
    "link to a link": ("builtins.readFile ./link-to-link", "CB131"),
    "link to a folder": ("builtins.readFile ./dirlink/secret", "CB131"),
    "absolute link": ("builtins.readFile ./absolute-link", "CB131"),
    "link to itself": ("builtins.readFile ./loop", "CB130"),
    "readDir": ("builtins.head (builtins.attrNames (builtins.readDir ../.))", "CB131"),
    "readDir of a link": ("builtins.head (builtins.attrNames (builtins.readDir ./dirlink))", "CB131"),
    "readDir of the root": ("builtins.head (builtins.attrNames (builtins.readDir /.))", "CB131"),
    "readFileType": ("builtins.readFileType ../secret", "CB131"),
    "readFileType by a link": ("builtins.readFileType ./dirlink/secret", "CB131"),
    "pathExists": ("if builtins.pathExists ../secret then \"yes\" else \"no\"", "CB206"),
    "import": ("import ../value.nix", "CB131"),
    "import of a folder": ("import ../folder", "CB131"),
    "import of a link": ("import ./nix-link.nix", "CB131"),
    "import of a folder whose default.nix is a link": ("import ./sub", "CB131"),
    "scopedImport": ("scopedImport { } ../value.nix", "CB131"),
    "interpolated path": ('"${../secret}"', "CB131"),
    "toString and back": ("builtins.readFile (toString ../secret)", "CB131"),
    "toPath": ('builtins.readFile (builtins.toPath "@/secret")', "CB131"),
    "hashFile": ('builtins.hashFile "sha256" ../secret', "CB131"),
    "builtins.path": ('builtins.readFile (builtins.path { path = ../secret; name = "x"; })', "CB131"),
    "builtins.path of a link": ('builtins.readFile (builtins.path { path = ./link; name = "x"; })', "CB131"),
    "filterSource": ("builtins.readFile (builtins.filterSource (p: t: true) ../secret)", "CB131"),
    "cleanSource": ("builtins.readFile (lib.cleanSource ../secret)", "CB206"),
    "storePath": ('builtins.readFile (builtins.storePath "/nix/store/00000000000000000000000000000000-x")', "CB131"),
    "storePath outside": ('builtins.storePath "@/secret"', "CB132"),
    "toFile is in no store": ('builtins.readFile (builtins.toFile "x" "y")', "CB131"),
    "getEnv": ('builtins.getEnv "CLANBACK_TEST_SECRET" + "!"', "CB2"),
    "<nixpkgs>": ('builtins.readFile <nixpkgs/secret>', "CB206"),
    "<secret> with a search path of its own": (
        'let __nixPath = [ { prefix = "s"; path = "@"; } ]; in builtins.readFile <s/secret>', "CB131"),
    "findFile": ('builtins.readFile (builtins.findFile [ { prefix = ""; path = "@"; } ] "secret")', "CB131"),
    "nixPath": ("(builtins.head builtins.nixPath).path", "CB1"),
    "fetchurl": ('builtins.readFile (builtins.fetchurl "file://@/secret")', "CB206"),
    "fetchTarball": ('builtins.readFile (builtins.fetchTarball "file://@/secret")', "CB206"),
    "fetchGit": ('builtins.readFile "${builtins.fetchGit ../.}/secret"', "CB206"),
    "fetchMercurial": ('builtins.readFile "${builtins.fetchMercurial ../.}/secret"', "CB206"),
    "fetchTree": ('builtins.readFile "${builtins.fetchTree { type = "path"; path = "@"; }}/secret"', "CB206"),
    "fetchClosure": ("builtins.fetchClosure { fromStore = \"http://localhost\"; fromPath = /nix/store/x; }", "CB206"),
    "getFlake": ('(builtins.getFlake "path:@/folder").secret', "CB206"),
    "exec": ('builtins.exec [ "cat" "@/secret" ]', "CB206"),
    "importNative": ('builtins.importNative @/secret "x"', "CB206"),
    "derivation": ('builtins.readFile (derivation { name = "x"; system = "x"; builder = ../secret; })', "CB206"),
    "importJSON": ("(lib.importJSON ../secret.json).name", "CB131"),
    "importTOML": ("(lib.importTOML ../secret.toml).name", "CB131"),
    "listFilesRecursive": ("toString (lib.head (lib.filesystem.listFilesRecursive ../folder))", "CB131"),
    "listFilesRecursive by a link": ("toString (lib.filesystem.listFilesRecursive ./dirlink)", "CB131"),
    "locateDominatingFile": ('toString (lib.filesystem.locateDominatingFile "secret" ./sub).path', "CB131"),
    "haskellPathsInDir": ("toString (lib.attrNames (lib.filesystem.haskellPathsInDir ../.))", "CB131"),
    "fileset": ("toString (lib.fileset.toList ../folder)", "CB131"),
    "fileset by a link": ("toString (lib.fileset.toList ./dirlink)", "CB131"),
    "fileset of a union": ("toString (lib.fileset.toList (lib.fileset.union ./sub ../folder))", "CB131"),
    "fileFilter": ("toString (lib.fileset.toList (lib.fileset.fileFilter (f: true) ../folder))", "CB131"),
    "path.append": ('builtins.readFile (lib.path.append ./. "../secret")', "CB1"),
    "/proc/self/environ": ("builtins.readFile /proc/self/environ", "CB131"),
    "/proc/self/root": ("builtins.readFile /proc/self/root/etc/passwd", "CB131"),
    "/proc/self/cwd by a link": ("builtins.readFile ./proc/cwd/pyproject.toml", "CB131"),
    "/dev/stdin": ("builtins.readFile /dev/stdin", "CB131"),
    "/dev/zero": ("import /dev/zero", "CB131"),
    "/dev/zero by a link": ("builtins.readFile ./zero", "CB131"),
    "a device by a folder": ("toString (builtins.attrNames (builtins.readDir ./devices))", "CB131"),
    "pipe": ("builtins.readFile ./pipe", "CB130"),
    "import of a pipe": ("import ./pipe", "CB130"),
    "hashFile of a pipe": ('builtins.hashFile "md5" ./pipe', "CB130"),
    "socket": ("builtins.readFile ./socket", "CB130"),
    "a file of 10 GB": ("builtins.readFile ./large", "CB193"),
    "import of a file of 10 GB": ("import ./large", "CB193"),
    "hashFile of 10 GB": ('builtins.hashFile "sha256" ./large', "CB193"),
    "importJSON of 10 GB": ("(lib.importJSON ./large).x", "CB193"),
    "NUL in a path": ('builtins.readFile (./. + (builtins.fromJSON "\\"/a\\\\u0000b\\""))', "CB1"),
    "a path of 100,000 characters": ('builtins.readFile (./. + "/${lib.fixedWidthString 100000 "a" ""}")', "CB130"),
    "a path of 100,000 folders": ('builtins.readFile (./. + lib.concatStrings (lib.replicate 100000 "/a"))', "CB130"),
}  # fmt: skip


CLAN = """{
  meta.name = "x";
  inventory.machines.a = { };
  inventory.machines.b = { };
  inventory.instances.borgbackup = { roles.client.machines.a = { }; roles.server.machines.b = { }; };
  inventory.instances.users = {
    roles.default.machines.a.settings = { user = "root"; openssh.authorizedKeys.keyFiles = [ ./keys/k.pub ]; };
  };
  machines.a = { clan.core.state.s.folders = [ "/x" ]; imports = [ ./module.nix ]; };
}
"""

OUR_OWN = (
    "clan.nix", "flake.nix", "flake.lock", "inventory.json", "clanback.toml", "module.nix", "machines", "machines/a",
    "machines/a/configuration.nix", "vars", "vars/per-machine/a/borgbackup/borgbackup.ssh.pub/value", "keys/k.pub",
    "generated", "generated/MANIFEST.json", "generated/a", "generated/a/borgbackup.nix",
)  # fmt: skip
"""Files and folders that clanback looks at without being told to."""

STRANGE: dict[str, Callable[[Path], object]] = {
    "link to a file": lambda path: path.symlink_to(_outside(path) / "module.nix"),
    "link to a folder": lambda path: path.symlink_to(_outside(path) / "folder"),
    "link to /dev/zero": lambda path: path.symlink_to("/dev/zero"),
    "pipe": os.mkfifo,
    "10 GB": lambda path: os.truncate(_touched(path), 10_000_000_000),
}


def _outside(path: Path) -> Path:
    """The folder around the repository."""
    return next(above for above in path.parents if above.name == "repository").parent


def _touched(path: Path) -> Path:
    path.touch()
    return path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with links to what lies beside it."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "value.nix").write_text(f'"{SECRET}"')
    (tmp_path / "module.nix").write_text(f'{{ meta.name = "{SECRET}"; }}')
    (tmp_path / "secret.json").write_text(f'{{"name": "{SECRET}", "machines": {{"{SECRET}": {{}}}}}}')
    (tmp_path / "secret.toml").write_text(f'name = "{SECRET}"\nout = "{SECRET}"\n')
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/default.nix").write_text(f'"{SECRET}"')
    (tmp_path / "folder/flake.nix").write_text(f'{{ outputs = _: {{ secret = "{SECRET}"; }}; }}')
    (tmp_path / "folder" / SECRET).mkdir()
    (tmp_path / "folder" / SECRET / "value").write_text(SECRET)
    root = tmp_path / "repository"
    (root / "sub").mkdir(parents=True)
    for link, target in {
        "link": "../secret",
        "link-to-link": "link",
        "dirlink": "..",
        "absolute-link": str(tmp_path / "secret"),
        "nix-link.nix": "../value.nix",
        "sub/default.nix": "../../value.nix",
        "loop": "loop",
        "zero": "/dev/zero",
        "devices": "/dev",
        "proc": "/proc/self",
    }.items():
        (root / link).symlink_to(target)
    os.mkfifo(root / "pipe")
    with (root / "large").open("wb") as file:
        file.truncate(10_000_000_000)
    return root


def confined(root: Path, *arguments: str) -> Outcome:
    """Run a command on the repository; whatever happens, it read and did nothing outside."""
    found = run(root.parent / "report", "--clan", str(root), *arguments, CLANBACK_TEST_SECRET=SECRET)
    assert "Traceback" not in found.said, found.said
    assert "CB9" not in found.said, found.said
    assert found.outside(root) == []
    assert found.acted == []
    assert SECRET not in found.said, found.said
    generated = root / "generated"
    for file in [] if generated.is_symlink() else generated.glob("**/*"):
        if file.is_file() and not file.is_symlink() and file.stat().st_size < 1_000_000:
            assert SECRET not in file.read_text(), file
    return found


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expressions(name: str, repository: Path) -> None:
    expression, code = EXPRESSIONS[name]
    with socket.socket(socket.AF_UNIX) as server:
        if name == "socket":
            here = os.open(repository, os.O_RDONLY)
            server.bind(f"/proc/self/fd/{here}/socket")
            os.close(here)
        (repository / "clan.nix").write_text(
            f"{{ lib, ... }}: {{ meta.name = {expression.replace('@', str(repository.parent))}; }}"
        )
        found = confined(repository, "check")
    assert found.status in (1, 2), found.said
    assert f"error[{code}" in found.err + found.out, found.said
    assert f"--> {repository / 'clan.nix'}:1:" in found.said or "--> clan.nix:1:" in found.said, found.said
    assert found.seconds < 3, found.seconds
    assert found.megabytes < 150, found.megabytes


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that was rendered once."""
    root = tmp_path_factory.mktemp("doors") / "repository"
    (root / "keys").mkdir(parents=True)
    (root / "clan.nix").write_text(CLAN)
    (root / "module.nix").write_text("{ }")
    (root / "keys/k.pub").write_text("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHh5Yzy6f2gM8Yb8a6zYf0CqvYyZxqfJrCq0m3sE1n2r a@b")
    assert run(root.parent / "report", "--clan", str(root), "render").status == 0
    return root


@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("place", OUR_OWN)
def test_what_clanback_looks_at_by_itself(place: str, kind: str, repository: Path, rendered: Path) -> None:
    outside = {path for path in repository.parent.rglob("*") if not path.is_relative_to(repository)}
    shutil.rmtree(repository)
    shutil.copytree(rendered, repository)
    path = repository / place
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    STRANGE[kind](path)
    found = confined(repository, "render")
    assert found.status in (0, 1, 2)
    assert found.status == 0 or "error[CB" in found.err, found.said
    assert found.seconds < 3, found.seconds
    assert found.megabytes < 150, found.megabytes
    assert {path for path in repository.parent.rglob("*") if not path.is_relative_to(repository)} == outside


def test_a_manifest_cannot_name_what_lies_outside(rendered: Path, tmp_path: Path) -> None:
    """Whoever wrote `MANIFEST.json` could otherwise ask whether files elsewhere are what they guess."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    for lie in ({"root": "../.."}, {"inputs": {str(secret): digest(SECRET.encode())}}, {"inputs": {"../secret": "absent"}}):
        root = tmp_path / "repository"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(rendered, root)
        manifest = root / "generated/MANIFEST.json"
        facts = json.loads(manifest.read_text())
        facts["inputs"] |= lie.get("inputs", {})
        facts["root"] = lie.get("root", "..")
        manifest.write_text(json.dumps(facts))
        found = confined(root, "render")
        assert "is up to date" not in found.said


def test_settings_behind_a_link_count_only_where_others_may_be_read(rendered: Path, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    shutil.copytree(rendered, root)
    (tmp_path / "shared.toml").write_text('out = "elsewhere"\n')
    (root / "clanback.toml").symlink_to("../shared.toml")
    assert "error[CB131]" in confined(root, "render").err
    found = run(tmp_path / "report", "--clan", str(root), "--allow-outside", "render")
    assert found.status == 0, found.said
    assert (root / "elsewhere/MANIFEST.json").exists()
