"""Measures of reading and auditing."""
