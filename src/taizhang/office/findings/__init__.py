"""Findings: what comparison made, the work on it, its rules and runs."""
