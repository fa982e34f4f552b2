"""The HTTP side: webhooks come in, health goes out."""
