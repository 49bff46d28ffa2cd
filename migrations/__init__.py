"""Schema changes, run by the release process; knows storage only."""
