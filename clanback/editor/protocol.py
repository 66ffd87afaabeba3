"""From our words to those of the language server protocol."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from lsprotocol import types

from clanback.diagnostics import Severity
from clanback.editor.positions import span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clanback.diagnostics import Diagnostic, Source, Span
    from clanback.editor.completion import Offer
    from clanback.editor.renaming import Edit, Renaming

SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}

KINDS = {
    "machine": types.CompletionItemKind.Reference,
    "tag": types.CompletionItemKind.Keyword,
    "role": types.CompletionItemKind.Class,
    "service": types.CompletionItemKind.Module,
    "setting": types.CompletionItemKind.Property,
    "option": types.CompletionItemKind.Field,
    "set": types.CompletionItemKind.Struct,
    "value": types.CompletionItemKind.Value,
}


class Uris:
    """Between paths and URIs. What an editor calls a file is kept: its path may lead over a symbolic link."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}

    def open(self, uri: str) -> str | None:
        """The real path of a document; None if it is not a file."""
        path = to_path(uri)
        if path is not None:
            self._given[path] = uri
        return path

    def of(self, path: str) -> str:
        """The URI of a file."""
        return self._given.get(path) or "file://" + quote(path)


def to_path(uri: str) -> str | None:
    """The real path that a `file:` URI names; None for anything else."""
    parts = urlsplit(uri)
    path = unquote(parts.path)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost") or "\0" in path or not path.startswith("/"):
        return None
    return os.path.realpath(path)


def range_of(source: Source, start: int, end: int) -> types.Range:
    """A piece of a source."""
    (line, character), (end_line, end_character) = span(source, start, end)
    return types.Range(types.Position(line, character), types.Position(end_line, end_character))


def location(where: Span, uris: Uris) -> types.Location | None:
    """A place in a file."""
    if where.source.path is None:
        return None
    return types.Location(uris.of(os.path.realpath(where.source.path)), range_of(where.source, where.start, where.end))


def diagnostic(found: Diagnostic, uris: Uris) -> types.Diagnostic:
    """A finding: the help and the notes stand below the message, further places are related information."""
    more = [f"note: {note}" for note in found.notes] + ([f"help: {found.help}"] if found.help else [])
    related = [
        types.DiagnosticRelatedInformation(place, label.message)
        for label in found.labels
        if (place := location(label.span, uris)) is not None
    ]
    here = types.Range(types.Position(0, 0), types.Position(0, 1))
    return types.Diagnostic(
        range=here if found.span is None else range_of(found.span.source, found.span.start, found.span.end),
        message="\n".join([found.message, *more]),
        severity=SEVERITIES[found.severity],
        code=found.code,
        source="clanback",
        related_information=related or None,
    )


def completion_item(offer: Offer, source: Source, offset: int, number: int) -> types.CompletionItem:
    """An offer; the number keeps the order."""
    return types.CompletionItem(
        label=offer.label,
        kind=KINDS[offer.kind],
        detail=offer.detail or None,
        documentation=types.MarkupContent(types.MarkupKind.Markdown, offer.documentation) if offer.documentation else None,
        filter_text=offer.label,
        sort_text=f"{number:04}",
        text_edit=types.TextEdit(range_of(source, offer.start, offset), offer.text),
    )


def text_edits(edits: Iterable[Edit]) -> dict[str, list[types.TextEdit]]:
    """Edits by file (real path)."""
    found: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        if edit.source.path is not None:
            made = types.TextEdit(range_of(edit.source, edit.start, edit.end), edit.text)
            found.setdefault(os.path.realpath(edit.source.path), []).append(made)
    return found


def workspace_edit(renaming: Renaming, uris: Uris, versions: dict[str, int], *, with_documents: bool) -> types.WorkspaceEdit:
    """A rename: edits first, since they name files by where they lie now, then the folders that move."""
    edits = text_edits(renaming.edits)
    if not with_documents:
        return types.WorkspaceEdit(changes={uris.of(path): made for path, made in edits.items()})
    changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = [
        types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uris.of(path), versions.get(path)), list(made))
        for path, made in edits.items()
    ]
    changes += [types.RenameFile(uris.of(old), uris.of(new)) for old, new in renaming.moves]
    return types.WorkspaceEdit(document_changes=changes)
