"""The hub as MLflow's model registry, by MLflow's own client; the SQL store of MLflow says what is right."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from live import TOKEN, Live

MLFLOW_NAMES = ("MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_TOKEN", "MLFLOW_REGISTRY_URI")


@pytest.fixture
def registry(live_hub: Live, hub: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """MLflow's client as a kernel of the hub has it."""
    import mlflow

    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"{live_hub.url}/hubcollab/mlflow")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", TOKEN)
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "hubcollab://")
    mlflow.tracking.fluent._active_experiment_id = None
    yield mlflow.MlflowClient()
    while mlflow.active_run():
        mlflow.end_run()


@pytest.fixture(scope="session")
def sql_registry(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """MLflow's own registry."""
    import mlflow

    uri = f"sqlite:///{tmp_path_factory.mktemp('sql')}/registry.db"
    return mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A model name of the test's own; one of digits alone would be taken for a version."""
    return f"team/m{abs(hash(request.node.nodeid)) % 10**12}"


@pytest.fixture
def saved(tmp_path: Path) -> str:
    """A model as MLflow saves it."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text("flavors:\n  python_function:\n    loader_module: none\nmlflow_version: 3.17.2\n")
    (folder / "weights.json").write_text('{"w": [1, 2, 3]}')
    return str(folder)


def digits_model(seed: int = 0) -> Any:
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression

    x, y = load_digits(return_X_y=True)
    return LogisticRegression(max_iter=5 + seed).fit(x[:300], y[:300])


@pytest.mark.filterwarnings("ignore")
def test_a_logged_model_is_registered_and_loaded_by_alias_and_number(registry: Any, name: str) -> None:
    """Plain mlflow code makes versions of the hub's model; a name with a slash works in every URI."""
    import mlflow
    import mlflow.sklearn
    from sklearn.datasets import load_digits

    x, _ = load_digits(return_X_y=True)
    requirements = ["scikit-learn"]
    with mlflow.start_run(run_name="trained") as run:
        mlflow.log_metric("accuracy", 0.9)
        mlflow.sklearn.log_model(
            digits_model(), name="model", pip_requirements=requirements, registered_model_name=name
        )
        second = mlflow.sklearn.log_model(digits_model(1), name="second", pip_requirements=requirements)
    made = mlflow.register_model(second.model_uri, name, tags={"stage": "candidate"})
    registry.set_registered_model_alias(name, "champion", 2)

    assert (made.name, int(made.version), made.run_id) == (name, 2, run.info.run_id)
    assert made.tags == {"stage": "candidate"}
    wanted = mlflow.sklearn.load_model(second.model_uri).predict(x[:50]).tolist()
    for uri in (f"models:/{name}@champion", f"models:/{name}/2", f"models:/{name}/latest"):
        assert mlflow.sklearn.load_model(uri).predict(x[:50]).tolist() == wanted, uri
    other = f"models:/{name.replace('/', '--')}/1"
    assert len(mlflow.pyfunc.load_model(other).predict(x[:5])) == 5
    text = mlflow.artifacts.load_text(f"models:/{name}/2/MLmodel")
    assert "sklearn" in text
    assert registry.get_model_version_download_uri(name, "2").startswith(f"hubcollab:/models/{name}/")

    import jupyter_hubcollab as hub

    assert [version.tag for version in hub.versions(name)] == ["v2", "v1"]
    assert hub.load(name, revision="v2").predict(x[:50]).tolist() == wanted


def story(client: Any, name: str, source: str) -> Iterator[Any]:
    """What a registry says while it is used; the same of every registry."""
    from mlflow.exceptions import MlflowException

    def refused(call: Callable[[], Any]) -> str:
        try:
            call()
        except MlflowException as error:
            return str(error.error_code)
        return "no error"

    made = client.create_registered_model(name, tags={"team": "vision"}, description="Reads digits.")
    yield made.tags, made.description, made.latest_versions, made.aliases
    yield refused(lambda: client.create_registered_model(name))
    yield refused(lambda: client.get_registered_model(name + "x"))
    for number in (1, 2, 3):
        version = client.create_model_version(
            name, source, tags={"n": str(number)}, description=f"number {number}", await_creation_for=5
        )
        yield version.version, version.status, version.current_stage, version.tags, version.description
        yield version.source == source, version.aliases, bool(version.run_link)
    client.set_registered_model_alias(name, "champion", "1")
    client.set_registered_model_alias(name, "champion", "3")
    client.set_registered_model_alias(name, "challenger", "2")
    yield client.get_model_version_by_alias(name, "champion").version
    yield client.get_registered_model(name).aliases, client.get_model_version(name, 3).aliases
    yield refused(lambda: client.get_model_version_by_alias(name, "nobody"))
    yield refused(lambda: client.set_registered_model_alias(name, "latest", "1"))
    yield refused(lambda: client.set_registered_model_alias(name, "v7", "1"))
    yield refused(lambda: client.set_registered_model_alias(name, "champion", "99"))
    client.delete_registered_model_alias(name, "challenger")
    client.delete_registered_model_alias(name, "challenger")
    yield client.get_registered_model(name).aliases
    client.set_model_version_tag(name, "2", "checked", "yes")
    client.delete_model_version_tag(name, "2", "n")
    yield client.get_model_version(name, "2").tags
    client.set_registered_model_tag(name, "task", "digits")
    client.delete_registered_model_tag(name, "team")
    yield client.get_registered_model(name).tags
    yield client.update_model_version(name, "2", "better words").description
    yield client.update_registered_model(name, "# Digits\n\nLonger.").description


def stages(client: Any, name: str, source: str) -> Iterator[Any]:
    """Stages, as long as MLflow has them."""
    yield client.transition_model_version_stage(name, "1", "Production").current_stage
    yield client.transition_model_version_stage(name, "2", "staging").current_stage
    client.transition_model_version_stage(name, "3", "Production", archive_existing_versions=True)
    yield {one.version: one.current_stage for one in client.search_model_versions(f"name='{name}'")}
    yield sorted((one.version, one.current_stage) for one in client.get_latest_versions(name))
    yield [one.version for one in client.get_latest_versions(name, ["Staging"])]


def searches(client: Any, name: str, source: str) -> Iterator[Any]:
    """What is found, in which order, on which page."""
    ours = f"name = '{name}'"
    for text in (
        ours,
        f"{ours} AND version_number > 1",
        f"{ours} and version_number <= 2 AND tags.checked = 'yes'",
        f"{ours} AND tags.`n` != '1'",
        f"{ours} AND tags.n LIKE '%'",
        f"name ILIKE '{name.upper()}' AND source_path = '{source}'",
        f"name IN ('{name}', 'nobody') AND version_number = 3",
        f"{ours} AND run_id = 'none'",
    ):
        yield text[len(ours) :], sorted(one.version for one in client.search_model_versions(text))
    for order in (["version_number ASC"], ["version_number DESC"], ["name", "version_number DESC"]):
        yield [one.version for one in client.search_model_versions(ours, order_by=order)]
    page = client.search_model_versions(ours, max_results=2, order_by=["version_number ASC"])
    rest = client.search_model_versions(ours, max_results=2, order_by=["version_number ASC"], page_token=page.token)
    yield [one.version for one in page], bool(page.token), [one.version for one in rest], bool(rest.token)
    part = name.rpartition("/")[2]
    for text in (ours, f"name LIKE '%{part}%'", "tags.task = 'digits'", "tags.team = 'vision'", "name = 'nobody'"):
        yield len([one for one in client.search_registered_models(text) if one.name == name])


def endings(client: Any, name: str, source: str) -> Iterator[Any]:
    """Renamed, deleted; numbers do not come back."""
    from mlflow.exceptions import MlflowException

    client.delete_model_version(name, "3")
    yield sorted(one.version for one in client.search_model_versions(f"name='{name}'"))
    yield client.get_registered_model(name).aliases
    yield client.create_model_version(name, source, await_creation_for=5).version
    renamed = name + "-renamed"
    client.rename_registered_model(name, renamed)
    yield client.get_registered_model(renamed).name, len(client.search_model_versions(f"name='{renamed}'"))
    client.delete_registered_model(renamed)
    try:
        client.get_registered_model(renamed)
    except MlflowException as error:
        yield error.error_code


CHAPTERS = (story, stages, searches, endings)


def plain(said: Any) -> str:
    """MLflow's REST client gives versions as text, its SQL store as numbers."""
    return re.sub(r"'(\d+)'", r"\1", repr(said))


@pytest.mark.filterwarnings("ignore")
def test_the_registry_behaves_as_mlflow_s_own(registry: Any, sql_registry: Any, name: str, saved: str) -> None:
    """Call by call the hub answers what MLflow's SQL registry answers, errors and pages too."""
    theirs_name = name.replace("/", ".")

    ours = [plain(said).replace(name, theirs_name) for tell in CHAPTERS for said in tell(registry, name, saved)]
    theirs = [plain(said) for tell in CHAPTERS for said in tell(sql_registry, theirs_name, saved)]

    assert ours == theirs


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda client, name: client.search_model_versions("name LIKE"), "INVALID_PARAMETER_VALUE"),
        (lambda client, name: client.search_model_versions("nobody = 'x'"), "INVALID_PARAMETER_VALUE"),
        (lambda client, name: client.search_model_versions("version_number = 'x'"), "INVALID_PARAMETER_VALUE"),
        (lambda client, name: client.search_registered_models(order_by=["color"]), "INVALID_PARAMETER_VALUE"),
        (lambda client, name: client.search_registered_models(page_token="?"), "INVALID_PARAMETER_VALUE"),
        (lambda client, name: client.search_registered_models(max_results=10**9), "INVALID_PARAMETER_VALUE"),
        (lambda client, name: client.create_registered_model("../up"), "INVALID_PARAMETER_VALUE"),
        (lambda client, name: client.create_registered_model("größe/🙂"), "INVALID_PARAMETER_VALUE"),
        (lambda client, name: client.get_model_version(name, "7"), "RESOURCE_DOES_NOT_EXIST"),
        (lambda client, name: client.transition_model_version_stage(name, "1", "Moon"), "INVALID_PARAMETER_VALUE"),
        (lambda client, name: client.set_registered_model_alias(name, "a b", "1"), "INVALID_PARAMETER_VALUE"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_nonsense_is_refused_in_mlflow_s_words(registry: Any, name: str, call: Any, code: str) -> None:
    """A program that expects MLflow's error codes gets them."""
    from mlflow.exceptions import MlflowException

    with pytest.raises(MlflowException) as refusal:
        call(registry, name)

    assert refusal.value.error_code in (code, "RESOURCE_DOES_NOT_EXIST")


@pytest.mark.filterwarnings("ignore")
def test_a_token_that_may_read_registers_nothing(
    registry: Any, live_hub: Live, name: str, saved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds and loads; to make a version it takes a token that may write."""
    import mlflow
    from mlflow.exceptions import MlflowException

    registry.create_registered_model(name)
    registry.create_model_version(name, saved, await_creation_for=5)
    monkeypatch.setenv("HUBCOLLAB_TOKEN", live_hub.hub_token("bob", "read"))
    bob = mlflow.MlflowClient(registry_uri=f"hubcollab://{live_hub.url.partition('://')[2]}/hubcollab")

    assert [int(one.version) for one in bob.search_model_versions(f"name='{name}'")] == [1]
    with pytest.raises(MlflowException, match="may only read"):
        bob.create_model_version(name, saved)


@pytest.mark.parametrize(
    ("uri", "wanted"),
    [
        ("models:/team/digits@champion", "models:/team--digits@champion"),
        ("models:/team/digits@champion/MLmodel", "models:/team--digits@champion/MLmodel"),
        ("models:/team/digits/3", "models:/team--digits/3"),
        ("models:/team/digits/3/a/b.txt", "models:/team--digits/3/a/b.txt"),
        ("models:/team/digits/Production", "models:/team--digits/Production"),
        ("models:/digits/3", "models:/digits/3"),
        ("models:/digits/3/MLmodel", "models:/digits/3/MLmodel"),
        ("models:/digits@champion", "models:/digits@champion"),
        ("models:/team--digits/latest", "models:/team--digits/latest"),
        ("models:/m-0123456789", "models:/m-0123456789"),
        ("runs:/abc/model", "runs:/abc/model"),
        ("models:/", "models:/"),
    ],
)
def test_a_slash_in_a_name_is_understood(uri: str, wanted: str) -> None:
    """Names of two parts become what MLflow can take apart; everything else stays as it is."""
    from jupyter_hubcollab.client.registry_names import rewritten

    assert rewritten(uri) == wanted


@pytest.mark.filterwarnings("ignore")
def test_another_registry_keeps_mlflow_s_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the hub is not the registry, MLflow reads URIs as ever."""
    for name in MLFLOW_NAMES:
        monkeypatch.delenv(name, raising=False)
    from mlflow.store.artifact.utils.models import _parse_model_uri

    assert not os.environ.get("MLFLOW_REGISTRY_URI")
    assert _parse_model_uri("models:/team/digits@champion").stage == "digits@champion"
