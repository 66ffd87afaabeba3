"""`lib.strings`: strings, the ones that inventories use most. The rest is in `text` (escapes, numbers, build flags)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_bool, force_int, force_known, force_list, force_string
from clanback.nix.builtins.registry import TABLE
from clanback.nix.errors import EvalError, ThrowError
from clanback.nix.lib.family import Family
from clanback.nix.operators import context_of
from clanback.nix.runtime import force
from clanback.nix.values import ContextString, PathValue, type_name, whole

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("strings")
native, nix = FAMILY.native, FAMILY.nix

_KEYWORDS = frozenset(("assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"))


def identifier(name: str) -> str:
    """A name as Nix would need it written: bare, or as a string."""
    bare = name.replace("-", "").replace("'", "").replace("_", "a")
    if bare.isascii() and bare.isalnum() and (name[0].isalpha() or name[0] == "_") and name not in _KEYWORDS:
        return name
    return quoted(name)


def quoted(text: str) -> str:
    """A Nix string literal, escaped as `lib.escapeNixString` does."""
    from clanback.nix.builtins.serialization import quote_json

    return quote_json(text).replace("$", "\\$")


def like(original: str, text: str) -> str:
    """`text` with the context of `original`."""
    context = context_of(original)
    return ContextString(text, context) if context else text


def join(evaluator: Evaluator, separator: Any, items: Any) -> str:
    """`builtins.concatStringsSep`."""
    return TABLE["concatStringsSep"].call(evaluator, separator, items)  # type: ignore[no-any-return]


@native("concatStrings", 1)
def _concat_strings(evaluator: Evaluator, items: Any) -> Value:
    return join(evaluator, "", items)


@native("concatMapStrings", 2)
def _concat_map_strings(evaluator: Evaluator, function: Any, items: Any) -> Value:
    return _concat_map_strings_sep(evaluator, "", function, items)


@native("concatImapStrings", 2)
def _concat_imap_strings(evaluator: Evaluator, function: Any, items: Any) -> Value:
    return _concat_imap_strings_sep(evaluator, "", function, items)


@native("concatMapStringsSep", 3)
def _concat_map_strings_sep(evaluator: Evaluator, separator: Any, function: Any, items: Any) -> Value:
    return join(evaluator, separator, tuple([evaluator.thunk_call(function, x) for x in force_list(evaluator, items)]))


@native("concatImapStringsSep", 3)
def _concat_imap_strings_sep(evaluator: Evaluator, separator: Any, function: Any, items: Any) -> Value:
    found = enumerate(force_list(evaluator, items), 1)
    return join(evaluator, separator, tuple([evaluator.thunk_call(function, i, x) for i, x in found]))


@native("concatMapAttrsStringSep", 3)
def _concat_map_attrs_string_sep(evaluator: Evaluator, separator: Any, function: Any, attributes: Any) -> Value:
    from clanback.nix.builtins.coerce import force_attrs

    found = force_attrs(evaluator, attributes)
    return join(evaluator, separator, tuple([evaluator.thunk_call(function, name, found[name]) for name in sorted(found)]))


@native("concatLines", 1)
def _concat_lines(evaluator: Evaluator, items: Any) -> Value:
    found = force_list(evaluator, items)
    return join(evaluator, "\n", (*found, "")) if found else ""


@native("intersperse", 2)
def _intersperse(evaluator: Evaluator, separator: Any, items: Any) -> Value:
    found = force_list(evaluator, items)
    spread: list[Any] = []
    for x in found:
        spread += (x,) if not spread else (separator, x)
    return tuple(spread)


nix("join", "builtins.concatStringsSep")
nix("replaceString", "from: to: builtins.replaceStrings [ from ] [ to ]")
nix("replicate", "n: s: lib.concatStrings (lib.lists.replicate n s)")


@native("makeSearchPath", 2)
def _make_search_path(evaluator: Evaluator, folder: Any, packages: Any) -> Value:
    places = [x for x in force_list(evaluator, packages) if force_known(evaluator, x) is not None]
    if not places:
        return ""
    context = frozenset[str]()
    pieces = []
    end = force_string(evaluator, folder)
    for place in places:
        text = evaluator.coerce_to_string(force_known(evaluator, place), copy_paths=True)
        context |= context_of(text)
        pieces.append(f"{str.__str__(text)}/{str.__str__(end)}")
    joined = ":".join(pieces)
    return ContextString(joined, context | context_of(end)) if context else joined


@native("makeSearchPathOutput", 3)
def _make_search_path_output(evaluator: Evaluator, output: Any, folder: Any, packages: Any) -> Value:
    from clanback.nix.lib.outputs import output_of

    found = [force(x) for x in force_list(evaluator, packages)]
    wanted = force_string(evaluator, output) if any(x is not None for x in found) else ""
    return _make_search_path(evaluator, folder, tuple([x if x is None else output_of(evaluator, wanted, x) for x in found]))


@native("makeLibraryPath", 1)
def _make_library_path(evaluator: Evaluator, packages: Any) -> Value:
    return _make_search_path_output(evaluator, "lib", "lib", packages)


@native("makeIncludePath", 1)
def _make_include_path(evaluator: Evaluator, packages: Any) -> Value:
    return _make_search_path_output(evaluator, "dev", "include", packages)


@native("makeBinPath", 1)
def _make_bin_path(evaluator: Evaluator, packages: Any) -> Value:
    return _make_search_path_output(evaluator, "bin", "bin", packages)


@native("optionalString", 2)
def _optional_string(evaluator: Evaluator, condition: Any, text: Any) -> Value:
    return text if force_bool(evaluator, condition) else ""


@native("hasPrefix", 2)
def _has_prefix(evaluator: Evaluator, prefix: Any, text: Any) -> Value:
    wanted = _text(evaluator, prefix, "hasPrefix")
    return _text(evaluator, text, "hasPrefix").startswith(wanted)


@native("hasSuffix", 2)
def _has_suffix(evaluator: Evaluator, suffix: Any, text: Any) -> Value:
    wanted = _text(evaluator, suffix, "hasSuffix")
    return _text(evaluator, text, "hasSuffix").endswith(wanted)


@native("hasInfix", 2)
def _has_infix(evaluator: Evaluator, infix: Any, text: Any) -> Value:
    return str.__str__(_text(evaluator, infix, "hasInfix")) in str.__str__(_text(evaluator, text, "hasInfix"))


@native("removePrefix", 2)
def _remove_prefix(evaluator: Evaluator, prefix: Any, text: Any) -> Value:
    gone, found = _text(evaluator, prefix, "removePrefix"), _text(evaluator, text, "removePrefix")
    return like(found, str.removeprefix(found, gone))


@native("removeSuffix", 2)
def _remove_suffix(evaluator: Evaluator, suffix: Any, text: Any) -> Value:
    gone, found = _text(evaluator, suffix, "removeSuffix"), _text(evaluator, text, "removeSuffix")
    return like(found, str.removesuffix(found, gone))


def _text(evaluator: Evaluator, x: Any, function: str) -> str:
    """What `builtins.substring` would make of it: strings and things like strings; of a path, nixpkgs only warns."""
    value = force_known(evaluator, x)
    if type(value) is PathValue:
        evaluator.traced.append(f"evaluation warning: lib.strings.{function}: an argument is a path value, not a string")
        return value.path
    return evaluator.coerce_to_string(value, copy_paths=True)


def characters(text: str) -> list[str]:
    """The bytes of a string, as strings of one byte each (half a character becomes a lone surrogate)."""
    plain = str.__str__(text)
    if plain.isascii():
        return list(plain)
    raw = plain.encode("utf-8", "surrogateescape")
    return [raw[i : i + 1].decode("utf-8", "surrogateescape") for i in range(len(raw))]


@native("stringToCharacters", 1)
def _string_to_characters(evaluator: Evaluator, text: Any) -> Value:
    found = evaluator.coerce_to_string(force_known(evaluator, text), copy_paths=True)
    return tuple([like(found, c) for c in characters(found)])


nix("stringAsChars", "f: s: lib.concatStrings (map f (lib.stringToCharacters s))")


@native("splitString", 2)
def _split_string(evaluator: Evaluator, separator: Any, text: Any) -> Value:
    found = evaluator.coerce_to_string(force_known(evaluator, text), copy_paths=False, more=True)
    between = evaluator.coerce_to_string(force_known(evaluator, separator), copy_paths=False, more=True)
    # An empty separator lies between all characters, and before the first and behind the last one.
    pieces = str.__str__(found).split(str.__str__(between)) if between else ["", *characters(found), ""]
    return tuple([like(found, piece) for piece in pieces])


@native("splitStringBy", 3)
def _split_string_by(evaluator: Evaluator, predicate: Any, keep: Any, text: Any) -> Value:
    found = force_string(evaluator, text)
    kept = force_bool(evaluator, keep)
    pieces, piece, before = [], "", ""
    for char in characters(found):
        if force_bool(evaluator, evaluator.call(predicate, before, char)):
            pieces.append(piece)
            piece = char if kept else ""
        else:
            piece += char
        before = char
    return tuple([like(found, whole(x)) for x in (*pieces, piece)])


def lower(text: str) -> str:
    """Lower case, of ASCII letters only."""
    return text.lower() if text.isascii() else "".join([c.lower() if c.isascii() else c for c in text])


def upper(text: str) -> str:
    """Upper case, of ASCII letters only."""
    return text.upper() if text.isascii() else "".join([c.upper() if c.isascii() else c for c in text])


@native("toLower", 1)
def _to_lower(evaluator: Evaluator, text: Any) -> Value:
    found = force_string(evaluator, text)
    return like(found, lower(str.__str__(found)))


@native("toUpper", 1)
def _to_upper(evaluator: Evaluator, text: Any) -> Value:
    found = force_string(evaluator, text)
    return like(found, upper(str.__str__(found)))


@native("toSentenceCase", 1)
def _to_sentence_case(evaluator: Evaluator, text: Any) -> Value:
    return _sentence_case(_only_a_string(evaluator, text, "toSentenceCase"))


def _only_a_string(evaluator: Evaluator, text: Any, function: str) -> str:
    found = force_known(evaluator, text)
    if not isinstance(found, str):
        raise ThrowError("CB101", f"{function} does only accept string values, but got {type_name(found)}")
    return found


def _sentence_case(text: str) -> str:
    plain = str.__str__(text)
    return like(text, upper(plain[:1]) + lower(plain[1:]))


@native("toCamelCase", 1)
def _to_camel_case(evaluator: Evaluator, text: Any) -> Value:
    found = _only_a_string(evaluator, text, "toCamelCase")
    # Words end at separators, and between a small and a capital letter; an empty first word is one too.
    words = [""]
    for char in str.__str__(found):
        if char in " _-":
            words.append("")
        elif "A" <= char <= "Z" and "a" <= words[-1][-1:] <= "z":
            words.append(char)
        else:
            words[-1] += char
    return like(found, lower(words[0]) + "".join([_sentence_case(word) for word in words[1:]]))


_WHITE = " \t\r\n"


@native("trim", 1)
def _trim(evaluator: Evaluator, text: Any) -> Value:
    found = force_string(evaluator, text)
    return like(found, str.strip(found, _WHITE))


@native("trimWith", 2)
def _trim_with(evaluator: Evaluator, options: Any, text: Any) -> Value:
    from clanback.nix.builtins.coerce import force_attrs

    given = force_attrs(evaluator, options)
    if not given.keys() <= {"start", "end"}:
        raise EvalError("CB114", "`trimWith` takes `start` and `end` only")
    found = force_string(evaluator, text)
    plain = str.__str__(found)
    if "start" in given and force_bool(evaluator, given["start"]):
        plain = plain.lstrip(_WHITE)
    if "end" in given and force_bool(evaluator, given["end"]):
        plain = plain.rstrip(_WHITE)
    return like(found, plain)


@native("fixedWidthString", 3)
def _fixed_width_string(evaluator: Evaluator, width: Any, filler: Any, text: Any) -> Value:
    wanted = force_int(evaluator, width)
    found = evaluator.coerce_to_string(force_known(evaluator, text), copy_paths=True)
    missing = wanted - len(str.encode(found, "utf-8", "surrogateescape"))
    if missing == 0:
        return found
    times = 0
    fill = ""
    if missing > 0:
        fill = evaluator.coerce_to_string(force_known(evaluator, filler), copy_paths=True)
        size = len(str.encode(fill, "utf-8", "surrogateescape"))
        if size == 0 or missing > evaluator.limits.string_length:
            raise evaluator.too_large("string")
        times, missing = missing // size, -(missing % size)
    if missing < 0:
        raise ThrowError(
            "CB101", f"fixedWidthString: requested string length ({wanted}) must not be shorter than actual length, and be filled"
        )
    return like(found, str.__str__(fill) * times + str.__str__(found))


nix("fixedWidthNumber", 'width: n: lib.fixedWidthString width "0" (toString n)')


@native("fileContents", 1)
def _file_contents(evaluator: Evaluator, path: Any) -> Value:
    text = TABLE["readFile"].call(evaluator, path)
    return str.__str__(text).removesuffix("\n")


nix(
    "readPathsFromFile",
    """
    root: file: let
      wanted = builtins.filter (line: line != "" && !lib.hasPrefix "#" line) (lib.splitString "\\n" (lib.fileContents file));
    in map (line: root + "/${line}") wanted
    """,
)
nix(
    "addContextFrom",
    "src: target: lib.substring 0 0 src + target",
)
