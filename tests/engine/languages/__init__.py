"""Uses in languages other than Python."""
