"""The same person or not: link the persons of two lists whose numbers and names are partly missing or damaged.

:func:`link_persons` links two tables of a DuckDB connection, :func:`link_rows` two short lists. First those with the same identity number
(a number of 15 digits is made one of 18), then, of who is left, those who share one of many keys: pieces of the number, the day of birth, the
name as heard, the household, the maiden household. What two of them have in common is weighed field by field with the weights of a
:class:`Model`, which are data; a pair is linked when it weighs enough and is clearly the best for both. Below that only a person may confirm.
Sounds of names need the extra ``taizhang[linkage]``.
"""

from __future__ import annotations

from taizhang.comparison.linkage.linking import Link, Linkage, Reason, Status, link_persons, link_rows
from taizhang.comparison.linkage.model import Model, load_model, shipped_model

__all__ = ["Link", "Linkage", "Model", "Reason", "Status", "link_persons", "link_rows", "load_model", "shipped_model"]
