"""How long 100 000 rows × 15 columns take from .xlsx to committed, hashed and validated: ours beside its reading limits and a usual way."""
