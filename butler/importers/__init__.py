"""Public data sets, turned into datasets of ours."""
