"""One way of reading a text, each run in a fresh process: ``python ways.py NAME FILE [TIMES]`` prints seconds and what was found as JSON.

Only the standard library is imported here: the other readers live in an environment of their own, without this project.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

_FIRST = "截至2020年底，有12户22人，面积2700余亩。"  # read once before the clock starts, so that everything is loaded


def ours() -> Callable[[str], int]:
    """Everything: figures, units, dates, what they measure, periods, groups."""
    from taizhang.reader import read_text

    return lambda text: len(read_text(text).quantities)


def _by_paragraph(read: Callable[[str], int]) -> Callable[[str], int]:
    return lambda text: sum(read(line) for line in text.split("\n") if line.strip())


def recognizers_units() -> Callable[[str], int]:
    """The four models with units, over the text as one."""
    from recognizers_number import recognize_percentage
    from recognizers_number_with_unit import recognize_age, recognize_currency, recognize_dimension
    from recognizers_text import Culture

    models = (recognize_currency, recognize_dimension, recognize_age, recognize_percentage)
    return lambda text: sum(len(model(text, Culture.Chinese)) for model in models)


def recognizers_units_by_paragraph() -> Callable[[str], int]:
    """The same, paragraph by paragraph."""
    return _by_paragraph(recognizers_units())


def recognizers_dates() -> Callable[[str], int]:
    """The model of dates and periods, over the text as one."""
    from recognizers_date_time import recognize_datetime
    from recognizers_text import Culture

    return lambda text: len(recognize_datetime(text, Culture.Chinese))


def recognizers_dates_by_paragraph() -> Callable[[str], int]:
    """The same, paragraph by paragraph."""
    return _by_paragraph(recognizers_dates())


def jionlp() -> Callable[[str], int]:
    """Sums of money and times; it has no model of other quantities."""
    import jionlp as jio

    return lambda text: len(jio.ner.extract_money(text)) + len(jio.ner.extract_time(text))


def main() -> None:
    """Run a way and print its measures."""
    name, file, times = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
    text = file.read_text(encoding="utf-8")
    started = time.perf_counter()
    read: Callable[[str], int] = globals()[name]()
    read(_FIRST)
    loaded = time.perf_counter() - started
    seconds, worked = [], []
    found = 0
    for _ in range(times):
        started, began = time.perf_counter(), time.process_time()
        found = read(text)
        seconds.append(time.perf_counter() - started)
        worked.append(time.process_time() - began)
    taken = {"seconds": statistics.median(seconds), "cpu_seconds": statistics.median(worked)}
    print(json.dumps({**taken, "load": loaded, "found": found, "characters": len(text)}))


if __name__ == "__main__":
    main()
