"""The workspace: the folder that is everything a township has."""

from taizhang.workspace.folder import Workspace

__all__ = ["Workspace"]
