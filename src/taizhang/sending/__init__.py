"""Sending in: a workbook on its way to a submission, uploaded, read and compared, corrected; what people said that headings mean.

``actions`` is the only writer.
"""
