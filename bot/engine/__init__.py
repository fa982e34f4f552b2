"""Jobs, the run of each, and what follows from a failure."""
