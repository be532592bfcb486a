"""Kinds of jobs: a function with a name, which the worker finds by the module that it stands in."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from taizhang.errors import TaizhangError

if TYPE_CHECKING:
    from taizhang.jobs.work import Work

Function = Callable[..., dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job; ``title`` is Chinese and marked for the catalogue."""

    name: str
    title: str
    function: Function
    module: str

    def run(self, work: Work, arguments: dict[str, Any]) -> dict[str, Any]:
        """Do the work and return its result."""
        return self.function(work, **arguments) or {}


_kinds: dict[str, Kind] = {}


def job(name: str, *, title: str) -> Callable[[Function], Function]:
    """Register a function ``(work, **arguments) → result`` as a kind of job.

    The arguments are JSON. The result is JSON, too; of it ``url`` is where the person goes on, ``files`` is {title: path inside the job's
    folder}, ``facts`` a list of [title, value] to be shown. What is written must be written by one action at the end, so that a job that is
    killed leaves nothing half done.

    Raises ``ValueError`` for a name that another module has taken.
    """

    def register(function: Function) -> Function:
        known = _kinds.get(name)
        if known and known.module != function.__module__:
            raise ValueError(f"two kinds of job named {name}: {known.module} and {function.__module__}")
        _kinds[name] = Kind(name, title, function, function.__module__)
        return function

    return register


def kind_of(name: str, module: str = "") -> Kind:
    """Return a kind of job, loading the module that registers it.

    Raises ``TaizhangError`` (``jobs.kind_unknown``).
    """
    if name not in _kinds and module.startswith("taizhang."):
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            raise TaizhangError("jobs.kind_unknown", name=name) from error
    if name not in _kinds:
        raise TaizhangError("jobs.kind_unknown", name=name)
    return _kinds[name]
