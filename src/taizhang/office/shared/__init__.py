"""What several areas of the office need: pages, middleware, telling failures."""
