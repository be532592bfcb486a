"""Error codes of the warehouse."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "example.key_repeated": Entry(
            "范例里“{ledger}”有两行的主键都是“{entry}”",
            "Two example rows of {ledger!r} have the key {entry!r}",
            "每行主键不同；不写的主键会自动补上",
            "different keys; a key that is left out is made up",
        ),
        "warehouse.busy": Entry("数据仓正在由另一个程序刷新", "Another program is refreshing the warehouse", "稍后再试", "try again later"),
        "warehouse.position_unknown": Entry(
            "位置 {position} 超出数据仓（到 {head}）",
            "Position {position} is beyond the warehouse, which ends at {head}",
            "0 到 {head}",
            "0 to {head}",
        ),
    }
)
