"""Comparison at the size of a city: the rules of the pack against the like in other tools."""
