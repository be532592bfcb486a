"""What a refresh of the warehouse costs, beside a rebuild."""
