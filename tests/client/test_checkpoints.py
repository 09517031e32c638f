"""Checkpoints: kept in the background, by tensor, thinned, resumed, promoted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import jupyter_hubcollab as hub
from jupyter_hubcollab.client.forms import form_of
from jupyter_hubcollab.client.tensors import read, restore, tensors_of, write
from jupyter_hubcollab.errors import BadInput, NotSupported, RevisionNotFound, RunNotFound, Unsaveable

RUN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return f"team/c{abs(hash(request.node.nodeid)) % 10**12}"


def weights(step: int) -> dict[str, Any]:
    """A frozen embedding and a head that learns."""
    return {"embedding.größe": np.arange(50_000, dtype="float32"), "head/0": np.full((3, 4), step, dtype="float64")}


def test_a_run_is_taken_up_where_it_was_left(hub: Any, name: str) -> None:
    """The newest checkpoint comes back with its step and metrics, tensors as they were."""
    import jupyter_hubcollab as notebook

    for step in (10, 20):
        notebook.checkpoint(weights(step), step=step, metrics={"loss": 1 / step}, repo=name, run=RUN).result(150)

    found = notebook.resume({}, name, RUN)

    assert found is not None
    assert (found.step, found.metrics) == (20, {"loss": 0.05})
    for key, wanted in weights(20).items():
        np.testing.assert_array_equal(found.model[key], wanted)
    assert notebook.resume({}, name, RUN, step=10).model["head/0"][0, 0] == 10  # type: ignore[union-attr]
    assert notebook.resume({}, name, "another-run") is None
    with pytest.raises(BadInput):
        notebook.resume({}, name, RUN, step=15)


def test_the_last_the_best_and_every_so_many_stay(hub: Any, name: str) -> None:
    """Others are dropped from the branch, and from its history."""
    import jupyter_hubcollab as notebook

    keep = notebook.Keep(last=2, best=1, every=4, metric="loss")
    losses = [5.0, 1.0, 4.0, 3.0, 2.5, 2.0, 1.9, 1.8]
    for step, loss in enumerate(losses):
        done = notebook.checkpoint(weights(step), step=step, metrics={"loss": loss}, repo=name, run=RUN, keep=keep)

    assert [one.step for one in done.result(150).checkpoints] == [0, 1, 4, 6, 7]
    kept = notebook.checkpoints(name, RUN)
    assert [one.step for one in kept] == [0, 1, 4, 6, 7]
    assert repr(kept).startswith("5 checkpoints\n  step 0  20")
    assert "loss=1.8" in kept._repr_html_()
    commits = hub.get(f"repos/models/{name}/commits", dict[str, Any], revision=f"runs/{RUN}")
    assert len(commits["commits"]) == 1


def test_a_step_becomes_a_version(hub: Any, name: str) -> None:
    """With the metrics that it had."""
    import jupyter_hubcollab as notebook

    notebook.checkpoint(weights(3), step=3, metrics={"accuracy": 0.75}, repo=name, run=RUN).result(150)

    made = notebook.promote(name, RUN, step=3, message="good enough")

    assert made.tag == "v1"
    assert [(one.name, one.value) for one in made.version.metrics] == [("accuracy", 0.75)]
    with pytest.raises(RevisionNotFound):
        notebook.promote(name, RUN, step=4)


def test_a_promoted_estimator_is_loaded_as_one(hub: Any, name: str) -> None:
    """The version has what its library reads, and the card names that library; taking the run up again still works."""
    from sklearn.linear_model import Perceptron

    import jupyter_hubcollab as notebook

    x, y = np.array([[0.0], [1.0], [2.0]]), [0, 0, 1]
    model = Perceptron(random_state=0).fit(x, y)
    notebook.checkpoint(model, step=1, repo=name, run=RUN).result(150)

    made = notebook.promote(name, RUN, step=1)
    loaded = notebook.load(name)
    resumed = notebook.resume(Perceptron(), name, RUN)

    assert isinstance(loaded, Perceptron)
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))
    assert hub.get(f"models/{made.repo_id}", dict[str, Any])["model"]["library"] == "sklearn"
    np.testing.assert_array_equal(resumed.model.coef_, model.coef_)  # type: ignore[union-attr]


def test_promoted_tensors_alone_are_loaded_as_such(hub: Any, name: str) -> None:
    """Where nothing says of what they are."""
    import jupyter_hubcollab as notebook

    notebook.checkpoint(weights(3), step=3, repo=name, run=RUN).result(150)
    notebook.promote(name, RUN, step=3)

    loaded = notebook.load(name)

    assert set(loaded) == set(weights(3))
    np.testing.assert_array_equal(loaded["head/0"], weights(3)["head/0"])


@pytest.mark.parametrize("names", [["embedding.größe", "head/0"], ["other"]])
def test_promoted_weights_keep_the_settings_of_the_version_before(
    hub: Any, name: str, names: list[str], tmp_path: Path
) -> None:
    """If they are weights of the same model: then the version is one of its library, with one file of weights."""
    from safetensors.numpy import load_file, save_file

    import jupyter_hubcollab as notebook

    folder = tmp_path / "saved"
    folder.mkdir()
    save_file({one: np.zeros(3, dtype="float32") for one in names}, folder / "model.safetensors")
    (folder / "config.json").write_text('{"model_type": "bert"}')
    notebook.publish(folder, name)
    notebook.checkpoint(weights(3), step=3, repo=name, run=RUN).result(150)

    notebook.promote(name, RUN, step=3)

    found = notebook.download(name)
    if names == ["other"]:
        assert not (found / "config.json").exists()
        return
    assert (found / "config.json").read_text() == '{"model_type": "bert"}'
    for key, wanted in load_file(found / "model.safetensors").items():
        np.testing.assert_array_equal(wanted, weights(3)[key])
    assert not (found / "tensors").exists()
    with pytest.raises(NotSupported, match="transformers"):
        notebook.load(name)


def test_a_model_of_transformers_brings_its_settings() -> None:
    """So that its checkpoints know what they are weights of."""

    class Settings:
        def to_json_string(self) -> str:
            return "{}"

    class Model:
        config = generation_config = Settings()

    Model.__module__ = "transformers.models.bert"

    assert form_of(Model())() == {"config.json": b"{}", "generation_config.json": b"{}"}
    assert form_of({"w": np.zeros(1)})() == {}


class Settings:
    """What a model of transformers keeps beside its weights."""

    def to_json_string(self) -> str:
        return '{"model_type": "bert"}'


class Bert:
    """As much of a model of transformers as a checkpoint sees."""

    config = Settings()

    def state_dict(self) -> dict[str, Any]:
        return {"w": np.ones(3, "float32")}


Bert.__module__ = "transformers.models.bert"


class Tokenizer:
    """As much of a tokenizer as a checkpoint sees."""

    def save_pretrained(self, folder: str) -> None:
        files = {"tokenizer.json": '{"version": "1.0"}', "additional_chat_templates/tools.jinja": "{{ tools }}"}
        for name, text in files.items():
            file = Path(folder, name)
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)


def test_a_promoted_model_of_transformers_has_its_tokenizer(hub: Any, name: str) -> None:
    """With all its files, in folders, too; of a model of another library there is none."""
    import jupyter_hubcollab as notebook

    notebook.checkpoint(Bert(), step=1, repo=name, run=RUN, processor=Tokenizer()).result(150)
    notebook.promote(name, RUN, step=1)

    found = notebook.download(name)
    assert (found / "tokenizer.json").read_text() == '{"version": "1.0"}'
    assert (found / "additional_chat_templates" / "tools.jinja").read_text() == "{{ tools }}"
    assert (found / "config.json").read_text() == '{"model_type": "bert"}'
    assert (found / "model.safetensors").is_file()
    assert form_of({"w": np.zeros(1)}, Tokenizer())() == {}


def test_an_estimator_may_be_trained_on_while_its_checkpoint_is_written() -> None:
    """What is written is the model as it was; what nobody could load, or copy, is left out."""
    import skops.io
    from sklearn.ensemble import RandomForestClassifier

    class Own(RandomForestClassifier):
        """Of a notebook."""

    class Held(Own):
        def __deepcopy__(self, memo: object) -> Any:
            raise OSError("the device is busy")

    x = np.arange(20.0).reshape(10, 2)
    forest = RandomForestClassifier(2, warm_start=True, random_state=0).fit(x, x[:, 0] > 7)
    before = forest.predict(x)

    form = form_of(forest)
    forest.set_params(n_estimators=9).fit(x, x[:, 0] < 7)
    content = form()["model.skops"]

    kept = skops.io.loads(content, trusted=skops.io.get_untrusted_types(data=content))
    assert len(kept.estimators_) == 2
    assert kept.predict(x).tolist() == before.tolist()
    assert (form_of(Own().fit(x, before))(), form_of(Held())()) == ({}, {})


def test_a_tensor_that_does_not_change_is_sent_once(hub: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A frozen part of a model costs nothing at the next step."""
    import jupyter_hubcollab as notebook

    first = notebook.checkpoint(weights(1), step=1, repo=name, run=RUN).result(150).checkpoints[0]
    second = notebook.checkpoint(weights(2), step=2, repo=name, run=RUN).result(150).checkpoints[1]

    same = {one.digest for one in first.files} & {one.digest for one in second.files}
    assert sum(one.size_bytes for one in second.files if one.digest not in same) < 300
    assert sum(one.size_bytes for one in second.files) > 200_000


