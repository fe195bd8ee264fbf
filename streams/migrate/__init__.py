"""Moving all that a data folder or another cluster holds to a cluster."""
