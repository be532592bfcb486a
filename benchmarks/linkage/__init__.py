"""Linkage of two lists of invented persons whose truth is known: ours and Splink, in one run."""
