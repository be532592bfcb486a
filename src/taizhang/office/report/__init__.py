"""The report: write it, read it with its figures opening in the page, see which sentences no longer hold."""
