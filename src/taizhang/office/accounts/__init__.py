"""Accounts for the administrator, and the record of reads."""
