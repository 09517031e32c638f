"""The program that runs in the isolated process: it loads the model, measures it, and writes what it found.

It stands alone: it runs in an environment where jupyter_hubcollab need not be, so it imports nothing of it. It is
told what to do by a JSON file (`task.Task`), prints what people read to the log, and leaves a JSON file behind.
"""

from __future__ import annotations

from .task import main

__all__ = ["main"]
