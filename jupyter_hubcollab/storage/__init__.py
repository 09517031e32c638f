"""Bytes and rows: the blob store, the SQL index and its schema. Knows nothing of repos or people."""
