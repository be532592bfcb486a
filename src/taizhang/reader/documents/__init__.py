"""Documents as they are: files → text with a way back to where each character stands."""
