"""Fuzz the reading of text: ``python -m tests.fuzz.reader_text --seconds 60`` (atheris: the dependency group ``fuzz``)."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent.parent))

with atheris.instrument_imports(include=["taizhang.reader"]):
    import taizhang.reader.clauses
    import taizhang.reader.groups
    import taizhang.reader.measures
    import taizhang.reader.quantities
    import taizhang.reader.scope
    import taizhang.reader.traps  # noqa: F401 - all that read_text would load later, and without instruments
    from fuzz import pieces, properties

from fuzz.running import run

SENTENCES = (
    "公坪镇2020年工作总结\n一、脱贫攻坚\n截至2020年底，全镇有贫困户312户1024人，其中低保户118户，脱贫率达98.5%。",
    "种植黄桃2700余亩，产值1200万元，同比增长18.3%；水稻、玉米面积分别为1.2万亩和3000亩。",
    "（一）项目建设。完成投资5.05亿元的3个项目，硬化道路12.5公里，惠及20余人次。\n二、下步打算\n2021年力争新增企业3至5家。",
    "收入由2019年的8000元增至9500元，三分之二的农户户均增收百分之十，近两万五千人参加。",
)


def one(data: bytes) -> None:
    """Read what the bytes stand for, whole and cut in two."""
    text = pieces.text_of(data)
    try:
        properties.read_well(text)
        properties.read_twice(text)
        head, mark, tail = text.partition("\n")
        if mark:
            properties.cut_well(head, tail)
    except Exception:
        sys.stderr.write(f"{text!r}\n")
        raise


def seeds() -> list[bytes]:
    """Return sentences as they are written, and words by chance."""
    chance = random.Random(1)
    known = len(pieces.words())
    by_chance = [pieces.bytes_of(chance.choices(range(known), k=chance.randrange(2, 60))) for _ in range(300)]
    return [*(s.encode() for s in SENTENCES), *by_chance, *(word.encode() for word in pieces.words())]


if __name__ == "__main__":
    run(__doc__ or "", one, seeds(), [w for w in pieces.words() if w.strip()], longest=3000)
