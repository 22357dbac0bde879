"""Serving: the hot path, the API in front of it, and the process that holds both."""
