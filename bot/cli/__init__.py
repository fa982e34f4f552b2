"""The commands that people type; ``app`` joins them."""
