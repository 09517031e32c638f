"""Git smart HTTP and git-lfs."""
