"""What comes and goes over HTTP whichever face answers: who asks, files that are uploaded, failures as statuses and as data."""
