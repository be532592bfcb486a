"""Search: one box over everything that somebody may see."""
