"""``python -m jupyter_hubcollab.cli``."""

import sys

from .program import main

sys.exit(main())
