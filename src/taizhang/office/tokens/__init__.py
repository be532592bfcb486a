"""Tokens of the data interface, and what the interface can do."""
