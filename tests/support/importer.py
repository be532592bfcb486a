"""A process that imports files for the crash tests: for each line `[WORKSPACE, FILE]` a forked child imports it.

Prints the child's number, then, when it has ended, its exit code and what it said. Where processes cannot be forked they are started anew.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from typing import Any


def one(root: str, file: str, told: Any, pack: Any) -> None:
    from taizhang.errors import TaizhangError
    from taizhang.intake.importing import import_file
    from taizhang.workspace import Workspace

    workspace = Workspace.open(root)
    if pack is not None:
        workspace.__dict__["pack"] = pack
    workspace.activate()
    try:
        result = import_file(workspace, file, person="王", confirm=True)
        told.send(f"recorded {result.submission}" if result.submission else "nothing")
    except TaizhangError as error:
        told.send(f"refused {error.fault.code}")


def main() -> None:
    from taizhang.pack import load_pack

    forks = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if forks else "spawn")
    pack = load_pack() if forks else None
    if forks:
        import taizhang.intake.checking
        import taizhang.intake.importing
        import taizhang.intake.tables  # noqa: F401
    for line in sys.stdin:
        root, file = json.loads(line)
        hears, tells = context.Pipe(duplex=False)
        process = context.Process(target=one, args=(root, file, tells, pack))
        process.start()
        tells.close()
        print(process.pid, flush=True)
        process.join()
        try:
            said = hears.recv() if hears.poll() else ""
        except EOFError:
            said = ""
        print(json.dumps([process.exitcode, said]), flush=True)


if __name__ == "__main__":
    main()
