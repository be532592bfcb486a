"""Access: accounts and what they hold, the one set of visible rows, masking, the record of reads.

``sight`` answers every question of the form "may she?" and "what may she see?"; everything that leaves the system starts from it.
``actions``, ``signing``, ``sign_in_rules`` and ``tokens`` are the only writers. ``sight`` needs no Django; the rest needs an activated workspace with
the office's settings.
"""

from taizhang.access.sight import Grant, Sight

__all__ = ["Grant", "Sight"]
