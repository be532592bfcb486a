"""The systems of the demonstration town: one module ``sNN_<name>`` for each, with ``rows(town)`` and, when it pays, ``payments(town)``."""
