"""`lib.strings`, continued: escaping, numbers, names and versions, flags of build systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import describe, force_known, force_list, force_string
from clanback.nix.builtins.registry import TABLE
from clanback.nix.errors import EvalError, ThrowError
from clanback.nix.lib.family import Family
from clanback.nix.lib.strings import characters, identifier, like, quoted
from clanback.nix.runtime import INT_MAX, INT_MIN
from clanback.nix.values import Attrs, PathValue

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("strings")
native, nix, value = FAMILY.native, FAMILY.nix, FAMILY.value

value("lowerChars", tuple("abcdefghijklmnopqrstuvwxyz"))
value("upperChars", tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
nix("replaceChars", "builtins.replaceStrings")

_SHELL_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,._+:@%/-")
_REGEX_SPECIAL = "\\[{()^$?*+|."
_URL_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")


@native("escape", 2)
def _escape(evaluator: Evaluator, special: Any, text: Any) -> Value:
    wanted = {str.__str__(force_string(evaluator, c)) for c in force_list(evaluator, special)}
    found = force_string(evaluator, text)
    if {len(c) for c in wanted} <= {1}:
        return like(found, "".join(["\\" + c if c in wanted else c for c in str.__str__(found)]))
    ordered = tuple(sorted(wanted))
    return TABLE["replaceStrings"].call(evaluator, ordered, tuple(["\\" + c for c in ordered]), found)


nix(
    "escapeC",
    """
    chars: let code = c: lib.fixedWidthString 2 "0" (lib.toLower (lib.toHexString (lib.strings.charToInt c))); in
      builtins.replaceStrings chars (map (c: "\\\\x" + code c) chars)
    """,
)


@native("charToInt", 1)
def _char_to_int(evaluator: Evaluator, char: Any) -> Value:
    found = str.__str__(force_string(evaluator, char))
    if len(found) != 1 or not (found in "\t\n\r" or " " <= found <= "~"):
        raise EvalError("CB112", f"lib.charToInt: {describe(found)} is not one character of ASCII that can be seen")
    return ord(found)


def shell_quoted(text: str) -> str:
    """An argument for a POSIX shell, left alone when it needs no quotes."""
    plain = str.__str__(text)
    if plain and _SHELL_SAFE.issuperset(plain):
        return plain
    return "'" + plain.replace("'", "'\\''") + "'"


@native("escapeShellArg", 1)
def _escape_shell_arg(evaluator: Evaluator, argument: Any) -> Value:
    found = evaluator.coerce_to_string(force_known(evaluator, argument), copy_paths=False, more=True)
    return like(found, shell_quoted(found))


@native("escapeShellArgs", 1)
def _escape_shell_args(evaluator: Evaluator, arguments: Any) -> Value:
    words = tuple([_escape_shell_arg(evaluator, x) for x in force_list(evaluator, arguments)])
    return TABLE["concatStringsSep"].call(evaluator, " ", words)


@native("isValidPosixName", 1)
def _is_valid_posix_name(evaluator: Evaluator, name: Any) -> Value:
    found = str.__str__(force_string(evaluator, name))
    return found.isascii() and found.isidentifier()


nix(
    "toShellVar",
    """
    name: value: let
      entry = n: v: "[${lib.escapeShellArg n}]=${lib.escapeShellArg v}";
    in lib.throwIfNot (lib.isValidPosixName name) "toShellVar: ${name} is not a valid shell variable name" (
      if builtins.isAttrs value && !lib.isStringLike value
        then "declare -A ${name}=(${lib.concatStringsSep " " (lib.mapAttrsToList entry value)})"
      else if builtins.isList value then "declare -a ${name}=(${lib.escapeShellArgs value})"
      else "${name}=${lib.escapeShellArg value}")
    """,
)
nix("toShellVars", 'vars: lib.concatStringsSep "\\n" (lib.mapAttrsToList lib.toShellVar vars)')


@native("escapeNixString", 1)
def _escape_nix_string(evaluator: Evaluator, text: Any) -> Value:
    found = force_known(evaluator, text)
    if isinstance(found, str):
        return like(found, quoted(found))
    made = TABLE["toJSON"].call(evaluator, found)
    return like(made, str.__str__(made).replace("$", "\\$"))


@native("escapeNixIdentifier", 1)
def _escape_nix_identifier(evaluator: Evaluator, text: Any) -> Value:
    found = force_string(evaluator, text)
    return like(found, identifier(str.__str__(found)))


@native("escapeRegex", 1)
def _escape_regex(evaluator: Evaluator, text: Any) -> Value:
    found = force_string(evaluator, text)
    return like(found, "".join(["\\" + c if c in _REGEX_SPECIAL else c for c in str.__str__(found)]))


@native("escapeURL", 1)
def _escape_url(evaluator: Evaluator, text: Any) -> Value:
    found = force_string(evaluator, text)
    # As nixpkgs, whose table of characters is that of ASCII that can be seen, all others are left as they are.
    made = [f"%{ord(c):02X}" if c not in _URL_SAFE and (c in "\t\n\r" or " " <= c <= "~") else c for c in str.__str__(found)]
    return like(found, "".join(made))


@native("escapeXML", 1)
def _escape_xml(evaluator: Evaluator, text: Any) -> Value:
    found = force_string(evaluator, text)
    plain = str.__str__(found)
    for raw, escaped in (("&", "&amp;"), ('"', "&quot;"), ("'", "&apos;"), ("<", "&lt;"), (">", "&gt;")):
        plain = plain.replace(raw, escaped)
    return like(found, plain)


@native("isStringLike", 1)
def _is_string_like(evaluator: Evaluator, x: Any) -> Value:
    return is_string_like(force_known(evaluator, x))


def is_string_like(found: Value) -> bool:
    """Strings, paths, and sets that say what string they are."""
    return isinstance(found, str | PathValue) or (isinstance(found, Attrs) and ("outPath" in found or "__toString" in found))


@native("isConvertibleWithToString", 1)
def _is_convertible(evaluator: Evaluator, x: Any) -> Value:
    pending = [x]
    while pending:
        evaluator.tick()
        found = force_known(evaluator, pending.pop())
        if type(found) is tuple:
            pending.extend(found)
        elif not (is_string_like(found) or found is None or isinstance(found, bool | int | float)):
            return False
    return True


nix("isCoercibleToString", "lib.isConvertibleWithToString")


@native("isStorePath", 1)
def is_store_path(evaluator: Evaluator, x: Any) -> bool:
    """Whether a value is the path of something that lies in the store itself, not deeper."""
    found = force_known(evaluator, x)
    if not is_string_like(found):
        return False
    text = str.__str__(evaluator.coerce_to_string(found, copy_paths=False, more=True))
    return text.startswith("/") and text.rpartition("/")[0] == evaluator.paths.store


def _integer(text: str) -> int | None:
    body = text.strip(" \t\r\n\v\f")
    digits = body.removeprefix("-")
    if not digits or not set(digits) <= set("0123456789") or len(digits) > 30:
        return None
    number = int(body)
    return number if INT_MIN <= number <= INT_MAX else None


@native("toInt", 1)
def _to_int(evaluator: Evaluator, text: Any) -> Value:
    found = str.__str__(force_string(evaluator, text))
    number = _integer(found)
    if number is None:
        raise ThrowError("CB101", f"toInt: Could not convert {describe(found)} to int.")
    stripped = found.strip(" \t\r\n\v\f")
    if stripped.startswith("-0") and stripped != "-0":
        raise EvalError("CB151", f"toInt: {describe(found)} is no JSON: a zero at its beginning")
    if stripped.startswith("0") and stripped != "0":
        raise ThrowError(
            "CB101", f"toInt: Ambiguity in interpretation of {describe(found)} between octal and zero padded integer."
        )
    return number


@native("toIntBase10", 1)
def _to_int_base10(evaluator: Evaluator, text: Any) -> Value:
    found = str.__str__(force_string(evaluator, text))
    digits = found.strip(" \t\r\n\v\f").lstrip("0")
    number = _integer(digits or found)
    if number is None:
        raise ThrowError("CB101", f"toIntBase10: Could not convert {describe(found)} to int.")
    if digits.startswith("-0") and digits != "-0":
        raise EvalError("CB151", f"toIntBase10: {describe(found)} is no JSON: a zero behind its sign")
    return number


nix(
    "floatToString",
    """
    x: let exact = toString x; in
      if builtins.fromJSON exact == x then exact
      else lib.warn "Imprecise conversion from float to string ${exact}" exact
    """,
)
nix("versionOlder", "a: b: builtins.compareVersions b a == 1")
nix("versionAtLeast", "a: b: !lib.versionOlder a b")
nix(
    "getName",
    "x: if builtins.isString x then (builtins.parseDrvName x).name else x.pname or (builtins.parseDrvName x.name).name",
)
nix(
    "getVersion",
    "x: if builtins.isString x then (builtins.parseDrvName x).version else x.version or (builtins.parseDrvName x.name).version",
)
nix(
    "nameFromURL",
    """
    url: sep: let
      file = lib.last (lib.splitString "/" url);
      name = builtins.head (lib.splitString sep file);
    in assert name != file; name
    """,
)
# The arguments' kinds are asserted, so that `tryEval` catches a wrong one.
nix("mesonOption", 'feature: value: assert builtins.isString feature && builtins.isString value; "-D${feature}=${value}"')
nix(
    "mesonBool",
    "feature: flag: assert builtins.isString feature && builtins.isBool flag; lib.mesonOption feature (lib.boolToString flag)",
)
nix(
    "mesonEnable",
    """
    feature: flag: assert builtins.isString feature && builtins.isBool flag;
      lib.mesonOption feature (if flag then "enabled" else "disabled")
    """,
)
nix(
    "cmakeOptionType",
    """
    type: feature: value: let kind = lib.toUpper type; in
      assert builtins.elem kind [ "BOOL" "FILEPATH" "INTERNAL" "LIST" "PATH" "STRING" ];
      assert builtins.isString feature && builtins.isString value;
      "-D${feature}:${kind}=${value}"
    """,
)
nix(
    "cmakeBool",
    """
    feature: flag: assert builtins.isString feature && builtins.isBool flag;
      lib.cmakeOptionType "bool" feature (lib.toUpper (lib.boolToString flag))
    """,
)
nix("cmakeFeature", 'lib.cmakeOptionType "string"')
nix(
    "enableFeature",
    """
    flag: feature: assert builtins.isBool flag && builtins.isString feature;
      "--${if flag then "enable" else "disable"}-${feature}"
    """,
)
nix("enableFeatureAs", 'flag: feature: value: lib.enableFeature flag feature + lib.optionalString flag "=${value}"')
nix("withFeature", 'flag: feature: assert builtins.isString feature; "--${if flag then "with" else "without"}-${feature}"')
nix("withFeatureAs", 'flag: feature: value: lib.withFeature flag feature + lib.optionalString flag "=${value}"')


@native("normalizePath", 1)
def _normalize_path(evaluator: Evaluator, text: Any) -> Value:
    found = force_string(evaluator, text)
    plain = str.__str__(found)
    while "//" in plain:
        plain = plain.replace("//", "/")
    return like(found, plain)


@native("sanitizeDerivationName", 1)
def _sanitize_derivation_name(evaluator: Evaluator, text: Any) -> Value:
    found = str.__str__(force_string(evaluator, text))
    made: list[str] = []
    for char in found.lstrip("."):
        if char.isascii() and (char.isalnum() or char in "+._?=-"):
            made.append(char)
        elif not made or made[-1] != "":
            made.append("")
    pieces = "".join([char or "-" for char in made])[-207:]
    return pieces or "unknown"


@native("commonPrefixLength", 2)
def _common_prefix_length(evaluator: Evaluator, left: Any, right: Any) -> Value:
    return _same(_raw(evaluator, left), _raw(evaluator, right))


@native("commonSuffixLength", 2)
def _common_suffix_length(evaluator: Evaluator, left: Any, right: Any) -> Value:
    return _same(_raw(evaluator, left)[::-1], _raw(evaluator, right)[::-1])


def _raw(evaluator: Evaluator, text: Any) -> list[str]:
    return characters(force_string(evaluator, text))


def _same(a: list[str], b: list[str]) -> int:
    count = 0
    while count < min(len(a), len(b)) and a[count] == b[count]:
        count += 1
    return count


def edit_distance(a: list[str], b: list[str]) -> int:
    """Levenshtein's distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y)))
    return row[-1]


@native("levenshtein", 2)
def _levenshtein(evaluator: Evaluator, left: Any, right: Any) -> Value:
    a, b = _raw(evaluator, left), _raw(evaluator, right)
    if len(a) * len(b) > 4_000_000:
        raise evaluator.too_large("string")
    return edit_distance(a, b)


nix("levenshteinAtMost", "most: a: b: if most <= 0 then a == b else lib.strings.levenshtein a b <= most")
