"""Definitions: which ledgers there are, a new one from a spreadsheet, corrections of the workspace's own."""
