"""Defining: ledgers in the making, from a workbook or from an own one that is corrected, until they are saved into the local pack.

``actions`` is the only writer.
"""
