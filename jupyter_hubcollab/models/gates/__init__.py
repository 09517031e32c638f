"""Gates: what a version must meet before it counts; rules, checks, the programs that measure, and their verdicts.

``rules`` and ``reading`` are the file ``hubcollab.yaml``; ``judging`` judges a folder by it and knows no hub, so that
``jupyter hubcollab check`` does the same on anybody's machine; ``inside`` is the program that runs in the isolated
process; ``service`` keeps verdicts of the versions of a hub.
"""
