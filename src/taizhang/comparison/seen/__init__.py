"""What somebody gets to see of findings: their list, one of them with its rows, people as findings know them, papers of cases."""
