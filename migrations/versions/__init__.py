"""One module for each schema change, oldest first by down_revision."""
