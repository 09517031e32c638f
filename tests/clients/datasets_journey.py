"""A data set made on the spot, pushed, loaded whole and streamed; run where datasets is."""

from __future__ import annotations

import json
import sys
from itertools import islice

from datasets import Dataset, DatasetDict, Features, Value, load_dataset


def main(name: str) -> dict[str, object]:
    """What was pushed is what is loaded, in every way."""
    rows = 20_000
    features = Features({"n": Value("int64"), "text": Value("string")})
    train = Dataset.from_dict({"n": list(range(rows)), "text": [f"row {n}" for n in range(rows)]}, features=features)
    DatasetDict({"train": train, "test": train.select(range(100))}).push_to_hub(
        name, private=True, num_shards={"train": 4, "test": 1}
    )
    whole = load_dataset(name)
    stream = load_dataset(name, split="train", streaming=True)
    train.select(range(50)).push_to_hub(name, config_name="small")
    return {
        "rows": {split: len(part) for split, part in whole.items()},
        "same": whole["train"]["n"][:] == list(range(rows)),
        "first": [row["text"] for row in islice(stream, 3)],
        "late": next(iter(stream.skip(15_000)))["n"],
        "small": len(load_dataset(name, "small", split="train")),
        "sliced": load_dataset(name, split="train[10:20]")["n"][:],
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
