"""Serving: settings, addresses and server of a workspace; where pages and data interface are put together."""
