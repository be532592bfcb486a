"""Importing: a workbook is looked at, corrected, and sent in."""
