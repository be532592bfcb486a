"""Sentences about reviewing."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "review.returned": Entry("审核退回：{reason}", "Returned by the reviewer: {reason}"),
    }
)
