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
        "spark.missing": Entry("没有安装Spark", "Spark is not installed", "pip install 'taizhang[spark]'", "pip install 'taizhang[spark]'"),
        "spark.java_missing": Entry(
            "Spark要用Java，本机没有找到",
            "Spark needs Java, and none was found",
            "安装Java 17（Debian：apt install default-jre-headless），或用JAVA_HOME写明它在哪里",
            "Java 17 (Debian: apt install default-jre-headless), or JAVA_HOME says where it is",
        ),
        "spark.not_started": Entry(
            "没能连上Spark（{master}）：{reason}",
            "Spark ({master}) could not be reached: {reason}",
            "主节点和工作节点都已启动，地址无误；见docs/how-to/spark.md",
            "master and workers are running under that address; see docs/how-to/spark.md",
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
