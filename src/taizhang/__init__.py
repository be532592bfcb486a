"""Taizhang: ledgers of a Chinese township, from entry to annual report."""

__version__ = "0.1.0"
