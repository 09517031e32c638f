"""Trains something tiny with a library and our callback, takes it up again, promotes it; prints all that as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import torch

import jupyter_hubcollab as hub

LIBRARY, REPO, FOLDER = sys.argv[1:4]
RUN = "0123456789abcdef"
X = torch.linspace(-1, 1, 64).reshape(32, 2)
Y = (X[:, 0] > 0).long()


def with_transformers() -> tuple[Any, Any]:
    from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

    def model() -> Any:
        sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
        return BertForSequenceClassification(BertConfig(vocab_size=32, max_position_embeddings=8, **sizes))

    rows = [{"input_ids": [1, 2 + int(label), 3], "labels": int(label)} for label in Y]
    arguments = TrainingArguments(
        output_dir=FOLDER,
        num_train_epochs=3,
        per_device_train_batch_size=8,
        save_strategy="epoch",
        logging_strategy="epoch",
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
    )
    trained = model()
    callback = hub.callback("transformers", repo=REPO, run=RUN, keep=hub.Keep(last=9))
    Trainer(
        model=trained, args=arguments, train_dataset=rows, processing_class=tokenizer(), callbacks=[callback]
    ).train()
    return trained.eval(), model().eval()


def tokenizer() -> Any:
    """One that knows three words."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import PreTrainedTokenizerFast

    words = Tokenizer(WordLevel({"[PAD]": 0, "[UNK]": 1, "great": 2, "bad": 3}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]")


def is_read_back(tag: str, trained: Any) -> bool:
    """Whether the library's own loaders make of a version what was trained."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    words = AutoTokenizer.from_pretrained(REPO, revision=tag)("so great bad", return_tensors="pt")
    model = AutoModelForSequenceClassification.from_pretrained(REPO, revision=tag)
    with torch.no_grad():
        found, wanted = (one(input_ids=words.input_ids).logits for one in (model, trained))
    return words.input_ids.tolist() == [[1, 2, 3]] and bool(torch.allclose(found, wanted))


def answers_of_transformers(model: Any) -> Any:
    return model(input_ids=torch.tensor([[1, 2, 3], [1, 3, 3]])).logits


def with_lightning() -> tuple[Any, Any]:
    import lightning

    class Small(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(2, 2)

        def forward(self, x: Any) -> Any:
            return self.layer(x)

        def training_step(self, batch: Any, _: int) -> Any:
            loss = torch.nn.functional.cross_entropy(self(batch[0]), batch[1])
            self.log("train_loss", loss)
            return loss

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), lr=0.1)

    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, Y), batch_size=8)
    trained = Small()
    callback = hub.callback("lightning", repo=REPO, run=RUN, keep=hub.Keep(last=9))
    quiet = {"logger": False, "enable_progress_bar": False, "enable_model_summary": False, "accelerator": "cpu"}
    trainer = lightning.Trainer(
        max_epochs=3, callbacks=[callback], default_root_dir=FOLDER, enable_checkpointing=False, **quiet
    )
    trainer.fit(trained, loader)
    return trained, Small()


def with_keras() -> tuple[Any, Any]:
    import keras

    def model() -> Any:
        made = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4), keras.layers.Dense(2)])
        made.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        return made

    trained = model()
    callback = hub.callback("keras", repo=REPO, run=RUN, keep=hub.Keep(last=9))
    trained.fit(X.numpy(), Y.numpy(), epochs=3, verbose=0, callbacks=[callback])
    return trained, model()


def with_torch() -> tuple[Any, Any]:
    trained = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2))
    optimizer = torch.optim.Adam(trained.parameters())
    for step in range(3):
        loss = torch.nn.functional.cross_entropy(trained(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        hub.checkpoint(trained, step=step, metrics={"loss": loss.item()}, repo=REPO, run=RUN, keep=hub.Keep(last=9))
    fresh = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2))
    return trained.eval(), fresh.eval()


def answers(model: Any) -> list[list[float]]:
    if LIBRARY == "keras":
        return [[float(one) for one in row] for row in model.predict(X.numpy(), verbose=0)]
    with torch.no_grad():
        found = answers_of_transformers(model) if LIBRARY == "transformers" else model(X)
    return [[float(one) for one in row] for row in found]


makers = {"transformers": with_transformers, "lightning": with_lightning, "keras": with_keras, "torch": with_torch}
trained, fresh = makers[LIBRARY]()
from jupyter_hubcollab.client.checkpointing import _writer  # noqa: E402

_writer._tasks.join()
kept = hub.checkpoints(REPO, RUN)
before = answers(fresh)
resumed = hub.resume(fresh, REPO, RUN)
assert resumed is not None
version = hub.promote(REPO, RUN, step=resumed.step)
print(
    json.dumps(
        {
            "steps": [one.step for one in kept],
            "metrics": [sorted(one.metrics) for one in kept],
            "differs before": before != answers(trained),
            "same after": answers(resumed.model) == answers(trained),
            "step": resumed.step,
            "version": version.tag,
            "read back": LIBRARY != "transformers" or is_read_back(version.tag, trained),
        }
    )
)
