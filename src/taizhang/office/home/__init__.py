"""Home: what awaits me today, what is late, what changed."""
