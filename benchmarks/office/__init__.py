"""The office beside Datasette, the weight of its pages, and many clerks who save at once."""
