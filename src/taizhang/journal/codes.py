"""Sentences of the journal."""

from taizhang.error_catalogue import Entry, register

register(
    {
        "journal.conflict": Entry(
            "台账“{ledger}”有 {count} 条记录在比对之后已被别人改动：{entries}。本次没有写入。",
            "{count} entries of ledger “{ledger}” were changed by somebody else after the comparison: {entries}. Nothing was recorded.",
            "重新比对后再报送一次",
            "Compare again and send again",
        ),
        "journal.repeated_entry": Entry(
            "同一次报送里，台账“{ledger}”的记录“{entry}”出现了不止一次。",
            "Entry “{entry}” of ledger “{ledger}” occurs more than once in one submission.",
            "每条记录在一次报送里只出现一次",
            "Each entry once in a submission",
        ),
        "journal.nothing_to_withdraw": Entry(
            "台账“{ledger}”里没有现行的记录“{entry}”，无从撤销。",
            "Ledger “{ledger}” has no standing entry “{entry}” to withdraw.",
        ),
        "journal.empty": Entry("这次报送没有任何变动，不需要登记。", "The submission changes nothing."),
        "journal.no_submission": Entry("没有编号为 {number} 的报送。", "There is no submission number {number}."),
        "journal.already_decided": Entry(
            "报送 {number} 已经处理过（{status}），不能再处理。", "Submission {number} has been decided already ({status})."
        ),
        "journal.own_submission": Entry(
            "报送 {number} 是 {person} 自己报的，不能由本人审核。",
            "Submission {number} was made by {person}, who may not decide on it.",
            "由另一个人审核",
            "Another person decides",
        ),
        "journal.reason_missing": Entry(
            "退回报送要写明理由。", "A returned submission needs a reason.", "写一句退回的理由", "One sentence"
        ),
        "journal.payload_changed": Entry(
            "待审报送 {number} 的内容与报送时不一致，不能接受。", "The content of pending submission {number} is not what was submitted."
        ),
        "journal.bad_time": Entry(
            "登记时间 {at} 不对：早于上一次登记，或者还没有到。", "Time {at} is not acceptable: before the last decision or in the future."
        ),
        "journal.algorithm": Entry(
            "这台机器不支持校验算法“{algorithm}”。",
            "This machine does not support the algorithm “{algorithm}”.",
            "sha256 或 sm3",
            "sha256 or sm3",
        ),
        "journal.disk_full": Entry(
            "磁盘已满或不能写入，本次没有登记任何内容。",
            "The disk is full or cannot be written; nothing was recorded.",
            "腾出空间后再报送一次",
            "Make room and send again",
        ),
        "journal.busy": Entry("别的登记一直没有做完，请稍后再试。", "Another submission is still being recorded; try again later."),
        "journal.unreachable": Entry("连不上数据库：{detail}", "The database cannot be reached: {detail}"),
        "journal.damaged": Entry(
            "数据库已损坏：{detail}",
            "The database is damaged: {detail}",
            "从备份恢复到一个新文件夹",
            "Restore a backup into a new folder",
        ),
        "journal.row_changed": Entry(
            "第 {seq} 号流水（台账“{ledger}”，记录“{entry}”，报送 {submission}）的内容被改动。",
            "Row {seq} (ledger “{ledger}”, entry “{entry}”, submission {submission}) was changed.",
        ),
        "journal.row_resealed": Entry(
            "第 {seq} 号流水（台账“{ledger}”，记录“{entry}”，报送 {submission}）连同校验值被改动：后面的流水记着它原来的校验值。",
            "Row {seq} (ledger “{ledger}”, entry “{entry}”, submission {submission}) was changed together with its hash.",
        ),
        "journal.row_moved": Entry(
            "第 {seq} 号流水（台账“{ledger}”，记录“{entry}”，报送 {submission}）原来是第 {was} 号，次序被改动。",
            "Row {seq} (ledger “{ledger}”, entry “{entry}”, submission {submission}) used to be row {was}: the order was changed.",
        ),
        "journal.rows_renumbered": Entry(
            "第 {seq} 号到第 {last} 号流水被改过编号（原来从第 {was} 号开始）。",
            "Rows {seq} to {last} were renumbered; they began at {was}.",
        ),
        "journal.rows_removed": Entry(
            "第 {seq} 号到第 {last} 号流水（报送 {submission}）被删除。", "Rows {seq} to {last} (submission {submission}) were removed."
        ),
        "journal.row_inserted": Entry(
            "第 {seq} 号流水（台账“{ledger}”，记录“{entry}”）不属于任何已接受的报送，是后来插入的。",
            "Row {seq} (ledger “{ledger}”, entry “{entry}”) belongs to no accepted submission: it was inserted.",
        ),
        "journal.version_broken": Entry(
            "第 {seq} 号流水（台账“{ledger}”，记录“{entry}”）的版本 {version} 接不上前一个版本。",
            "Row {seq} (ledger “{ledger}”, entry “{entry}”): version {version} does not follow the one before.",
        ),
        "journal.submission_changed": Entry("报送 {submission} 的登记内容被改动。", "Submission {submission} was changed."),
        "journal.submission_resealed": Entry(
            "报送 {submission} 连同校验值被改动：后一次报送记着它原来的校验值。",
            "Submission {submission} was changed together with its hash.",
        ),
        "journal.submission_removed": Entry("报送 {submission} 被删除。", "Submission {submission} was removed."),
        "journal.submission_rows": Entry(
            "报送 {submission} 记着 {rows} 条（第 {first} 号到第 {last} 号），与流水对不上。",
            "Submission {submission} states {rows} rows ({first} to {last}), which does not agree with the journal.",
        ),
        "journal.tail_cut": Entry(
            "流水的末尾被截掉：应到第 {expected} 号，现在只到第 {seq} 号（最后的报送是 {submission}）。",
            "The end was cut off: the journal should reach {expected} and reaches {seq} (last submission {submission}).",
        ),
        "journal.head_changed": Entry(
            "流水的末端记录（{field}）被改动：记着 {stated}，实为 {found}。",
            "The journal's head ({field}) was changed: {stated} instead of {found}.",
        ),
        "journal.head_missing": Entry("流水的末端记录被删除。", "The journal's head was removed."),
        "journal.expected_hash": Entry(
            "流水的校验值与另处记下的不一致：另处记的 {expected} 不在这本流水里。",
            "The hash written down elsewhere ({expected}) does not occur in this journal.",
        ),
        "journal.payload_broken": Entry(
            "待审报送 {submission} 的内容缺失或被改动。", "The content of pending submission {submission} is missing or was changed."
        ),
        "backup.target_exists": Entry("{path} 已经存在。", "{path} exists already.", "换一个文件名", "Another file name"),
        "backup.folder_not_empty": Entry(
            "文件夹 {path} 不是空的，不能恢复到这里。", "Folder {path} is not empty.", "一个空文件夹", "An empty folder"
        ),
        "backup.unreadable": Entry("{path} 不是完整的备份文件：{detail}", "{path} is not a complete backup: {detail}"),
        "backup.member_changed": Entry("备份里的 {member} 缺失或被改动。", "{member} of the backup is missing or was changed."),
        "backup.other_engine": Entry(
            "这份备份来自 {engine} 数据库，不能恢复到另一种数据库。",
            "This backup comes from a {engine} database and cannot be restored into another kind.",
            "在 taizhang.toml 或 DATABASE_URL 里写明同一种数据库",
            "Name a database of the same kind in taizhang.toml or DATABASE_URL",
        ),
        "backup.table_missing": Entry(
            "备份里有表 {table}，要恢复到的数据库里没有。",
            "The backup holds the table {table}, which the database lacks.",
            "用 taizhang restore 恢复",
            "taizhang restore",
        ),
        "backup.database_not_empty": Entry(
            "数据库里已经有流水，不能恢复进去。", "The database holds a journal already.", "一个空的数据库", "An empty database"
        ),
    }
)
