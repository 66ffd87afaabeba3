"""A real browser, driven as the WebDriver standard says: Chromium by chromedriver, with plain HTTP."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAGS = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1400,1000"),
]
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"tab": "\ue004", "enter": "\ue007", "space": "\ue00d", "shift": "\ue008", "escape": "\ue00c"}


def missing() -> str | None:
    """Why there is no browser here, or None."""
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            return f"{program} is not installed (Debian: chromium-driver)"
    return None


class Browser:
    """One session."""

    def __init__(self, port: int) -> None:
        self._at = f"http://127.0.0.1:{port}"
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        options = {"args": [*FLAGS, f"--user-data-dir={self._profile}"], "binary": shutil.which("chromium")}
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        answer = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{answer['sessionId']}"

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        content = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self._at + path, content, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as refused:
            raise AssertionError(refused.read().decode()) from None

    def command(self, name: str, body: object = None) -> Any:
        return self._ask("POST", f"{self._session}/{name}", body)

    def open(self, url: str) -> None:
        self.command("url", {"url": url})

    def run(self, script: str, *arguments: object) -> Any:
        return self.command("execute/sync", {"script": script, "args": arguments})

    def press(self, *keys: str) -> None:
        """Press and release each key in turn, wherever the focus is; `shift+tab` together."""
        actions = []
        for key in keys:
            parts = [KEYS.get(part, part) for part in (key.split("+") if len(key) > 1 else [key])]
            actions += [{"type": "keyDown", "value": part} for part in parts]
            actions += [{"type": "keyUp", "value": part} for part in reversed(parts)]
        self.command("actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def emulate(self, scheme: str) -> None:
        """Prefer `light` or `dark`."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.command("goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}})

    def console(self) -> list[str]:
        """What the page complained about since the last look."""
        return [f"{entry['level']}: {entry['message']}" for entry in self.command("se/log", {"type": "browser"})]

    def requested(self) -> list[str]:
        """What was asked of the network or the disk since the last look."""
        messages = [json.loads(entry["message"])["message"] for entry in self.command("se/log", {"type": "performance"})]
        sent = [message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        return [url for url in sent if not url.startswith("data:")]

    def screenshot(self) -> bytes:
        from base64 import b64decode

        return b64decode(self._ask("GET", f"{self._session}/screenshot"))

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._ask("DELETE", self._session)
        shutil.rmtree(self._profile, ignore_errors=True)


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A browser that is gone when the block is left."""
    with socket_port() as port:
        pass
    driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        found = None
        for _ in range(100):
            with contextlib.suppress(OSError):
                found = Browser(port)
                break
            time.sleep(0.1)
        assert found is not None, "chromedriver does not answer"
        try:
            yield found
        finally:
            found.close()
    finally:
        driver.terminate()
        driver.wait(10)


@contextlib.contextmanager
def socket_port() -> Iterator[int]:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        yield free.getsockname()[1]
