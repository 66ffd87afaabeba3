"""Merging definitions written as Nix text, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from clanback.inventory.plain import plain
from clanback.modules.definition import Definition
from clanback.modules.merge import Merger
from clanback.modules.recording import Recorder
from clanback.nix import Evaluator, parse

if TYPE_CHECKING:
    from clanback.diagnostics import Diagnostic
    from clanback.modules.interface import OptionSet

# The properties of nixpkgs' lib, written out: merging is tested apart from our own `lib`.
PROPERTIES = """{
  mkIf = condition: content: { _type = "if"; inherit condition content; };
  mkMerge = contents: { _type = "merge"; inherit contents; };
  mkOverride = priority: content: { _type = "override"; inherit priority content; };
  mkForce = content: { _type = "override"; priority = 50; inherit content; };
  mkDefault = content: { _type = "override"; priority = 1000; inherit content; };
  mkOrder = priority: content: { _type = "order"; inherit priority content; };
  mkBefore = content: { _type = "order"; priority = 500; inherit content; };
  mkAfter = content: { _type = "order"; priority = 1500; inherit content; };
}"""


@attrs.frozen
class Merged:
    """What came of a merge."""

    value: Any
    found: tuple[Diagnostic, ...]
    recorder: Recorder

    @property
    def codes(self) -> list[str]:
        return [diagnostic.code for diagnostic in self.found]

    def only(self) -> Diagnostic:
        assert len(self.found) == 1, [d.message for d in self.found]
        return self.found[0]


def evaluated(evaluator: Evaluator, text: str, name: str = "clan.nix") -> Definition:
    """A definition whose value is what `text` says; `lib` holds the properties, `unknown` what only Nix knows."""
    from clanback.nix.values import Unknown

    lib = evaluator.evaluate(parse(PROPERTIES))
    scope = {"lib": lib, "unknown": Unknown("config.x", "a test says so")}
    tree = parse(text, name, scope=tuple(scope))
    return Definition(evaluator.evaluate(tree, scope), tree.source_file, None, tree.expr)


def merge(options: OptionSet, *texts: str, subject: str = "") -> Merged:
    """Merge the sets that `texts` say, in that order, as settings are merged."""
    evaluator = Evaluator()
    found: list[Diagnostic] = []
    recorder = Recorder()
    merger = Merger(evaluator, found.append, subject=subject, recorder=recorder)
    definitions = [evaluated(evaluator, text, f"{number}.nix") for number, text in enumerate(texts, 1)]
    value = merger.options((), options, definitions, name="it", plain=True)
    return Merged(plain(evaluator, value, "/nowhere"), tuple(found), recorder)


def merge_one(option_type: Any, *texts: str) -> Merged:
    """Merge definitions of one option `x`; its value is None where nothing remains."""
    from clanback.modules.interface import DECIDED_LATER, Option, OptionSet

    merged = merge(OptionSet({"x": Option(option_type, default=DECIDED_LATER)}), *(f"{{ x = {text}; }}" for text in texts))
    return attrs.evolve(merged, value=merged.value["x"])
