"""Writing into word-processing files of other people: what is added is spliced in, everything else stays as it was, byte for byte."""