def test_what_goes_wrong_is_told_to_who_waits(hub: Any, name: str) -> None:
    """A model without tensors at once, a refusal of the hub by the result."""
    with pytest.raises(Unsaveable):
        notebook_checkpoint(object(), name)
    with pytest.raises(RunNotFound):
        hub_checkpoint_without_a_run(name)
    with pytest.raises(BadInput):
        notebook_checkpoint(weights(1), name, run="../up").result(150)


def notebook_checkpoint(model: Any, name: str, run: str = RUN) -> Any:
    return hub.checkpoint(model, step=1, repo=name, run=run)


def hub_checkpoint_without_a_run(name: str) -> Any:
    import mlflow

    while mlflow.active_run():
        mlflow.end_run()
    mlflow.tracking.fluent._last_active_run_id.set(None)
    return hub.checkpoint(weights(1), step=1, repo=name)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 3), "float32"),
        np.float64(3.5) * np.ones(()),
        np.arange(6).reshape(2, 3)[:, ::2],
        np.array([True, False]),
        np.array([1.5, np.nan, np.inf], "float16"),
    ],
)
def test_a_tensor_comes_back_as_it_was(tmp_path: Any, array: Any) -> None:
    """Empty, a single number, strided, bits, half precision."""
    (tensor,) = tensors_of({"x": array}).values()
    write(tmp_path / "x", "größe/0", tensor)

    name, found = read((tmp_path / "x").read_bytes())
    assert name == "größe/0"
    np.testing.assert_array_equal(found, array)


