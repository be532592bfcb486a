"""A process that answers the office's requests and runs its jobs for the tests that kill: each line asks for one thing, which a forked child does.

Lines: {"root", "session", "path", "data", "json"} is a POST of somebody who is signed in; {"root", "job"} runs a waiting job as a worker would.
Prints the child's number, then, when it has ended, its exit code and what it said (a status, or the job's state).
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from typing import Any


def one(asked: dict[str, Any], told: Any) -> None:
    from django.conf import settings

    from taizhang.workspace import Workspace

    Workspace.open(asked["root"]).activate()
    if "job" in asked:
        from taizhang.jobs import signs
        from taizhang.jobs.models import Job
        from taizhang.jobs.running import run_job

        with signs.living(settings.TAIZHANG_WORKSPACE):
            run_job.func(asked["job"])
        told.send(Job.objects.get(id=asked["job"]).state)
        return
    from django.test import Client

    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = asked["session"]
    data = json.dumps(asked["data"]) if asked.get("json") else asked["data"]
    more = {"content_type": "application/json"} if asked.get("json") else {}
    told.send(client.post(asked["path"], data, **more).status_code)


def main() -> None:
    from taizhang.serving.configuration import configure

    configure(sys.argv[1], hosts=["testserver"])
    from django.test import Client

    from taizhang.pack import load_pack

    load_pack()
    import taizhang.intake.checking
    import taizhang.intake.importing
    import taizhang.intake.tables
    import taizhang.journal.actions
    import taizhang.serving.urls  # noqa: F401

    Client()
    context = multiprocessing.get_context("fork")
    print("ready", flush=True)
    for line in sys.stdin:
        hears, tells = context.Pipe(duplex=False)
        process = context.Process(target=one, args=(json.loads(line), tells))
        process.start()
        tells.close()
        print(process.pid, flush=True)
        process.join()
        try:
            said = hears.recv() if hears.poll() else None
        except EOFError:
            said = None
        print(json.dumps([process.exitcode, said]), flush=True)


if __name__ == "__main__":
    main()
