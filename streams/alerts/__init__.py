"""Alert rules: what matches, what becomes of it, and telling people."""
