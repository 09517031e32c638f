"""One room and its tabs."""

from __future__ import annotations

from .conftest import Site
from .people import ANA, BEN, Tab


async def test_two_people_see_what_the_other_types(site: Site) -> None:
    """What one types, the other has, and the file too."""
    ana, ben = Tab(), Tab()
    await site.door().join(ana, ANA)
    await site.door().join(ben, BEN)

    ana.type(" + 1")
    ben.type(" * 2", cell=1)
    await ana.until(lambda: ana.sources[1] == "y = 2 * 2")
    await ben.until(lambda: ben.sources[0] == "x = 1 + 1")
    await site.files.written.wait()

    assert ana.sources == ben.sources == ["x = 1 + 1", "y = 2 * 2"]
