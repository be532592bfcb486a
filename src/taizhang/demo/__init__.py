"""The demonstration town: invented people, the figures of a real report."""

from __future__ import annotations
