"""The first run: a workspace without accounts gets its first administrator; and the list of divisions."""
