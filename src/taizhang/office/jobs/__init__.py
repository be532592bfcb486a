"""Jobs: what somebody asked for in the background, how far it is, what came of it."""
