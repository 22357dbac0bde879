"""The sample world: a real coast, simulated travellers, and a truth kept aside."""
