"""Moving all that a data folder holds to a cluster."""
