"""Sentences of the data interface."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "api.unauthenticated": Entry(
            "没有出示令牌，也没有登录。",
            "There is neither a token nor a session.",
            "Authorization: Bearer tz_…",
            "Authorization: Bearer tz_…",
        ),
        "api.token_invalid": Entry(
            "令牌无效、已到期或已停用。",
            "The token is not valid, has expired or was ended.",
            "在“接口令牌”页面另建一个",
            "make another one on the page of tokens",
        ),
        "api.too_many_failures": Entry(
            "从这个地址出示无效令牌的次数太多，请在{seconds}秒后再试。",
            "Too many wrong tokens came from this address; try again in {seconds} seconds.",
        ),
        "api.no_interface": Entry(
            "账号“{name}”没有“使用数据接口”的权限。",
            "The account “{name}” may not use the data interface.",
            "请系统管理员授予“数据接口”角色",
            "the role for the data interface, given by the administrator",
        ),
        "api.forged": Entry(
            "以登录身份写入时须带上防伪标记。",
            "A change by a signed-in session needs the token against forged requests.",
            "请求头 X-CSRFToken",
            "the header X-CSRFToken",
        ),
        "api.unknown_address": Entry("接口没有这个地址。", "The interface has no such address."),
        "api.wrong_method": Entry("这个地址不接受 {method}。", "This address does not take {method}.", "{allowed}", "{allowed}"),
        "api.malformed": Entry("请求内容不是正确的JSON。", "The content is not proper JSON."),
        "api.media_type": Entry("请求内容的类型不对：{given}。", "Content of the type {given} is not taken.", "{wanted}", "{wanted}"),
        "api.too_large": Entry("请求内容太大。", "The content is too large.", "不超过{limit}", "at most {limit}"),
        "api.invalid": Entry("请求有{count}处不对。", "{count} things in the request are wrong."),
        "api.field_missing": Entry("缺“{name}”。", "“{name}” is missing."),
        "api.field_unknown": Entry("没有“{name}”这一项。", "There is no “{name}”."),
        "api.field_unfit": Entry("“{name}”的值不对。", "The value of “{name}” does not fit.", "{wanted}", "{wanted}"),
        "api.cursor": Entry(
            "翻页标记不对，或者不属于这个查询。",
            "The cursor is not valid, or belongs to another question.",
            "原样使用上一页的 next，其他条件不变",
            "the next of the page before, with the same question",
        ),
        "api.key_reused": Entry(
            "这个 Idempotency-Key 已用于另一个请求。",
            "This Idempotency-Key was used for another request.",
            "每个写入请求一个新值，重发时不变",
            "a new one for each change; the same when it is sent again",
        ),
        "api.key_unfit": Entry(
            "Idempotency-Key 不对。", "The Idempotency-Key does not do.", "1—255个可见字符", "1 to 255 visible characters"
        ),
        "api.file_not_found": Entry("没有这个文件。", "There is no such file."),
        "api.too_many_figures": Entry(
            "一次最多算{limit}个数字，这次要{count}个。",
            "At most {limit} figures at once; this asks for {count}.",
            "分几次取",
            "several smaller requests",
        ),
    }
)
