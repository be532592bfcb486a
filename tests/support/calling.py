"""Commands called as the command line does, without a process for each."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Outcome:
    """What a command gave: exit code, what it printed, what it said beside that."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The printed JSON."""
        return json.loads(self.out)


def caller(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Return a function that calls ``taizhang`` with arguments in this process and returns its outcome."""
    from taizhang import cli
    from taizhang.cli.failures import told

    monkeypatch.setenv("LANGUAGE", "zh")
    cli._speak()

    def run(*arguments: object) -> Outcome:
        texts = [str(a) for a in arguments]
        monkeypatch.setattr(sys, "argv", ["taizhang", *texts])
        capsys.readouterr()
        code = told(lambda: cli.taizhang.main(args=texts, prog_name="taizhang", standalone_mode=False), debug=True)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Outcome(code, said.out, said.err)

    return run
