"""How fast figures are read out of a report: ours beside other readers, growth with length, awkward texts, documents and audits."""
