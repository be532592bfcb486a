"""Comparison: ledgers against ledgers by the pack's rules."""
