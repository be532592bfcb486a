"""Running a harness under atheris for so many seconds, with a corpus that the harness makes; what breaks is kept as a file."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import atheris


def _entry(word: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n'


def run(
    description: str,
    one: Callable[[bytes], None],
    seeds: Iterable[bytes],
    dictionary: Sequence[str],
    *,
    longest: int,
    mutate: object = None,
) -> None:
    """Read the arguments and fuzz; ends the process, with another code than 0 when something broke."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, help="a folder that keeps what was found worth keeping; a temporary one when left out")
    parser.add_argument("--found", type=Path, default=Path(), help="where inputs that break something are written")
    parser.add_argument("--again", type=Path, nargs="+", help="only run these files, as found before")
    options = parser.parse_args()
    if options.again:
        for path in options.again:
            one(path.read_bytes())
        return
    corpus = options.corpus or Path(tempfile.mkdtemp(prefix="corpus-"))
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number:04d}").write_bytes(seed)
    listed = corpus.with_name(corpus.name + ".dict")
    listed.write_text("".join(map(_entry, dictionary)), encoding="ascii")
    options.found.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={options.seconds}", f"-max_len={longest}", "-timeout=20", "-rss_limit_mb=3000", f"-dict={listed}"]
    arguments = [sys.argv[0], str(corpus), *limits, f"-artifact_prefix={options.found}{os.sep}", "-print_final_stats=1", "-verbosity=1"]
    with contextlib.suppress(KeyboardInterrupt):
        if mutate is None:
            atheris.Setup(arguments, one)
        else:
            atheris.Setup(arguments, one, custom_mutator=mutate)
        atheris.Fuzz()
