"""The language server: what an editor asks over stdio, answered by the parts of this room. Nothing is decided here.

Everything runs in one thread: the texts are looked at anew a moment after the last key, or when something is asked. While they
make no sense, what is asked is answered from the last time they did. An answer that fails is no answer, never a crash.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import time
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from clanback import __version__
from clanback.checks.fixes import fix_of
from clanback.diagnostics import Severity
from clanback.editor import protocol
from clanback.editor.clans import Clan, Desk
from clanback.editor.completion import complete
from clanback.editor.definitions import definitions
from clanback.editor.hovering import hover, of_diagnostics
from clanback.editor.positions import offset
from clanback.editor.protocol import Uris
from clanback.editor.renaming import Edit, RefusedError, machine_at, rename

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.diagnostics import Diagnostic, Source
    from clanback.editor.outline import FilePath, Name, Outline, Text

_T = TypeVar("_T")

DELAY = 0.12
"""Seconds of silence after which a text that is being typed is looked at; at least as long as the last look took."""

REQUEST_FAILED = -32803

_WATCHED = ("**/*.nix", "**/clanback.toml", "**/inventory.json", "**/vars/**")

log = logging.getLogger("clanback.editor")


class Server:
    """One editor's session."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.uris = Uris()
        self.versions: dict[str, int] = {}
        self.lsp = LanguageServer("clanback", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self._published: dict[str, set[str]] = {}
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._took: dict[str, float] = {}
        self._add_features()

    def _add_features(self) -> None:
        def feature(name: str, handler: Callable[[Any], Any], options: Any = None) -> None:
            self.lsp.feature(name, options)(_guarded(handler))

        feature(types.INITIALIZED, self.initialized)
        feature(types.TEXT_DOCUMENT_DID_OPEN, self.did_open)
        feature(types.TEXT_DOCUMENT_DID_CHANGE, self.did_change)
        feature(types.TEXT_DOCUMENT_DID_SAVE, self.did_save)
        feature(types.TEXT_DOCUMENT_DID_CLOSE, self.did_close)
        feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self.files_changed)
        feature(types.TEXT_DOCUMENT_HOVER, self.hover)
        feature(types.TEXT_DOCUMENT_COMPLETION, self.completion, types.CompletionOptions(trigger_characters=[".", '"', "=", " "]))
        feature(types.TEXT_DOCUMENT_DEFINITION, self.definition)
        feature(types.TEXT_DOCUMENT_PREPARE_RENAME, self.prepare_rename)
        feature(types.TEXT_DOCUMENT_RENAME, self.rename, types.RenameOptions(prepare_provider=True))
        feature(
            types.TEXT_DOCUMENT_CODE_ACTION,
            self.code_action,
            types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
        )

    # -- documents -------------------------------------------------------------------------------------------------

    def initialized(self, params: types.InitializedParams) -> None:  # noqa: ARG002
        """Ask to be told of changes that others make."""
        workspace = self.lsp.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        if watching is None or not watching.dynamic_registration:
            return
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        self.lsp.client_register_capability(types.RegistrationParams([registration]))

    def did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document is open: its text counts from now on, not the file's."""
        path = self.uris.open(params.text_document.uri)
        if path is not None:
            self.desk.texts[path] = params.text_document.text
            self.versions[path] = params.text_document.version
            self._look(path, at_once=True)

    def did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """A text was typed into."""
        path = self.uris.open(params.text_document.uri)
        if path is None:
            return
        for change in params.content_changes:
            if not isinstance(change, types.TextDocumentContentChangePartial):  # the whole text: we asked for nothing else
                self.desk.texts[path] = change.text
        self.versions[path] = params.text_document.version
        self._look(path)

    def did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        """A file was written."""
        path = self.uris.open(params.text_document.uri)
        if path is not None:
            self._look(path)

    def did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """The file counts again."""
        path = self.uris.open(params.text_document.uri)
        if path is not None:
            self.desk.texts.pop(path, None)
            self.versions.pop(path, None)
            self._look(path)

    def files_changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Somebody else changed files."""
        del params
        for clan in self.desk.clans():
            self._later(clan, DELAY)

    def _look(self, path: str, *, at_once: bool = False) -> None:
        clan = self.desk.clan_of(path)
        if clan is None:
            return
        self._later(clan, 0 if at_once and clan.latest is None else max(DELAY, self._took.get(clan.root, 0)))

    def _later(self, clan: Clan, delay: float) -> None:
        waiting = self._waiting.pop(clan.root, None)
        if waiting is not None:
            waiting.cancel()
        self._waiting[clan.root] = asyncio.get_running_loop().call_later(delay, _guarded(self._refresh), clan)

    def _refresh(self, clan: Clan) -> None:
        waiting = self._waiting.pop(clan.root, None)
        if waiting is not None:
            waiting.cancel()
        started = time.perf_counter()
        clan.refresh(self.desk.texts)
        self._took[clan.root] = time.perf_counter() - started
        self._publish(clan)

    def _publish(self, clan: Clan) -> None:
        """Send all findings of a clan, and an empty list to files that had some."""
        by_path: dict[str, list[Diagnostic]] = {}
        for found in clan.diagnostics():
            path = found.span.source.path if found.span is not None else None
            path = path or (clan.latest.config.file if clan.latest is not None and clan.latest.config is not None else clan.root)
            by_path.setdefault(os.path.realpath(path), []).append(found)
        before = self._published.get(clan.root, set())
        for path in sorted(before | by_path.keys()):
            made = [protocol.diagnostic(found, self.uris) for found in by_path.get(path, ())]
            uri = self.uris.of(path)
            self.lsp.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, made, self.versions.get(path)))
        self._published[clan.root] = set(by_path)

    # -- questions -------------------------------------------------------------------------------------------------

    def _asked(self, document: types.TextDocumentIdentifier) -> tuple[str, Clan] | None:
        """The file and the clan that a question is about."""
        path = self.uris.open(document.uri)
        clan = None if path is None else self.desk.clan_of(path)
        if path is None or clan is None:
            return None
        if clan.latest is None:
            self._refresh(clan)
        return path, clan

    def _at(self, path: str, clan: Clan, position: types.Position) -> tuple[Outline, Name | Text | FilePath] | None:
        """What is written at a position."""
        if clan.root in self._waiting:
            self._refresh(clan)  # typed since: the answer is to be about what is there now
        outline = clan.outline(path)
        if outline is None:
            return None
        what = outline.at(offset(outline.source, (position.line, position.character)))
        return None if what is None else (outline, what)

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        """What something comes to, and what findings there mean."""
        asked = self._asked(params.text_document)
        if asked is None:
            return None
        path, clan = asked
        found = self._at(path, clan, params.position)
        words = None if found is None else hover(clan, path, found[1])
        here = [one for one in clan.diagnostics() if _covers(one, path, (params.position.line, params.position.character))]
        parts = [part for part in (words, of_diagnostics(here)) if part]
        if not parts:
            return None
        where = None if found is None else protocol.range_of(found[0].source, found[1].start, found[1].end)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(parts)), where)

    def completion(self, params: types.CompletionParams) -> types.CompletionList:
        """What can be written at the cursor."""
        path = self.uris.open(params.text_document.uri)
        source = None if path is None else self.desk.source(path)
        if path is None or source is None:
            return types.CompletionList(is_incomplete=False, items=[])
        asked = self._asked(params.text_document)
        at = offset(source, (params.position.line, params.position.character))
        offers = complete(None if asked is None else asked[1], path, source.text, at)
        items = [protocol.completion_item(offer, source, at, number) for number, offer in enumerate(offers)]
        return types.CompletionList(is_incomplete=False, items=items)

    def definition(self, params: types.DefinitionParams) -> list[types.Location]:
        """Where something is declared."""
        asked = self._asked(params.text_document)
        found = None if asked is None else self._at(*asked, params.position)
        if asked is None or found is None:
            return []
        path, clan = asked
        locations: list[types.Location] = []
        for file, start, end in definitions(clan, path, found[1]):
            source = self._source(clan, file)
            if source is not None:
                locations.append(types.Location(self.uris.of(file), protocol.range_of(source, start, end)))
        return locations

    def _source(self, clan: Clan, file: str) -> Source | None:
        outline = clan.outline(file)
        return outline.source if outline is not None else self.desk.source(file)

    def prepare_rename(self, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        """Whether a machine is named here."""
        asked = self._asked(params.text_document)
        found = None if asked is None else self._at(*asked, params.position)
        if asked is None or found is None:
            return None
        name = machine_at(asked[1], asked[0], found[1])
        if name is None:
            return None
        return types.PrepareRenamePlaceholder(protocol.range_of(found[0].source, found[1].start, found[1].end), name)

    def rename(self, params: types.RenameParams) -> types.WorkspaceEdit | None:
        """Rename a machine in all files; what cannot be done is refused with the reason."""
        asked = self._asked(params.text_document)
        found = None if asked is None else self._at(*asked, params.position)
        name = None if asked is None or found is None else machine_at(asked[1], asked[0], found[1])
        if asked is None or name is None:
            raise JsonRpcException("only machines can be renamed", REQUEST_FAILED)
        documents, moves = self._workspace_edits()
        new = params.new_name.strip().strip('"')
        try:
            made = rename(asked[1], self.desk.texts, name, new, may_move=moves)
        except RefusedError as refused:
            raise JsonRpcException(str(refused), REQUEST_FAILED) from None
        for warning in made.warnings:
            self.lsp.window_show_message(types.ShowMessageParams(types.MessageType.Warning, warning))
        return protocol.workspace_edit(made, self.uris, self.versions, with_documents=documents)

    def _workspace_edits(self) -> tuple[bool, bool]:
        """Whether the editor takes edits by document, and whether it moves files."""
        workspace = self.lsp.client_capabilities.workspace
        can = workspace.workspace_edit if workspace is not None else None
        if can is None or not can.document_changes:
            return False, False
        return True, types.ResourceOperationKind.Rename in (can.resource_operations or ())

    def code_action(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """What can be done about the findings at a place."""
        asked = self._asked(params.text_document)
        if asked is None:
            return []
        path, clan = asked
        made: list[types.CodeAction] = []
        first, last = params.range.start, params.range.end
        for found in clan.diagnostics():
            if not any(_covers(found, path, (at.line, at.character)) for at in (first, last)):
                continue
            fix = fix_of(found)
            if fix is None:
                continue
            edit = Edit(fix.span.source, fix.span.start, fix.span.end, fix.text)
            edits = {self.uris.of(file): one for file, one in protocol.text_edits([edit]).items()}
            made.append(
                types.CodeAction(
                    fix.title,
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[protocol.diagnostic(found, self.uris)],
                    edit=types.WorkspaceEdit(changes=dict(edits)),
                    is_preferred=found.severity is Severity.ERROR or None,
                )
            )
        return made


def _covers(found: Diagnostic, path: str, at: tuple[int, int]) -> bool:
    """Whether a finding is at a place."""
    if found.span is None or found.span.source.path is None or os.path.realpath(found.span.source.path) != path:
        return False
    where = offset(found.span.source, at)
    return found.span.start <= where <= max(found.span.end, found.span.start + 1)


def _guarded(handler: Callable[..., _T]) -> Callable[..., _T | None]:
    """The handler, from which no surprise comes out: no answer instead, and a line in the log."""

    def guarded(*arguments: Any) -> _T | None:
        try:
            return handler(*arguments[-1:])
        except JsonRpcException:
            raise
        except Exception as surprise:
            log.error("%s: %s", type(surprise).__name__, surprise if os.environ.get("CLANBACK_DEBUG") == "1" else "no answer")
            if os.environ.get("CLANBACK_DEBUG") == "1":
                log.exception("on the way")
            return None

    return guarded


def serve() -> None:
    """Answer an editor over stdin and stdout until it goes away."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # it logs what it cannot read, with the texts in it
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    sys.stdout = sys.stderr  # whatever is printed by mistake must not come between the messages
    with contextlib.suppress(OverflowError):  # the length of a message that no memory could hold: nothing can follow it
        Server().lsp.start_io(incoming, outgoing)
