"""A language client over stdio, as an editor is one: requests and notifications as JSON, answers as they come."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

PATIENCE = 30.0


class Client:
    """Starts `clanback lsp` and speaks to it. `messages` are the notifications that came, the oldest first."""

    def __init__(self, root: Path, capabilities: dict[str, Any] | None = None) -> None:
        self.root = root
        self.process = subprocess.Popen(
            [sys.executable, "-m", "clanback", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=root,
        )
        self._incoming: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.messages: list[dict[str, Any]] = []
        self._number = 0
        self._version = 0
        threading.Thread(target=self._read, daemon=True).start()
        self.server = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": root.as_uri(),
                "capabilities": capabilities if capabilities is not None else CAPABILITIES,
            },
        )
        self.notify("initialized", {})

    def _read(self) -> None:
        stream: IO[bytes] = self.process.stdout  # type: ignore[assignment]
        while True:
            length = 0
            while line := stream.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                self._incoming.put(None)
                return
            self._incoming.put(json.loads(stream.read(length)))

    def send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))

    def raw(self, content: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(content)
        self.process.stdin.flush()

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> Any:
        """The result; an `AssertionError` for an error, unless `failing` is asked for it."""
        answer = self._ask(method, params)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def failing(self, method: str, params: Any) -> dict[str, Any]:
        """The error that a request gets."""
        answer = self._ask(method, params)
        assert "error" in answer, answer
        error: dict[str, Any] = answer["error"]
        return error

    def _ask(self, method: str, params: Any) -> dict[str, Any]:
        self._number += 1
        self.send({"id": self._number, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self._number and "method" not in message:
                return message

    def _next(self) -> dict[str, Any]:
        message = self._incoming.get(timeout=PATIENCE)
        assert message is not None, "the server is gone"
        if "method" in message:
            if "id" in message:  # the server asks us
                self.send({"id": message["id"], "result": None})
            self.messages.append(message)
        return message

    # -- documents -------------------------------------------------------------------------------------------------

    def uri(self, file: str) -> str:
        return (self.root / file).as_uri()

    def open(self, file: str, text: str | None = None) -> None:
        text = (self.root / file).read_text() if text is None else text
        self._version += 1
        document = {"uri": self.uri(file), "languageId": "nix", "version": self._version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, file: str, text: str) -> None:
        self._version += 1
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": self.uri(file), "version": self._version}, "contentChanges": [{"text": text}]},
        )

    def diagnostics(self, file: str) -> list[dict[str, Any]]:
        """The next findings that are published for a file."""
        while True:
            for number, message in enumerate(self.messages):
                if message["method"] == "textDocument/publishDiagnostics" and message["params"]["uri"] == self.uri(file):
                    del self.messages[number]
                    found: list[dict[str, Any]] = message["params"]["diagnostics"]
                    return found
            self._next()

    def at(self, file: str, text: str, marked: str, *, after: int = 0, nth: int = 0) -> dict[str, Any]:
        """The parameters of a question about the place where `marked` stands in `text`."""
        at = -1
        for _ in range(nth + 1):
            at = text.index(marked, at + 1)
        return {"textDocument": {"uri": self.uri(file)}, "position": position(text, at + after)}

    def close(self) -> int:
        """Say goodbye as an editor does; the exit status."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(timeout=PATIENCE)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def position(text: str, offset: int) -> dict[str, int]:
    before = text[:offset]
    line = before.rpartition("\n")[2]
    return {"line": before.count("\n"), "character": len(line.encode("utf-16-le")) // 2}


CAPABILITIES: dict[str, Any] = {
    "workspace": {
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename", "delete"]},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "textDocument": {"rename": {"prepareSupport": True}, "publishDiagnostics": {"relatedInformation": True}},
}


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """A text with the edits made, as an editor makes them."""

    def offset(at: dict[str, int]) -> int:
        lines = text.split("\n")
        before = sum(len(line) + 1 for line in lines[: at["line"]])
        return before + len(lines[at["line"]].encode("utf-16-le")[: 2 * at["character"]].decode("utf-16-le"))

    for edit in sorted(edits, key=lambda one: offset(one["range"]["start"]), reverse=True):
        text = text[: offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]) :]
    return text
