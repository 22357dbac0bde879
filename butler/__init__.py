"""The kernel: what travel is, and where things are kept. It needs no framework."""
