"""A standalone cluster on this machine: a master and workers as processes of their own, which surely end with it.

``python -m benchmarks.spark.cluster 2`` starts two workers and waits for Ctrl-C.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType

START_SECONDS = 90
HOST = "127.0.0.1"


def spark_class() -> list[str]:
    """Return the command that starts a class of the Spark that is installed with pyspark."""
    import pyspark

    return [str(Path(pyspark.__file__).parent / "bin" / "spark-class")]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


class Cluster:
    """Use as a context manager; ``url`` is the master's address."""

    def __init__(self, workers: int, cores: int = 1, memory: str = "2g") -> None:
        self.count, self.cores, self.memory = workers, cores, memory
        self.port, self._web = _free_port(), _free_port()
        self.url = f"spark://{HOST}:{self.port}"
        self.master: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        self._room = tempfile.TemporaryDirectory(prefix="taizhang-spark-")

    def __enter__(self) -> Cluster:
        try:
            master = "org.apache.spark.deploy.master.Master"
            self.master = self._start("master", master, "--host", HOST, "--port", str(self.port), "--webui-port", str(self._web))
            self._wait(0)
            for _ in range(self.count):
                self.add_worker()
            self._wait(self.count)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def add_worker(self) -> None:
        """Start one more worker."""
        number = len(self.workers)
        room = Path(self._room.name) / f"work-{number}"
        room.mkdir()
        worker = "org.apache.spark.deploy.worker.Worker"
        given = ("--cores", str(self.cores), "--memory", self.memory, "--work-dir", str(room), "--webui-port", str(_free_port()))
        self.workers.append(self._start(f"worker-{number}", worker, "--host", HOST, *given, self.url))

    def kill_worker(self, number: int) -> None:
        """Kill a worker with its executors at once, as when a machine fails."""
        _kill(self.workers[number])

    def stop(self) -> None:
        """End everything that was started."""
        for process in [*self.workers, *([self.master] if self.master else [])]:
            _kill(process)
        self._room.cleanup()

    def _start(self, name: str, class_name: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = (Path(self._room.name) / f"{name}.log").open("wb")
        environment = {**os.environ, "SPARK_LOCAL_IP": HOST, "SPARK_DAEMON_MEMORY": "256m", "SPARK_LOCAL_DIRS": self._room.name}
        # A session of its own, so that a signal to the group reaches the executors that a worker has started.
        return subprocess.Popen(
            [*spark_class(), class_name, *arguments],
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
            preexec_fn=_end_with_us,
        )

    def _wait(self, workers: int) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if any(p.poll() is not None for p in (*self.workers, *([self.master] if self.master else []))):
                break
            if self.alive() >= workers:
                return
            time.sleep(0.3)
        logs = "\n".join(path.read_text(errors="replace")[-1500:] for path in Path(self._room.name).glob("*.log"))
        raise RuntimeError(f"the cluster did not start:\n{logs}")

    def alive(self) -> int:
        """Return how many workers the master knows to be alive; -1 while it does not answer."""
        import json

        try:
            with urllib.request.urlopen(f"http://{HOST}:{self._web}/json/", timeout=5) as answer:
                return int(json.load(answer)["aliveworkers"])
        except (OSError, ValueError):
            return -1


def _end_with_us() -> None:
    """Have the kernel kill the process when this one is gone, even by a kill; executors end by themselves when their worker has."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def main() -> None:
    """Start a cluster and keep it until it is interrupted."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    with Cluster(count) as cluster:
        print(cluster.url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
