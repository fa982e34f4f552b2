"""The composition root: the only place that joins adapters to ports."""
