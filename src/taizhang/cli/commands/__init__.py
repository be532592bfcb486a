"""One module for each command; its name ends in `_` because `import` is a Python word."""
