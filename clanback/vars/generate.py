"""Making what is missing: which items, in which order, with which answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from clanback.diagnostics import DiagnosticError, error
from clanback.vars import change, keys, layout
from clanback.vars.items import used_by
from clanback.vars.parts import HostCertificate, Passphrase, parts_of, validation_of
from clanback.vars.recipients import readers
from clanback.vars.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from clanback.diagnostics import Diagnostic
    from clanback.vars.items import Item
    from clanback.vars.parts import Part
    from clanback.vars.store import Store


@attrs.frozen
class Question:
    """Something to ask a person before an item is made."""

    item: Item
    prompt: str


@attrs.frozen
class Made:
    """An item that has been made or completed: `files` are those that are new, `why` says the reason."""

    item: Item
    files: tuple[str, ...]
    why: str


@attrs.frozen
class Outcome:
    """What a run has made, which shared secrets it has encrypted anew, and what went wrong."""

    made: tuple[Made, ...]
    shared_again: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def chosen(store: Store, machines: Iterable[str], generator: str | None = None) -> list[Item]:
    """The items to look at: all of the machines, or those of one generator and all that these depend on."""
    items = used_by(store.items, machines)
    if generator is None:
        return items
    wanted: set[str] = set()

    def want(item: Item) -> None:
        if item.key not in wanted:
            wanted.add(item.key)
            for key in item.dependencies:
                if key in store.items:
                    want(store.items[key])

    for item in items:
        if item.name == generator:
            want(item)
    return [item for item in store.items.values() if item.key in wanted]


def questions(store: Store, items: Iterable[Item], anew: frozenset[str]) -> list[Question]:
    """What to ask before `generate`: the prompts of items that will be made."""
    asked = []
    for item in items:
        if item.generator.prompts and (
            item.key in anew or any(_is_to_be_made(part, store, item) for part in parts_of(item.generator))
        ):
            asked += [Question(item, prompt) for prompt in item.generator.prompts]
    return asked


def _is_to_be_made(part: Part, store: Store, item: Item) -> bool:
    """Whether a part will be made, not only completed."""
    present = {file.name for file in item.files if store.has(item, file)}
    return not present.issuperset(part.files) and part.source not in present


def generate(
    store: Store,
    items: Sequence[Item],
    answers: Mapping[tuple[str, str], str],
    *,
    anew: frozenset[str] = frozenset(),
    passphrases_too: bool = False,
    on_made: Callable[[Made], None] = lambda _: None,
    on_wait: Callable[[], None] | None = None,
) -> Outcome:
    """Make what is missing of the items, and those whose keys are in `anew` altogether.

    Passphrases of backups are made anew only with `passphrases_too`: archives that exist are encrypted with them. `answers` are
    by item and prompt. An item that fails is reported and the others are made; those that depend on it are left out.
    """
    with change.locked(store.directory, on_wait):
        change.finish(store.directory)
        run = _Run(store, answers, anew, passphrases_too, on_made)
        try:
            for item in items:
                run.make(item)
            shared = run.share_again(items)
        finally:
            run.writer.flush()
        run.report()
    return Outcome(tuple(run.made), tuple(shared), tuple(run.diagnostics))


class _Run:
    """One run. It is also what the parts ask for answers and for the files they need (`Inputs`)."""

    def __init__(
        self,
        store: Store,
        answers: Mapping[tuple[str, str], str],
        anew: frozenset[str],
        passphrases_too: bool,
        on_made: Callable[[Made], None],
    ) -> None:
        self.store = store
        self.writer = Writer(store)
        self.answers = answers
        self.anew = anew
        self.passphrases_too = passphrases_too
        self.made: list[Made] = []
        self.diagnostics: list[Diagnostic] = []
        self._on_made = on_made
        self._reported = 0
        self._failed: set[str] = set()
        self._item: Item | None = None

    def make(self, item: Item) -> None:
        """Make what is missing of one item."""
        if self._failed.intersection(item.dependencies):
            self._failed.add(item.key)
            return
        self._item = item
        try:
            fresh: dict[str, bytes] = {}
            reasons = []
            for part in parts_of(item.generator):
                reason, contents = self._contents(item, part)
                if contents:
                    fresh.update(contents)
                    reasons.append(reason)
            for file in item.files:
                if file.name in fresh:
                    self.writer.put(item, file, fresh[file.name])
            if fresh:
                self.writer.validate(item)
        except DiagnosticError as problem:
            self.writer.forget(item)
            self._failed.add(item.key)
            self.diagnostics += [found for found in problem.diagnostics if found not in self.diagnostics]
            return
        except BaseException:  # interrupted: what is finished will be written, half an item will not
            self.writer.forget(item)
            raise
        if fresh:
            self.made.append(Made(item, tuple(sorted(fresh)), reasons[0]))
            if any(answer for (key, _), answer in self.answers.items() if key == item.key):
                self.writer.flush()
                self.report()
        self.writer.flush_if_large()

    def report(self) -> None:
        """Tell of what has been written."""
        for made in self.made[self._reported :]:
            self._on_made(made)
        self._reported = len(self.made)

    def _contents(self, item: Item, part: Part) -> tuple[str, dict[str, bytes]]:
        """Why a part has to be made or completed, and its new files; nothing where it is as it should be."""
        present = {file.name for file in item.files if self.writer.has(item, file)}
        kept = isinstance(part, Passphrase) and not self.passphrases_too and part.name in present
        if item.key in self.anew and not kept:
            return "made anew", self._new(item, part)
        missing = [name for name in part.files if name not in present]
        if isinstance(part, HostCertificate):
            reason = "missing" if missing else self._outdated(item, part)
            return (reason, self._new(item, part)) if reason else ("", {})
        if not missing:
            return "", {}
        if part.source in present:
            source = item.file(part.source or "")
            assert source is not None
            content = self.writer.value(item, source)
            try:
                derived = part.derive(content)
            except ValueError as problem:
                raise DiagnosticError(unfit(item, source.name, str(problem))) from None
            return "completed", {name: derived[name] for name in missing}
        return ("missing" if len(missing) == len(part.files) else "a part of it was missing"), self._new(item, part)

    def _new(self, item: Item, part: Part) -> dict[str, bytes]:
        try:
            return part.make(self)
        except ValueError as problem:
            raise DiagnosticError(unfit(item, part.files[0], str(problem))) from None

    def _outdated(self, item: Item, part: HostCertificate) -> str:
        """Why a certificate has to be made anew, empty where it is good."""
        stored = self.store.read(layout.validation(item))
        if stored is None or stored.decode("utf-8", "replace").strip() != validation_of(item.generator):
            return "its names have changed"
        try:
            certificate = keys.read_certificate(self.store.read(layout.public_value(item, part.file)) or b"")
        except ValueError:
            return "it was no certificate"
        authority = (part.authority[0], f"{part.authority[1]}.pub")
        host_key = (part.host_key[0], f"{part.host_key[1]}.pub")
        if not keys.same_key(certificate.public_key, self.needed(*host_key)):
            return "the host key has changed"
        if not keys.same_key(certificate.authority, self.needed(*authority)):
            return "the authority has changed"
        return ""

    def answer(self, prompt: str) -> str:
        """What was entered for the item at hand."""
        assert self._item is not None
        return self.answers.get((self._item.key, prompt), "")

    def needed(self, generator: str, file: str) -> bytes:
        """The content of a file of an item that the one at hand depends on."""
        assert self._item is not None
        for key in self._item.dependencies:
            item = self.store.items[key]
            found = item.file(file) if item.name == generator else None
            if found is not None:
                return self.writer.value(item, found)
        raise LookupError(f"{self._item.key} does not depend on {generator}/{file}")

    def share_again(self, items: Iterable[Item]) -> list[str]:
        """Encrypt shared secrets anew where the machines that use them have changed."""
        done: list[str] = []
        for item in items:
            for file in item.files:
                if not (item.generator.share and file.secret and file.deploy) or self.writer.is_fresh(item, file):
                    continue
                path = layout.secret(item, file.name)
                if self.store.read(path) is None:
                    continue
                try:
                    whom = readers(item, file, self.store.people, self.writer.machine_key)
                    if self.store.listed_readers(path) != whom:
                        self.writer.put(item, file, self.store.value(item, file))
                        done.append(f"{item.name}/{file.name}")
                except DiagnosticError as problem:
                    self.diagnostics += [found for found in problem.diagnostics if found not in self.diagnostics]
        return done


def unfit(item: Item, file: str, reason: str) -> Diagnostic:
    """A content that is not what the file must hold."""
    return error(
        "CB527",
        f"{item.owner}: {item.name}/{file} is not what it should be: {reason}",
        help=f"restore it from version control, or run `clanback vars generate {item.machines[0]} --regenerate "
        f"--generator {item.name}`",
    )
