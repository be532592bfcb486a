"""Reviewing: what a submission holds, who may see it, reasons by row until they are told, acceptance and return.

``actions`` is the only writer; what it decides is written by the journal's own actions.
"""
