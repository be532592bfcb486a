"""Review: what waits, how it differs from what stands, what it would cause; accept, or return with a reason for each row."""
