"""Rooms in which several people edit one document. Knows no hub."""
