"""The HTTP API: one file a route, `problems.py` for errors, `edge.py` for what comes before."""