def test_a_model_of_scikit_learn_has_tensors() -> None:
    """What it learned; put into a model that learned nothing, that one knows it."""
    from sklearn.linear_model import SGDClassifier

    x = np.random.default_rng(0).normal(size=(50, 3))
    trained = SGDClassifier(random_state=0).fit(x, x[:, 0] > 0)

    fresh = restore(SGDClassifier(), tensors_of(trained))

    assert fresh.predict(x).tolist() == trained.predict(x).tolist()


class Network:
    """As much of a keras model on torch as a checkpoint sees: names that change, weights in an order that does not."""

    def __init__(self, *weights: Any) -> None:
        self.weights = list(weights)

    def get_weights(self) -> list[Any]:
        return self.weights

    def set_weights(self, weights: list[Any]) -> None:
        self.weights = weights

    def state_dict(self) -> dict[str, Any]:
        return {f"dense_{id(one)}": one for one in self.weights}


def test_weights_of_keras_are_taken_by_their_order() -> None:
    """Under torch their names differ in each model; a model of another build is refused."""
    kept = tensors_of(Network(np.ones(2), np.zeros(3)))

    found = restore(Network(np.zeros(2), np.ones(3)), kept)

    assert [one.tolist() for one in found.weights] == [[1, 1], [0, 0, 0]]
    with pytest.raises(BadInput, match="another model"):
        restore(Network(np.zeros(2)), kept)


def test_numbers_that_the_format_lacks_are_refused(tmp_path: Any) -> None:
    """With words for the user."""
    with pytest.raises(Unsaveable, match="complex"):
        write(tmp_path / "x", "x", np.zeros(2, "complex64"))


@pytest.mark.parametrize("library", ["transformers", "lightning", "keras", "caffe"])
def test_a_library_that_is_not_there_is_named(library: str) -> None:
    """With what to install."""
    from importlib.util import find_spec

    from jupyter_hubcollab.errors import NotSupported

    if find_spec(library) is None:
        with pytest.raises((NotSupported, BadInput), match=library):
            hub.callback(library)
    else:
        assert hub.callback(library) is not None
