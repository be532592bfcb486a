"""The journal: submissions, entry versions and the hash chain over them; the system of record.

``actions`` is the only writer, ``read`` answers questions, ``verify`` proves that nothing was changed behind the actions' back.
``records`` holds the plain objects and needs no Django; the rest needs an activated workspace.
"""

from taizhang.journal.records import Change, JournalConflict, Source, Standing, Submission

__all__ = ["Change", "JournalConflict", "Source", "Standing", "Submission"]
