"""git's smart HTTP protocol: clone, fetch and push with any git; large files by git-lfs (see ``hf/lfs.py``)."""
