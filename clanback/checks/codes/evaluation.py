"""CB1xx: an expression has no value."""

from __future__ import annotations

from clanback.checks.registry import Code

CODES = (
    Code(
        "CB101",
        "a `throw` in the configuration",
        "error",
        """
The configuration itself says that something is wrong: `throw` was evaluated, with this message.""",
        bad='meta.domain = throw "not decided yet";',
        good='meta.domain = "ours";',
    ),
    Code(
        "CB102",
        "an assertion failed",
        "error",
        """
The condition of an `assert` is false.""",
        bad='meta.domain = assert 1 == 2; "ours";',
        good='meta.domain = assert 1 == 1; "ours";',
    ),
    Code(
        "CB103",
        "`abort` in the configuration",
        "error",
        """
`abort` was evaluated; unlike `throw`, `builtins.tryEval` does not catch it.""",
        bad='meta.domain = abort "stop";',
        good='meta.domain = "ours";',
    ),
    Code(
        "CB110",
        "value of the wrong type",
        "error",
        """
An operation got a value of a type it cannot work on; the message says which type was expected.""",
        bad='meta.domain = if 1 then "a" else "b";',
        good='meta.domain = if true then "a" else "b";',
    ),
    Code(
        "CB111",
        "string refers to a store path where it may not",
        "error",
        """
A string that depends on a store path (it has a context) was used as the name of an attribute or a file, where Nix
refuses it.""",
        bad='\ninventory.machines.${builtins.toFile "desk" ""} = { };',
        good="\ninventory.machines.desk = { };",
    ),
    Code(
        "CB112",
        "attribute is missing",
        "error",
        """
`set.name` was asked for, and the set has no such attribute. `set.name or default` gives a default.""",
        bad='meta.domain = { a = "x"; }.b;',
        good='meta.domain = { a = "x"; }.a;',
    ),
    Code(
        "CB113",
        "not a function",
        "error",
        """
Something that is no function was called. In lists, calls need parentheses: `[ (f x) ]`.""",
        bad='meta.domain = "a" "b";',
        good='meta.domain = toString "b";',
    ),
    Code(
        "CB114",
        "wrong arguments for a function",
        "error",
        """
A function with a pattern (`{ a, b }:`) was called without one of its arguments, or with one it does not know and no
`...`.""",
        bad="meta.domain = ({ a }: a) { };",
        good='meta.domain = ({ a }: a) { a = "x"; };',
    ),
    Code(
        "CB115",
        "value cannot be coerced",
        "error",
        """
`"${…}"`, `toString` and the like take strings, numbers, paths and a few more, but neither functions nor plain
attribute sets.""",
        bad='meta.domain = "${{ }}";',
        good='meta.domain = "${toString 1}";',
    ),
    Code(
        "CB116",
        "integer overflow or division by zero",
        "error",
        """
The result does not fit into 64 bits, or the divisor is zero.""",
        bad="meta.domain = toString (1 / 0);",
        good="meta.domain = toString (1 / 2);",
    ),
    Code(
        "CB117",
        "values cannot be compared or combined",
        "error",
        """
`<`, `+` and their kin work on two numbers, two strings, two paths or two lists of these, not on a mixture.""",
        bad='meta.domain = if 1 < "2" then "a" else "b";',
        good='meta.domain = if 1 < 2 then "a" else "b";',
    ),
    Code(
        "CB118",
        "attribute defined twice",
        "error",
        """
A name that is only known once it is computed (`${name} = …`) turned out to be one that the set has already.""",
        bad='meta.${"dom" + "ain"} = "a";\nmeta.domain = "b";',
        good='meta.${"dom" + "ain"} = "a";',
    ),
    Code(
        "CB119",
        "bad argument of a builtin function",
        "error",
        """
A function of `builtins` or `lib` got an argument of the right type that makes no sense to it: an index outside a
list, a negative length, a text that is not what it parses.""",
        bad='meta.domain = builtins.elemAt [ "a" ] 3;',
        good='meta.domain = builtins.elemAt [ "a" ] 0;',
    ),
    Code(
        "CB120",
        "undefined variable",
        "error",
        """
A name was looked up in the sets of the `with` expressions around it, and none has it.""",
        bad='meta.domain = with { a = "x"; }; b;',
        good='meta.domain = with { a = "x"; }; a;',
    ),
    Code(
        "CB130",
        "file cannot be read",
        "error",
        """
`import`, `readFile`, `readDir` or the like was given a path that does not exist or cannot be read.""",
        bad="meta.domain = builtins.readFile ./missing.txt;",
        good='meta.domain = if builtins.pathExists ./missing.txt then builtins.readFile ./missing.txt else "none";',
    ),
    Code(
        "CB131",
        "path lies outside the repository",
        "error",
        """
clanback reads nothing outside the folder that holds the clan, links followed: a declaration from somewhere else must
not be able to read your files into what is rendered. Copy what is needed into the repository.""",
        bad="meta.domain = builtins.readFile /etc/hostname;",
        good='meta.domain = "ours";',
    ),
    Code(
        "CB132",
        "path cannot be used here",
        "error",
        """
The path has a form that cannot be used: `<name>` that no search path defines, a link that leads in circles, a device,
`~` without a home.""",
        bad="\ninventory.machines.desk = import ~/desk.nix;",
        good="\ninventory.machines.desk = import ./desk.nix;\n--- desk.nix\n{ }",
    ),
    Code(
        "CB140",
        "value has no literal form",
        "error",
        """
A function, or a value that only Nix can know, was to be written out as Nix text, which is only possible for plain
values.""",
    ),
    Code(
        "CB150",
        "invalid regular expression",
        "error",
        """
`builtins.match` and `builtins.split` take POSIX extended regular expressions; this is none.""",
        bad='meta.domain = if builtins.match "(" "a" == null then "a" else "b";',
        good='meta.domain = if builtins.match "(.)" "a" == null then "a" else "b";',
    ),
    Code(
        "CB151",
        "text is not JSON",
        "error",
        """
`builtins.fromJSON` or `lib.importJSON` was given a text that is not JSON.""",
        bad='meta.domain = builtins.fromJSON "{";',
        good='meta.domain = builtins.fromJSON "\\"ours\\"";',
    ),
    Code(
        "CB152",
        "text is not TOML",
        "error",
        """
`builtins.fromTOML` or `lib.importTOML` was given a text that is not TOML.""",
        bad='meta.domain = (fromTOML "a = ").a;',
        good="meta.domain = (fromTOML \"a = 'x'\").a;",
    ),
    Code(
        "CB153",
        "value has no JSON or XML form",
        "error",
        """
Functions cannot be written as JSON.""",
        bad="meta.domain = builtins.toJSON (x: x);",
        good="meta.domain = builtins.toJSON 1;",
    ),
    Code(
        "CB154",
        "unknown hash algorithm or malformed hash",
        "error",
        """
`builtins.hashString` and its kin know md5, sha1, sha256 and sha512.""",
        bad='meta.domain = builtins.hashString "crc" "a";',
        good='meta.domain = builtins.hashString "sha256" "a";',
    ),
    Code(
        "CB155",
        "an unknown value is kept for Nix",
        "info",
        """
Only Nix can know this value: it comes from another flake, from NixOS or from packages. Nothing is decided by it here, so it is
kept as it is written, and rendered for Nix. In `clan.core.state` (a folder such as `config.services.postgresql.dataDir`, a
hook) a backup depends on it, which the message says: the job takes it from NixOS, when that evaluates the machine.
`check --strict` and `show -v` tell of such values, so that nobody has to guess what was left out; one that has to be known is
an error (CB180, CB206).""",
    ),
    Code(
        "CB180",
        "value can only be known by Nix",
        "error",
        """
The value depends on something that exists only when Nix evaluates the machine or its inputs: `config`, `pkgs`,
another flake. Where clanback has to know it (names of machines, members of roles, settings) it must be written so
that it can be read without them.""",
    ),
    Code(
        "CB190",
        "functions call each other too deeply",
        "error",
        """
A function calls itself without end, or more than 10,000 calls deep, where Nix gives up too.""",
        bad="meta.domain = let f = x: f (x + 1); in f 0;",
        good='meta.domain = let f = x: if x > 9 then "end" else f (x + 1); in f 0;',
    ),
    Code(
        "CB191",
        "infinite recursion",
        "error",
        """
The value of an expression needs that same value.""",
        bad="meta.domain = let a = b; b = a; in a;",
        good='meta.domain = let a = b; b = "x"; in a;',
    ),
    Code(
        "CB192",
        "evaluation takes too many steps",
        "error",
        """
The configuration computes far more than any clan needs. Look for a list or a recursion that grows without end.""",
        bad="\nimports = let module = number: { imports = [ (module (number + 1)) ]; }; in [ (module 1) ];",
        good='\nimports = let module = name: { inventory.machines.${name} = { }; }; in [ (module "desk") ];',
    ),
    Code(
        "CB193",
        "value is too large",
        "error",
        """
A string, list or range would need more memory than any clan does.""",
        bad='\ninventory.machines.desk.tags = builtins.genList (number: "home") 100000000;',
        good='\ninventory.machines.desk.tags = [ "home" ];',
    ),
    Code(
        "CB194",
        "a regular expression takes too many steps",
        "error",
        """
The expression needs time that grows without bounds on this text. Write it with fewer nested repetitions.""",
    ),
    Code(
        "CB195",
        "too many findings",
        "error",
        """
So much is wrong that the rest is not looked at. Nearly always it has one cause: a set that stands one level too high or
too low, or a generated file that is not what it should be.""",
        console="""
$ clanback check
error[CB195]: more than 5000 findings: what else there may be is not looked at
   = help: mend some of these and run it again; most of them probably have one cause

5001 errors
""",
    ),
)
