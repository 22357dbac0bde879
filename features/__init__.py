"""Features: pure transforms of history, one Feast definition of them all, and the ranker's vector."""
