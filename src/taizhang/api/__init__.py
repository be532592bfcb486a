"""The API: everything that pages do with data, for other programs; OpenAPI, tokens, cursors, problem+json."""
