"""Models: candidates, ranker, rerank, evaluation, and the registry that keeps them."""
