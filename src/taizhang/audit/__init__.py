"""Auditing a written report: its figures against the ledgers, against each other, and against last year's report."""
