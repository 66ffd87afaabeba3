"""CB6xx: writing modules."""

from __future__ import annotations

from clanback.checks.registry import Code

CODES = (
    Code(
        "CB600",
        "output folder cannot be used",
        "error",
        """
The output folder is a file, or lies where rendered files would be taken for something else, or a link of the repository leads
from it to somewhere else: a repository that was cloned must not choose what is written to outside of it. A folder outside that
`--out` names itself is used.""",
    ),
    Code(
        "CB601",
        "rendered file was edited by hand",
        "error",
        """
A file of the last rendering is no longer what was written. It is kept, and so are all others: put the change into
`clan.nix` or `machines/`, or give `--force` to overwrite it.""",
    ),
    Code(
        "CB602",
        "output cannot be written",
        "error",
        """
Writing failed: no permission, no space. What was rendered before is still there, whole.""",
    ),
    Code(
        "CB603",
        "another run is rendering into the same folder",
        "error",
        """
Two runs of `clanback render` at once would write over each other. Wait for the other to end.""",
    ),
    Code(
        "CB604",
        "value cannot be written as Nix",
        "error",
        """
A value has no literal form in Nix text.""",
    ),
    Code(
        "CB605",
        "output folder lies outside the repository",
        "warning",
        """
The modules refer to files of the repository by path. From outside, these paths are absolute, and pure evaluation
(flakes) refuses them.""",
    ),
    Code(
        "CB606",
        "file of another hand is in the way",
        "error",
        """
A file that clanback has not written stands where it would write one. Move it, or give `--force`.""",
    ),
    Code(
        "CB620",
        "variable cannot travel with a module",
        "warning",
        """
A machine's module uses a variable of the surrounding `clan.nix` that cannot be written out beside it. Define it
inside the module, or move the module to a file in `machines/<name>/`. The rest
can be shown and checked; `render` refuses, as it would lose the module.""",
        bad="""
machines = builtins.mapAttrs (name: port: { services.openssh.ports = [ (port 22) ]; }) { laptop = x: x; };""",
        good="""
machines = builtins.mapAttrs (name: port: { services.openssh.ports = [ port ]; }) { laptop = 22; };""",
    ),
    Code(
        "CB621",
        "path outside the repository in a module",
        "warning",
        """
A machine's module refers to a path outside the repository; the rendered file could not refer to it. The rest
can be shown and checked; `render` refuses, as it would lose the module.""",
        bad="""
machines.laptop.imports = [ ../common.nix ];""",
        good="""
machines.laptop.imports = [ ./common.nix ];
--- common.nix
{ services.openssh.enable = true; }""",
    ),
    Code(
        "CB622",
        "module has no text to render",
        "warning",
        """
A module was computed by functions, so that there is no text of it that could be written out. Write it down as a
module, or as a file in `machines/<name>/`.
The rest can be shown and checked; `render` refuses, as it would lose the module.""",
    ),
    Code(
        "CB623",
        "the clan's config used in a NixOS module",
        "warning",
        """
A machine's module uses `config` of the clan, not of the machine; plain NixOS knows nothing of it. The rest
can be shown and checked; `render` refuses, as it would lose the module.""",
        bad="""
{ config, ... }: {
  meta.name = "example";
  machines.laptop.networking.hostName = config.names.laptop;
}""",
        good="""
{
  meta.name = "example";
  machines.laptop = { config, ... }: { networking.domain = "${config.networking.hostName}.example"; };
}""",
    ),
)
