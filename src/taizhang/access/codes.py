"""Sentences about accounts and rights."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "access.refused": Entry(
            "您没有“{act}”的权限{ledger}。", "You may not: {act} {ledger}.", "请联系系统管理员调整角色", "ask the administrator for a role"
        ),
        "access.account_unknown": Entry("没有账号“{name}”。", "There is no account “{name}”."),
        "access.account_exists": Entry("账号“{name}”已经有了。", "The account “{name}” exists already.", "换一个账号名", "another name"),
        "access.role_unknown": Entry("没有角色“{name}”。", "There is no role “{name}”."),
        "access.division_unfit": Entry(
            "角色“{role}”应任职于{level}，“{division}”不是。",
            "The role “{role}” is posted to a division of the level {level}; “{division}” is none.",
        ),
        "access.purpose_missing": Entry(
            "查看个人信息原文须写明用途。",
            "Seeing personal data unmasked needs a purpose.",
            "例如：核对低保名单",
            "such as: checking a roll",
        ),
        "access.password_weak": Entry("密码不合要求：{problem}", "The password does not do: {problem}"),
        "access.entry_unknown": Entry("台账“{ledger}”里没有这条记录。", "There is no such entry in “{ledger}”."),
        "query.unfit": Entry("筛选条件有 {count} 处不对，没有查询。", "{count} filters do not fit; nothing was asked."),
        "query.no_field": Entry("没有“{title}”这一列。", "There is no column “{title}”."),
        "query.no_operator": Entry("“{title}”不能用“{operator}”筛选。", "“{title}” cannot be filtered by “{operator}”."),
        "query.no_value": Entry("“{title}”的筛选条件没有写值。", "The filter on “{title}” has no value.", "写一个值", "a value"),
        "query.not_a_number": Entry("“{value}”不是编号。", "“{value}” is no number.", "数字", "digits"),
        "query.no_division": Entry(
            "没有行政单元“{value}”。", "There is no division “{value}”.", "村（社区）的名称或代码", "the name or code of a village"
        ),
        "query.personal": Entry(
            "“{title}”是个人信息，不能这样查找或排序。",
            "“{title}” is personal and cannot be searched or sorted by in this way.",
            "有查看原文权限的，写完整的值；按部分内容查找或排序先写明用途查看原文",
            "with the right to unmask: a full value; parts and order after unmasking with a purpose",
        ),
        "query.cursor_unreadable": Entry("翻页标记不对。", "The cursor is not one of ours.", "从第一页重新查", "begin with the first page"),
        "access.username_unfit": Entry(
            "账号名“{name}”不合要求。",
            "The account name “{name}” does not do.",
            "2到32个字母、数字或 . _ - @，不分大小写",
            "2 to 32 letters, digits or . _ - @, whatever the case",
        ),
        "access.name_missing": Entry("没有填姓名。", "The name is missing."),
        "access.id_number_unfit": Entry("身份证号不对：{problem}", "The identity number does not do: {problem}"),
        "access.password_wrong": Entry("现在的密码不对。", "The present password is wrong."),
        "access.password_same": Entry("新密码与原密码相同。", "The new password is the present one.", "另取一个", "another one"),
        "access.passwords_differ": Entry("两次填写的新密码不一样。", "The two new passwords differ."),
        "access.code_wrong": Entry(
            "验证码不对，或已经用过。",
            "The code is wrong, or was used before.",
            "动态验证码每30秒一个，每个只能用一次；也可以用恢复码",
            "a new code comes every 30 seconds and each counts once; a recovery code does too",
        ),
        "access.secret_unreadable": Entry(
            "动态验证码的密钥读不出来，验证码暂时不能用。",
            "The secret of your authenticator cannot be read; its codes do not count for now.",
            "用恢复码登录；或请管理员停用动态验证码后重新启用",
            "a recovery code; or ask the administrator to take the second factor off and set it up anew",
        ),
        "access.password_used": Entry(
            "最近用过的{count}个密码不能再用。", "The last {count} passwords may not be used again.", "另取一个", "another one"
        ),
        "access.one_time_over": Entry(
            "一次性密码只在给出后{hours}小时内有效，已经过期。",
            "A one-time password serves for {hours} hours after it was given; this one is over.",
            "请系统管理员再重置一次",
            "ask the administrator for another one",
        ),
        "access.rule_unfit": Entry(
            "“{title}”填得不对。", "“{title}” does not do.", "不填，或{least}至{most}", "none, or {least} to {most}"
        ),
        "access.sign_in_needed": Entry("尚未登录，或登录已经结束。", "You are not signed in, or your session has ended."),
        "access.sign_in_unfinished": Entry(
            "登录还没有完成：须先改密码或启用动态验证码。", "Signing in is not complete: a password or a second factor comes first."
        ),
        "access.locked": Entry(
            "密码或验证码错得太多，已暂停。",
            "Too many wrong passwords or codes: this has to wait.",
            "{until}之后再试",
            "try again after {until}",
        ),
        "access.session_unknown": Entry("没有这个登录会话，可能已经结束。", "There is no such session; it may have ended."),
        "access.own_account": Entry(
            "不能改动自己账号的角色和状态。",
            "Nobody changes the roles or the state of her own account.",
            "请另一位管理员办理",
            "ask another administrator",
        ),
        "access.last_administrator": Entry(
            "这样就没有管理员了，没有改动。",
            "That would leave no administrator; nothing was changed.",
            "先设好另一位管理员",
            "appoint another administrator first",
        ),
        "access.setup_code_wrong": Entry(
            "启动码不对。", "The setup code is wrong.", "启动网页的窗口里印出的那一个", "the one that the window of the server shows"
        ),
        "access.setup_done": Entry("已有账号，不能再做首次设置。", "There are accounts already; setting up is over."),
        "access.second_factor_needed": Entry(
            "您的角色须用动态验证码登录，不能取消。", "Your role signs in with a second factor; it cannot be taken off."
        ),
        "edit.refused": Entry("有 {count} 处不对，没有保存。", "{count} faults; nothing was saved."),
        "edit.unconfirmed": Entry(
            "有 {count} 处需要确认，没有保存。", "{count} warnings to confirm; nothing was saved.", "核对后确认", "confirm them"
        ),
        "edit.conflict": Entry(
            "有 {count} 处在您打开之后被别人改过，没有保存。",
            "{count} cells were changed by others since you opened them; nothing was saved.",
            "逐处选定用哪个值再保存",
            "choose for each",
        ),
        "edit.cell_changed": Entry("“{title}”已被{person}改为“{theirs}”。", "“{title}” was changed to “{theirs}” by {person}."),
        "edit.entry_changed": Entry("这条记录已被{person}改过。", "The entry was changed by {person}.", "重新打开再撤销", "open it again"),
        "edit.waiting": Entry(
            "这条记录已有待审的修改（报送 {number}）。",
            "A change of this entry waits for review (submission {number}).",
            "等审核，或撤回那次报送再改",
            "wait, or take that submission back",
        ),
        "edit.base_unknown": Entry(
            "不知道这是在哪个版本上改的（{base}）。", "The version changed is not known ({base}).", "刷新后再改", "reload"
        ),
        "edit.key_changed": Entry(
            "“{title}”是主键，不能改。",
            "“{title}” belongs to the key and cannot change.",
            "撤销这条，另填一条",
            "withdraw it and add another",
        ),
        "edit.entry_exists": Entry(
            "台账里已有这条记录（{title}相同）。", "There is such an entry already ({title}).", "改那一条", "change that one"
        ),
        "edit.not_your_place": Entry(
            "您不能填报“{title}”为这里的记录。", "You may not write rows with this “{title}”.", "本人管的村组", "a place of yours"
        ),
        "edit.masked": Entry("“{title}”里是遮盖后的内容。", "“{title}” holds a masked value.", "填完整的内容", "the full value"),
        "edit.old_value_unfit": Entry(
            "“{title}”原有的内容不合现在的要求。", "The present value of “{title}” does not fit.", "重新填写", "write it anew"
        ),
        "edit.reason_missing": Entry(
            "改动或撤销已生效的记录，要写明原因。", "Changing or withdrawing what stands needs a reason.", "写一句原因", "one sentence"
        ),
        "edit.not_yours": Entry("报送 {number} 不是您的待审报送，不能撤回。", "Submission {number} is not one of yours that waits."),
        "edit.unreadable": Entry(
            "送来的修改读不懂，没有保存。", "The edits cannot be read; nothing was saved.", "刷新页面再改", "reload the page"
        ),
        "edit.too_many": Entry(
            "一次最多保存 {most} 条，这次有 {count} 条，没有保存。",
            "At most {most} entries at once; these are {count}. Nothing was saved.",
            "分几次保存，或用导入",
            "several times, or an import",
        ),
        "api.token_title_missing": Entry("令牌要有名称，说明给哪个系统用。", "A token needs a title: which system uses it."),
        "api.token_scopes_missing": Entry("至少选一项范围。", "At least one scope is needed."),
        "api.token_scope_refused": Entry("不能给令牌您自己没有的权限：{scopes}。", "A token cannot hold what you may not do: {scopes}."),
        "api.token_end_unfit": Entry(
            "令牌的截止日期不对。", "The last day of the token does not do.", "明天至一年以内", "from tomorrow to a year ahead"
        ),
        "api.token_unknown": Entry("没有这个令牌。", "There is no such token."),
    }
)
