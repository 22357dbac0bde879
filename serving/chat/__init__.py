"""Conversation over ranked results: the model ranks, words are checked, the traveller decides."""
