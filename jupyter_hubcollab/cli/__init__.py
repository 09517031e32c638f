"""``jupyter hubcollab …``: the hub from a terminal.

What talks to a running hub finds it by ``--url`` and ``--token``, else by HUBCOLLAB_URL and HUBCOLLAB_TOKEN, else it
takes the one JupyterLab of this user on this machine that has a hub. What looks after a data folder works on the folder
when no server has it, and through the server when one does.
Exit codes: 0 done, 1 refused or failed, 2 wrongly called. With ``--json``, the result is one JSON value on stdout.
"""

from .program import main

__all__ = ["main"]
