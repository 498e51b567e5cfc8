"""The demo organisation: histories to read, real repositories written from them, and their loading by a worker."""
