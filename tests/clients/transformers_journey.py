"""A tiny model made on the spot, pushed, loaded again, and pushed anew; run where torch and transformers are."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer, BertConfig, BertForMaskedLM, BertTokenizerFast, pipeline


def main(name: str) -> dict[str, object]:
    """What was pushed is what is loaded, by name, by branch, and by a pipeline."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "sat", "on", "mat"]
    folder = Path(tempfile.mkdtemp())
    (folder / "vocab.txt").write_text("\n".join(words))
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"))
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    model = BertForMaskedLM(config).eval()
    made = model.push_to_hub(name, private=True, commit_message="A tiny model")
    tokenizer.push_to_hub(name)
    loaded, words_again = AutoModelForMaskedLM.from_pretrained(name), AutoTokenizer.from_pretrained(name)
    asked = words_again("the cat sat on the [MASK]", return_tensors="pt")
    with torch.no_grad():
        same = torch.equal(model(**asked).logits, loaded.eval()(**asked).logits)
    with torch.no_grad():
        next(iter(loaded.parameters())).add_(1)
    loaded.push_to_hub(name, revision="tuned", commit_message="Tuned")
    tuned = AutoModelForMaskedLM.from_pretrained(name, revision="tuned")
    first = AutoModelForMaskedLM.from_pretrained(name)
    return {
        "commit": made.oid,
        "same": same,
        "vocabulary": sorted(words_again.get_vocab()),
        "branches differ": not torch.equal(next(iter(tuned.parameters())), next(iter(first.parameters()))),
        "guesses": len(pipeline("fill-mask", model=name, tokenizer=name)("the cat sat on the [MASK]")),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
