"""Ledgers: list, grid, entry, history, export."""
