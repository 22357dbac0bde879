"""The parts of the gate: how a text is read, and one file a check."""
