"""Shared fixtures. A test that asks for ``engine`` or ``workspace`` runs once on SQLite and once on PostgreSQL.

``workspace``         an activated workspace with an empty journal, on each database
``sqlite_workspace``  the same on SQLite only: for tests in which the database makes no difference
``new_workspace``     a function that makes another one on the same database
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import uuid
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

sys.path.insert(0, str(Path(__file__).parent))
os.environ["TAIZHANG_LANG"] = "zh"  # the commands' help is translated when they are loaded, which may be before any fixture

import taizhang.cli  # noqa: F401 - loaded later, by the first failure that is told, it would speak that one's language
from support import postgres
from support.town import build_town, shared
from taizhang.collector import collect_seldom
from taizhang.pack import Pack, load_pack
from taizhang.serving.configuration import configure
from taizhang.workspace.folder import FOLDERS, Workspace


def _in_memory() -> None:
    """Keep the folders of tests in memory where there is room: a database waits for the disk at every commit, which no test looks at.

    What a killed process had written is there all the same.
    """
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 << 30:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


# How long an example takes says more of what else the machine does than of the code.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")
# Neither the programs that tests start nor the next run need compile the same modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
_in_memory()
# One process runs tests of the command line and of the office: Django is configured once, with all that the office needs.
configure(
    "a key for tests only, of no worth to anybody 0123456789",
    hosts=["localhost", "testserver"],
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
)

TOWN = "990128105"
_DIVISIONS = """code,name,valid_from,valid_to,successor
99,示范省,,,
9901,示范市,,,
990128,示范县,,,
990128105,公坪镇,,,
990128105001,公坪社区,,,
99012810500103,公坪社区3组,,,
990128105201,銮塘村,,,
990128105202,桐木村,,,
990128105203,石板村,,,
990128105204,枫香村,,,
990128105205,白岩村,,,
"""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while tests and packs are read, and never among them again: nearly all of it stays to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        collect_seldom()
        gc.enable()


@pytest.hookimpl(trylast=True)  # after folders have marked what is theirs
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin first what waits longest, so that it is not waited for at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True)
def _no_foreign_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    # The developer's own database and language must not decide what a test sees.
    for name in ("DATABASE_URL", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TAIZHANG_LANG", "zh")


# The default developer run is on SQLite; a server of its own for each worker takes as long as all the rest.
@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.slow])])
def engine(request: pytest.FixtureRequest) -> str:
    """Name of the database that the test runs on."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a PostgreSQL server, started at the first test that asks for it."""
    with postgres.server() as url:
        if url is None:
            pytest.skip(postgres.LEFT_OUT)
        yield url


def make_workspace(root: Path, database: str = "sqlite", hash_name: str = "sha256") -> Workspace:
    """Make the folder of a workspace; its database is left alone."""
    root.mkdir(parents=True, exist_ok=True)
    for folder in FOLDERS:
        (root / folder).mkdir(exist_ok=True)
    lines = {"town": TOWN, "title": "公坪镇", "pack": "township", "database": database, "hash": hash_name}
    (root / "taizhang.toml").write_text("[workspace]\n" + "".join(f'{k} = "{v}"\n' for k, v in lines.items()), encoding="utf-8")
    (root / "divisions.csv").write_text(_DIVISIONS, encoding="utf-8")
    return Workspace.open(root)


def _migrate(workspace: Workspace) -> None:
    from django.core.management import call_command
    from django.db import connection

    workspace.activate()
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()


def _psql(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = make_workspace(tmp_path_factory.mktemp("template") / "town")
    _migrate(workspace)
    return workspace.path("taizhang.db")


@pytest.fixture(scope="session")
def _postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    name = f"template_{uuid.uuid4().hex[:12]}"
    _psql(postgres_server, f"CREATE DATABASE {name}")
    _migrate(make_workspace(tmp_path_factory.mktemp("template") / "town", postgres.database_url(postgres_server, name)))
    return name


@pytest.fixture
def new_workspace(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Workspace]]:
    """Return a function (name, hash_name='sha256', empty=False) → activated workspace with an empty journal; ``empty``: without tables."""
    databases: list[str] = []
    server = request.getfixturevalue("postgres_server") if engine == "postgresql" else ""

    def make(name: str = "town", hash_name: str = "sha256", *, empty: bool = False) -> Workspace:
        if engine == "sqlite":
            workspace = make_workspace(tmp_path / name, hash_name=hash_name)
            if not empty:
                shutil.copyfile(request.getfixturevalue("_sqlite_template"), workspace.path("taizhang.db"))
        else:
            database = f"test_{uuid.uuid4().hex[:12]}"
            template = "template0" if empty else request.getfixturevalue("_postgres_template")
            _psql(server, f"CREATE DATABASE {database} TEMPLATE {template}")
            databases.append(database)
            workspace = make_workspace(tmp_path / name, postgres.database_url(server, database), hash_name)
        workspace.activate()
        return workspace

    yield make
    _close()
    for database in databases:
        _psql(server, f"DROP DATABASE {database} WITH (FORCE)")


@pytest.fixture
def workspace(new_workspace: Callable[..., Workspace]) -> Workspace:
    """An activated workspace with an empty journal, on SQLite and on PostgreSQL."""
    return new_workspace()


@pytest.fixture
def sqlite_workspace(tmp_path: Path, _sqlite_template: Path) -> Iterator[Workspace]:
    """An activated workspace with an empty journal on SQLite."""
    yield _on_sqlite(tmp_path / "town", _sqlite_template)
    _close()


@pytest.fixture(scope="module")
def lasting_workspace(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> Workspace:
    """The same for all tests of a module; each has to activate it, and to leave it as it was."""
    return _on_sqlite(tmp_path_factory.mktemp("lasting") / "town", _sqlite_template)


def _on_sqlite(root: Path, template: Path) -> Workspace:
    made = make_workspace(root)
    shutil.copyfile(template, made.path("taizhang.db"))
    made.activate()
    return made


def _close() -> None:
    from django.conf import settings
    from django.db import connections

    if not settings.configured:
        return

    for connection in connections.all(initialized_only=True):
        connection.close()


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the demonstration town, one for all workers; never written to."""
    return shared(tmp_path_factory, "gongping", build_town)


@pytest.fixture(scope="session")
def own_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The shipped pack with a few rules of the tests' own (``comparison/findings_town.py``), checked by one worker for all."""
    from support.findings_office import add_rules

    def load(root: Path) -> Pack:
        return load_pack(root / "pack", checked=root / "checked")

    def make(root: Path) -> None:
        (root / "pack").mkdir(parents=True)
        add_rules(root)
        load(root)

    return load(shared(tmp_path_factory, "own-pack", make))


@pytest.fixture
def make_change() -> Callable[..., Any]:
    """Return a function that makes a ``Change`` of ledger ``payment``: (entry, amount, base=None, op='record', line=None)."""
    from taizhang.journal import Change

    def make(
        entry: str, amount: object = "1", base: int | None = None, op: str = "record", line: int | None = None, ledger: str = "payment"
    ) -> Change:
        data = "{}" if op == "withdraw" else f'{{"household":"{entry}","amount":"{amount}","payee":"张三"}}'
        return Change(ledger, entry, op, "990128105201", data, None, None, "Sheet1", line, base)  # type: ignore[arg-type]

    return make
