"""CB0xx: the text is not Nix."""

from __future__ import annotations

from clanback.checks.registry import Code

CODES = (
    Code(
        "CB001",
        "syntax error",
        "error",
        """
Something stands where Nix does not allow it. The message names what was found and what could stand there; often the
mistake is just before the marked place: a `;` or a closing bracket is missing.""",
        bad='meta.domain = "home.lan"\nmeta.description = "ours";',
        good='meta.domain = "home.lan";\nmeta.description = "ours";',
    ),
    Code(
        "CB002",
        "string or comment is not closed",
        "error",
        """
The file ends inside a string (`"…"` or `''…''`) or a comment (`/* … */`). The marked place is where it begins.""",
        bad='meta.domain = "home.lan;',
        good='meta.domain = "home.lan";',
    ),
    Code(
        "CB003",
        "integer too large",
        "error",
        """
Integers of Nix have 64 bits: 9223372036854775807 is the largest.""",
        bad="meta.description = toString 9223372036854775808;",
        good="meta.description = toString 9223372036854775807;",
    ),
    Code(
        "CB004",
        "path ends with a slash",
        "error",
        """
`./folder/` is no path in Nix; `./folder` is.""",
        bad="directory = ./folder/;",
        good="directory = ./folder;",
    ),
    Code(
        "CB005",
        "pipe operators are not enabled",
        "error",
        """
`|>` and `<|` are experimental in Nix and have to be turned on there too. Write the call the usual way round. In a flake
this is a remark: the feature may be enabled in `nix.conf`.""",
        bad='meta.description = "a" |> toString;',
        good='meta.description = toString "a";',
    ),
    Code(
        "CB006",
        "bracket is not closed",
        "error",
        """
A `{`, `[` or `(` has no partner before something that cannot stand inside it. Both places are shown.""",
        bad='inventory.machines.nas = { tags = [ "home" ]; ];',
        good='inventory.machines.nas = { tags = [ "home" ]; };',
    ),
    Code(
        "CB010",
        "attribute defined twice",
        "error",
        """
One attribute set gives the same attribute two values. Only attribute sets that are written out are joined (`a.b = 1;
a.c = 2;`); everything else has to be said once.""",
        bad='meta.domain = "a.lan";\nmeta.domain = "b.lan";',
        good='meta.domain = "a.lan";',
    ),
    Code(
        "CB011",
        "argument named twice",
        "error",
        """
A function's pattern names one argument twice.""",
        bad="machines.laptop = { pkgs, pkgs, ... }: { };",
        good="machines.laptop = { pkgs, ... }: { };",
    ),
    Code(
        "CB012",
        "dynamic attribute where none may be",
        "error",
        """
`let` and `inherit` need names that are known before anything is evaluated: no `${…}` there.""",
        bad='meta.description = let ${toString 1} = "a"; in "b";',
        good='meta.description = let a = "a"; in a;',
    ),
    Code(
        "CB013",
        "undefined variable",
        "error",
        """
No `let`, function argument, `rec` set or `with` around this place defines the name. Nix, too, finds this before it
evaluates anything. Names of attributes in the same set are variables only in `rec { … }`.""",
        bad="meta.description = comment;",
        good='meta.description = let comment = "ours"; in comment;',
    ),
    Code(
        "CB020",
        "file cannot be read",
        "error",
        """
The file does not exist, is a folder or a device, or may not be read by you.""",
    ),
    Code(
        "CB021",
        "file is not UTF-8",
        "error",
        """
The file holds bytes that are no UTF-8 text. The first of them is marked; save the file as UTF-8.""",
    ),
    Code(
        "CB022",
        "NUL byte in the text",
        "error",
        """
Nix refuses files that contain the character NUL. It is most often a sign of a damaged file, or of UTF-16.""",
    ),
    Code(
        "CB023",
        "byte order mark",
        "error",
        """
The file begins with a byte order mark, which Nix does not take. Save it as UTF-8 without one.""",
    ),
    Code(
        "CB024",
        "file is too large",
        "error",
        """
The file is larger than any declaration can sensibly be, so it was not read.""",
    ),
)
