"""Sentences about jobs."""

from __future__ import annotations

from taizhang.error_catalogue import Entry, register

register(
    {
        "jobs.job_unknown": Entry("没有这项后台任务，或不是您交办的。", "There is no such job, or it is not yours."),
        "jobs.file_not_found": Entry("这项任务没有留下文件“{name}”。", "The job left no file “{name}”."),
        "jobs.rights_changed": Entry(
            "文件是按您当时的角色做的，角色已有变动，不再提供。",
            "The file was made for roles that you do not hold any more.",
            "重新交办一次",
            "ask for it again",
        ),
        "jobs.kind_unknown": Entry("不认识的后台任务“{name}”。", "Unknown kind of job “{name}”."),
        "jobs.already_ended": Entry("这项任务已经结束，不能取消。", "The job has ended; it cannot be cancelled."),
        "jobs.not_ended": Entry("这项任务还没有结束，不能重做。", "The job has not ended; it cannot be begun again."),
        "jobs.broken": Entry(
            "任务中途出了问题，没有保存任何内容；详情已记入日志。",
            "The job failed; nothing was saved. Details are in the log.",
            "可以重做；再次失败请联系系统管理员",
            "begin it again; ask the administrator when it fails again",
        ),
        "jobs.interrupted": Entry(
            "任务运行时系统停了，没有做完；没有保存任何一半的内容。",
            "The system stopped while the job ran; nothing is half saved.",
            "点“重做”从头再来",
            "begin it again",
        ),
    }
)
