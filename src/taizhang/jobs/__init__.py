"""Jobs: long work in the background, with progress, cancel and a kept result; the page that asked for it can be left."""
