"""Field types: how a cell of a spreadsheet, a form or a call becomes the one canonical text that is stored.

``reader`` compiles a quick callable for a column, ``read_value`` is the plain form of the same for a single value,
``write_value`` goes back to a spreadsheet cell. The figures of the standards stand in the modules: GB 11643, GB 32100, Luhn, plates, units.
"""

from __future__ import annotations

from taizhang.pack.definitions import Field
from taizhang.pack.fieldtypes import codes as _codes
from taizhang.pack.fieldtypes._idents import CREDIT_ALPHABET, CREDIT_WEIGHTS, ID_CHECKS, ID_WEIGHTS
from taizhang.pack.fieldtypes._model import Context, Fast, FieldType, Raw, Reading, shown_text
from taizhang.pack.fieldtypes._table import FIELD_TYPES
from taizhang.pack.fieldtypes._units import NUMBERS, unit_of
from taizhang.pack.fieldtypes._writing import Cell

__all__ = [
    "CREDIT_ALPHABET", "CREDIT_WEIGHTS", "FIELD_TYPES", "ID_CHECKS", "ID_WEIGHTS", "NUMBERS",
    "Cell", "Context", "FieldType", "Raw", "Reading", "read_value", "reader", "shown_text", "unit_of", "write_value",
]  # fmt: skip

CODES = _codes.CODES


def reader(field: Field, context: Context) -> Fast:
    """Compile the reader of one column.

    The callable takes a cell and returns its canonical text, or None when it is empty; a ``Reading`` only when there is an original text
    to keep or a fault to tell. It never raises for what a user wrote. Raises ``KeyError`` for a type that does not exist.
    """
    kind = FIELD_TYPES[field.type]
    return kind.fast(field, context, kind.slow(field, context))


def read_value(field: Field, raw: Raw, context: Context) -> Reading:
    """Read one value in full; the same result as ``reader``, always as a ``Reading``."""
    return FIELD_TYPES[field.type].slow(field, context)(raw)


def write_value(field: Field, value: str | None) -> Cell:
    """Return a canonical value as a spreadsheet cell that reads back as the same value; None for an empty one.

    Dates are ``date``, moments ``datetime``, numbers ``int`` or ``Decimal`` in the unit of the column, all else text.
    """
    return None if value is None else FIELD_TYPES[field.type].write(field, value)
