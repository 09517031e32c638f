"""How well known models are where nobody counts downloads."""

from __future__ import annotations

from collections.abc import Callable

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.index import WORTH_SAVING
from jupyter_hubcollab.catalogue.search import Search

ANN = Actor("ann", "Ann")


def test_where_nobody_counts_downloads_the_plain_member_of_a_large_family_comes_first(
    search: Search, public: Callable[..., None]
) -> None:
    """Its name is as usual as the rarest word in it; a hub that counts downloads needs no such guess."""
    plain, odd = "shelf/embedder-base", "shelf/embedder-zq7"
    many = [{"id": f"lab{n}/embedder-base-{n % 40}", "source": "counted", "downloads": n} for n in range(WORTH_SAVING)]
    of_shelf = [{"id": id, "source": "shelf", "summary": "makes vectors of birds"} for id in (odd, plain)]
    of_counted = [{**fields, "source": "counted", "id": f"counted/{fields['id']}"} for fields in of_shelf]

    public(*({**fields, "name": fields["id"].split("/")[-1]} for fields in (*of_shelf, *many, *of_counted)))

    hits = search.search(ANN, "vectors of birds", source="shelf").hits
    assert [hit.model.id for hit in hits] == [plain, odd]
    assert "every word of its name is common among models" in hits[0].why
    assert hits[0].score > hits[1].score + 0.1
    of_counted_hits = search.search(ANN, "vectors of birds", source="counted").hits
    assert not any("common among" in why for hit in of_counted_hits for why in hit.why)
