"""Figures: the tree of indicators, a figure's page, its rows and their sources, what changed."""
