"""A process of its own that records into a workspace: what the tests kill, race and starve of disk.

Usage: recorder.py WORKSPACE FIRST COUNT AMOUNT [ROUNDS]: records entries H<FIRST> … with the amount, only what differs from what stands.
Prints `ready` when Django is up, then waits for a line on its input, then for each round `recorded N`, `nothing` or `refused CODE`.
Usage: recorder.py serve: for each line `WORKSPACE FIRST COUNT AMOUNT` starts a process that records it, prints its number, then how it ended.
"""

from __future__ import annotations

import json
import multiprocessing
import sys


def changes(first: int, count: int, amount: str) -> list[object]:
    from taizhang.journal import Change, read

    wanted = {
        f"H{n:06d}": f'{{"household":"H{n:06d}","amount":"{amount}","payee":"张三","note":"{"一二三四五" * 20}"}}'
        for n in range(first, first + count)
    }
    stands = read.standing("payment", wanted)
    found = []
    for line, (entry, data) in enumerate(wanted.items(), 3):
        standing = stands.get(entry)
        if standing is None or standing.data != data:
            found.append(
                Change("payment", entry, "record", "990128105201", data, data, None, "Sheet1", line, standing.seq if standing else None)
            )
    return found


def record(first: int, count: int, amount: str) -> str:
    from taizhang.errors import TaizhangError
    from taizhang.journal import Source, actions

    try:
        wanted = changes(first, count, amount)
        if not wanted:
            return "nothing"
        return f"recorded {actions.do_record('王', Source('file', 'a.xlsx', 'ab' * 32), wanted).rows}"
    except TaizhangError as error:
        return f"refused {error.fault.code}"


def one(root: str, first: str, count: str, amount: str) -> None:
    from taizhang.workspace import Workspace

    Workspace.open(root).activate()
    print(record(int(first), int(count), amount), file=sys.stderr)


def serve() -> None:
    # A forked process need not start Python and Django anew, which would be nine tenths of the time of 200 kills.
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    for line in sys.stdin:
        root, *arguments = json.loads(line)
        from taizhang.workspace import Workspace

        Workspace.open(root).activate()
        import taizhang.journal.actions  # noqa: F401

        process = context.Process(target=one, args=(root, *arguments))
        process.start()
        print(process.pid, flush=True)
        process.join()
        print(process.exitcode, flush=True)


def main() -> None:
    if sys.argv[1] == "serve":
        serve()
        return
    from taizhang.workspace import Workspace

    root, first, count, amount, *rounds = sys.argv[1:]
    Workspace.open(root).activate()
    import taizhang.journal.actions  # noqa: F401

    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(rounds[0]) if rounds else 1):
        said = record(int(first), int(count), f"{amount}{number or ''}")
        while said == "refused journal.conflict":
            said = record(int(first), int(count), f"{amount}{number or ''}")
        print(said, flush=True)


if __name__ == "__main__":
    main()
