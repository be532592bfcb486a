"""The audit of a written draft: its figures against the ledgers, findings beside the text, choices of indicators."""
