#!/usr/bin/env python3
"""The two commands of this project: ``python3 do.py demo`` and ``python3 do.py test``.

Needs nothing but Python 3.11 or newer; makes a virtual environment in ``.venv`` and installs what the lock files pin.
Works alike on Linux, macOS and Windows.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
ON_DEBIAN = {"soffice": ["libreoffice-writer", "libreoffice-calc"], "chromium": ["chromium"], "java": ["default-jre-headless"]}


def say(text: str) -> None:
    """Print a line at once, whatever the console's encoding."""
    sys.stdout.buffer.write((text + "\n").encode(sys.stdout.encoding or "utf-8", "replace"))
    sys.stdout.flush()


def run(*command: str | Path, check: bool = True, quiet: bool = False) -> int:
    """Run a command in the project's folder and return its exit code."""
    out = subprocess.DEVNULL if quiet else None
    code = subprocess.run([str(c) for c in command], cwd=HERE, check=False, stdout=out, stderr=out).returncode
    if check and code:
        sys.exit(code)
    return code


def apt_install(*packages: str) -> bool:
    """Install Debian packages where that is possible without asking anybody."""
    apt = shutil.which("apt-get")
    if not apt:
        return False
    prefix: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo") or run("sudo", "-n", "true", check=False, quiet=True):
            return False
        prefix = ["sudo", "-n"]
    run(*prefix, apt, "update", "-qq", check=False, quiet=True)
    return run(*prefix, apt, "install", "-y", "-qq", "--no-install-recommends", *packages, check=False, quiet=True) == 0


def make_venv() -> None:
    """Make the virtual environment; Debian keeps what it needs in a package of its own."""
    if PYTHON.exists():
        return
    command = [sys.executable, "-m", "venv", VENV]
    if run(*command, check=False, quiet=True) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if apt_install("python3-venv") and run(*command, check=False) == 0:
        return
    sys.exit("无法建立虚拟环境：请先安装 python3-venv。/ Cannot make a virtual environment: install python3-venv first.")


def install(lock: str) -> None:
    """Install the pinned packages and this project; does nothing when they are already as pinned."""
    make_venv()
    pins = HERE / "requirements" / lock
    stamp = VENV / f"{lock}.sha256"
    made_of = [pins, *(HERE / name for name in ("pyproject.toml", "hatch_build.py", "package-lock.json", "vite.config.js"))]
    made_of += sorted(path for name in ("web", "src/taizhang/audit/page") for path in (HERE / name).rglob("*") if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in made_of)).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    say("正在安装所需软件包…… / Installing what is needed …")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--require-hashes", "-r", pins)
    run(*pip, "--no-build-isolation", "--no-deps", "-e", HERE)
    stamp.write_text(digest)


def demo(*arguments: str) -> None:
    """Build the demonstration town and write its annual report."""
    install("base.lock")
    run(PYTHON, "-m", "taizhang", "demo", *(arguments or ("out/gongping-2020", "--replace")))


def test(*arguments: str) -> None:
    """Run the checks and the whole test suite; fetch what they need beyond Python packages, or say what is left out."""
    install("dev.lock")
    if platform.system() == "Linux":
        for program, packages in ON_DEBIAN.items():
            if not shutil.which(program) and not apt_install(*packages):
                say(f"没有{program}，有关测试将略过。/ {program} is missing; its tests are left out.")
    if not arguments:
        run(PYTHON, "-m", "ruff", "check", ".")
        run(PYTHON, "-m", "ruff", "format", "--check", ".")
        run(PYTHON, "-m", "mypy")
        run(VENV / ("Scripts" if os.name == "nt" else "bin") / "lint-imports")
        # One more worker than there are processors: some tests wait more than they work.
        run(PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-n", str((os.cpu_count() or 1) + 1))
    else:
        run(PYTHON, "-m", "pytest", *arguments)


COMMANDS = {"demo": demo, "test": test}

if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("需要Python 3.11或更新版本。/ Python 3.11 or newer is needed.")
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit("python3 do.py demo | test")
    COMMANDS[sys.argv[1]](*sys.argv[2:])
