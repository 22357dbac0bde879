"""Why a place ranks where it does: facts and contributions only."""
