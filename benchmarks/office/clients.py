"""Browsers without a window: a kept connection with cookies; many of them at once, and what they waited."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.office.town import PASSWORD

_PATIENCE = 180


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: Sequence[str | Path], port: int, log: Path, path: str = "/") -> Iterator[int]:
    """Run a server until the end of the block; it is up when ``path`` is answered."""
    with log.open("w") as stream:
        process = subprocess.Popen([str(part) for part in command], stdout=stream, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", path)
                if connection.getresponse().status < 500:
                    break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"the server did not come up:\n{log.read_text()[-2000:]}") from None
                time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


class Browser:
    """One person at one server."""

    def __init__(self, port: int, language: str = "zh-CN") -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.status = 0
        self.headers: http.client.HTTPMessage | None = None

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> bytes:
        """Send a request and return the body of the answer."""
        sent = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items()), "Accept-Encoding": "gzip", **headers}
        try:
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._connection.close()
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
        content = answer.read()
        self.status, self.headers = answer.status, answer.headers
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        return content

    def sign_in(self, username: str) -> None:
        """Sign in by the form."""
        page = self.ask("GET", "/sign-in/", **{"Accept-Encoding": "identity"}).decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, page[:500]
        form = urlencode({"csrfmiddlewaretoken": token[1], "username": username, "password": PASSWORD})
        self.ask("POST", "/sign-in/", form.encode(), **{"Content-Type": "application/x-www-form-urlencoded"})
        assert self.status == 302, f"{username} could not sign in: {self.status}"


def spent(work: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def together(workers: Sequence[Callable[[], object]], seconds: float) -> tuple[list[float], list[str], float]:
    """Let each worker do its work over and over in a thread of its own; return what each time took, what failed, and the whole time."""
    times, failures = list[float](), list[str]()
    begun = time.monotonic()

    def run(work: Callable[[], object]) -> None:
        while time.monotonic() - begun < seconds:
            try:
                times.append(spent(work))
            except Exception as error:
                failures.append(f"{type(error).__name__}: {error}"[:300])

    threads = [threading.Thread(target=run, args=(work,)) for work in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, failures, time.monotonic() - begun


def at(times: Sequence[float], share: float) -> float:
    """Return the time within which a share of all ended, in milliseconds."""
    listed = sorted(times)
    return round(1000 * listed[min(len(listed) - 1, int(share * len(listed)))], 1) if listed else 0.0
