"""The registry: MLflow keeps every run and version; the champion is published as a plain folder.

The only module that imports MLflow. Serving never does: it reads `home/models/champion.json` and the
version's folder, so that an unreachable registry stops training and promotion, not answers.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from butler.errors import ModelUnavailable, NotFound, StoreUnavailable
from butler.processes import is_running
from features.vector import NAMES, VERSIONS
from models.composite import NAME, Composite, same

EXPERIMENT = "ranking"
CHAMPION = "champion"
STAGED = ".staged-"  # in home/models: where a version is made ready, by which process
COMPARED_WITH = "compared_with"  # tag of a run: the champion's version it was measured against
SUCCEEDED = "succeeded"  # tag of a version: the champion it took the place of
ROLLED_BACK = "rolled_back"  # tag of a version: when somebody took it back


@dataclass(frozen=True)
class Published:
    """What serving may use: the champion's version, and the one before it."""

    champion: str
    previous: str | None


def models_folder(home: Path) -> Path:
    return home / "models"


def published(home: Path) -> Published | None:
    """The published champion; None before the first promotion."""
    try:
        found = json.loads((models_folder(home) / "champion.json").read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise _damaged_pointer() from error
    if not isinstance(found, dict) or not isinstance(found.get("champion"), str):
        raise _damaged_pointer()
    previous = found.get("previous")
    if not isinstance(previous, str | None):
        raise _damaged_pointer()
    return Published(found["champion"], previous)


def _damaged_pointer() -> ModelUnavailable:
    return ModelUnavailable(
        "models/champion.json is damaged. Run `butler promote` to publish the champion anew."
    )


def publish(home: Path, version: str, source: Path, previous: str | None = None) -> None:
    """Put the version's folder in place, then point to it: readers see the old or the new.

    A folder that is there and intact stays untouched. `previous` answers where the version's files
    turn out damaged; by default it is the champion until now.
    """
    target = models_folder(home) / version
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(target.parent)
    if not same(target, source):
        _put(target, source)
    pointer = models_folder(home) / "champion.json"
    previous = previous or _one_before(published_or_none(home), version)
    temporary = pointer.with_suffix(".tmp")
    temporary.write_text(json.dumps({"champion": version, "previous": previous}))
    os.replace(temporary, pointer)


def _one_before(now: Published | None, version: str) -> str | None:
    if now is None:
        return None
    return now.previous if now.champion == version else now.champion


def _put(target: Path, source: Path) -> None:
    """Copy beside, then swap by two renames; the old one is removed when the new one is there."""
    prefix = f"{STAGED}{os.getpid()}-"
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=prefix) as room:
        ready = Path(room) / "new"
        shutil.copytree(source, ready)
        if target.exists():
            target.rename(Path(room) / "old")
        ready.rename(target)


def _remove_stale(folder: Path) -> None:
    """What processes that were killed while publishing left behind."""
    for staged in folder.glob(f"{STAGED}*"):
        pid = staged.name.removeprefix(STAGED).partition("-")[0]
        if not (pid.isdecimal() and is_running(int(pid))):
            shutil.rmtree(staged, ignore_errors=True)


def published_or_none(home: Path) -> Published | None:
    """As `published`, but a damaged pointer counts as none: publishing is its repair."""
    try:
        return published(home)
    except ModelUnavailable:
        return None


def _sqlite_url(path: Path) -> str:
    """A `?` would end the URL's path, so it is quoted; SQLite reads quotes in a URI of its own (`file:`).

    The driver is named then: of a plain `sqlite:///` URL MLflow makes the folders as they are written
    there, quotes and all.
    """
    quoted = quote(str(path))
    if quoted == str(path):
        return f"sqlite:///{path}"
    return f"sqlite+pysqlite:///file:{quoted}?uri=true"


class Registry:
    """MLflow at a URL; `sqlite://` is a file in `home`, artifacts beside it."""

    def __init__(self, home: Path, url: str = "sqlite://") -> None:
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
        # a registry that is down should be said soon: MLflow's own patience is minutes
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
        import mlflow

        self.home = home.absolute()
        folder = self.home / "mlflow"
        folder.mkdir(parents=True, exist_ok=True)
        tracking = _sqlite_url(folder / "mlflow.db") if url == "sqlite://" else url
        self._tracking = tracking
        self._module = mlflow
        where = (folder / "artifacts").as_uri() if url == "sqlite://" else None
        self._client = self._open(tracking, where)

    @property
    def _mlflow(self) -> Any:
        """MLflow's module, which knows one server at a time, turned to ours."""
        self._module.set_tracking_uri(self._tracking)
        self._module.set_registry_uri(self._tracking)
        return self._module

    def _open(self, tracking: str, artifacts: str | None) -> Any:
        from mlflow.exceptions import MlflowException
        from sqlalchemy.exc import SQLAlchemyError

        try:
            client = self._mlflow.MlflowClient(tracking, tracking)
            if client.get_experiment_by_name(EXPERIMENT) is None:
                client.create_experiment(EXPERIMENT, artifact_location=artifacts)
        except (MlflowException, SQLAlchemyError) as error:
            raise StoreUnavailable(
                f"The registry cannot be opened ({str(error).splitlines()[0]}). Check "
                "BUTLER_REGISTRY_URL; a damaged mlflow/mlflow.db can be removed, then run "
                "`butler train` and `butler promote`. What is published serves on meanwhile."
            ) from error
        return client

    def log(
        self,
        model: Composite,
        parameters: Mapping[str, Any],
        metrics: Mapping[str, float],
        tags: Mapping[str, str],
        plots: Mapping[str, Any],
        tables: Mapping[str, dict[str, list[Any]]],
    ) -> str:
        """Log one run with the composite model and register it; returns the version."""
        mlflow = self._mlflow
        mlflow.set_experiment(EXPERIMENT)
        with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
            model.save(Path(folder) / "composite")
            mlflow.log_params(dict(parameters))
            mlflow.log_metrics(dict(metrics))
            mlflow.set_tags(dict(tags))
            mlflow.log_dict({"names": list(NAMES), "versions": VERSIONS}, "features.json")
            for name, table in tables.items():
                mlflow.log_table(table, f"{name}.json")
            for name, figure in plots.items():
                mlflow.log_figure(figure, f"plots/{name}.png")
            mlflow.log_artifacts(str(Path(folder) / "composite"), "composite")
            return self._register(run.info)

    def record(
        self,
        name: str,
        parameters: Mapping[str, Any],
        metrics: Mapping[str, float],
        files: Sequence[Path],
    ) -> None:
        """Log a run without a model: what was measured, and its files."""
        mlflow = self._mlflow
        mlflow.set_experiment(EXPERIMENT)
        with mlflow.start_run(run_name=name):
            mlflow.log_params(dict(parameters))
            mlflow.log_metrics(dict(metrics))
            for file in files:
                mlflow.log_artifact(str(file))

    def _register(self, run: Any) -> str:
        from mlflow.exceptions import MlflowException

        try:
            self._client.create_registered_model(NAME)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        made = self._client.create_model_version(
            NAME, source=f"{run.artifact_uri}/composite", run_id=run.run_id
        )
        return str(made.version)

    def champion(self) -> str | None:
        """The champion's version; None before the first promotion."""
        from mlflow.exceptions import MlflowException

        try:
            return str(self._client.get_model_version_by_alias(NAME, CHAMPION).version)
        except MlflowException as error:
            if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                raise
            return None

    def newest(self) -> str:
        versions = self._client.search_model_versions(f"name='{NAME}'")
        if not versions:
            raise ModelUnavailable("No model has been trained yet. Run `butler train`.")
        return str(max(int(v.version) for v in versions))

    def metrics(self, version: str) -> dict[str, float]:
        return dict(self._run(version).data.metrics)

    def parameters(self, version: str) -> dict[str, str]:
        return dict(self._run(version).data.params)

    def compared_with(self, version: str) -> str:
        return str(self._run(version).data.tags.get(COMPARED_WITH, ""))

    def download(self, version: str) -> Path:
        """The version's folder on this machine."""
        run = self._model_version(version).run_id
        return Path(
            self._mlflow.artifacts.download_artifacts(run_id=run, artifact_path="composite")
        )

    def crown(self, version: str) -> None:
        """Make it the champion, in the registry and for serving."""
        before = self.champion()
        self._model_version(version)  # NotFound before anything changes
        if before != version:
            self._client.set_model_version_tag(NAME, version, SUCCEEDED, before or "")
        if self.rolled_back(version):
            self._client.delete_model_version_tag(NAME, version, ROLLED_BACK)
        self._client.set_registered_model_alias(NAME, CHAMPION, version)
        publish(self.home, version, self.download(version))

    def rollback(self, now: datetime) -> tuple[str, str]:
        """Crown the champion's predecessor again; returns (the one taken back, the champion).

        The one taken back is marked, so that no judgement crowns it again. Each further call goes
        one champion further back. Raises NotFound where there is none.
        """
        taken = self.champion()
        before = self._tag(taken, SUCCEEDED) if taken else ""
        if taken is None or not before:
            raise NotFound(
                "There is no previous champion to go back to. Train another: `butler train`, "
                "`butler promote`; or crown a version by hand: `butler promote --version N --anyway`."
            )
        folder = self.download(before)  # whatever can fail, fails before anything changes
        self._client.set_model_version_tag(NAME, taken, ROLLED_BACK, now.isoformat())
        self._client.set_registered_model_alias(NAME, CHAMPION, before)
        publish(self.home, before, folder, previous=self._tag(before, SUCCEEDED) or None)
        return taken, before

    def rolled_back(self, version: str) -> bool:
        return bool(self._tag(version, ROLLED_BACK))

    def _tag(self, version: str, name: str) -> str:
        return str(self._model_version(version).tags.get(name, ""))

    def note(self, version: str, decision: Mapping[str, Any], card: str) -> None:
        """Write a judgement of the version to its run: tags, metrics, decision.json and card.md."""
        run = str(self._model_version(version).run_id)
        self._client.set_tag(run, "promoted", str(decision["promoted"]))
        self._client.set_tag(run, "reason", decision["reason"])
        for check in decision["checks"]:
            self._client.set_tag(run, f"gate.{check['name']}", check["outcome"])
            for name, value in check["numbers"].items():
                self._client.log_metric(run, f"gate_{check['name']}_{name}", value)
        self._client.log_dict(run, dict(decision), "decision.json")
        self._client.log_text(run, card, "card.md")

    def table(self, version: str, name: str) -> dict[str, list[Any]]:
        """A table the run logged, by column; empty where it logged none of that name."""
        from mlflow.exceptions import MlflowException

        run = self._run(version).info
        try:
            text = self._mlflow.artifacts.load_text(f"{run.artifact_uri}/{name}.json")
        except (MlflowException, OSError):
            return {}
        found = json.loads(text)
        return {c: [row[n] for row in found["data"]] for n, c in enumerate(found["columns"])}

    def _run(self, version: str) -> Any:
        return self._client.get_run(str(self._model_version(version).run_id))

    def _model_version(self, version: str) -> Any:
        """MLflow's record of a version; raises NotFound."""
        from mlflow.exceptions import MlflowException

        try:
            return self._client.get_model_version(NAME, version)
        except MlflowException as error:
            if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                raise
            raise NotFound(
                f"There is no model version {version!r}; versions are numbers, the newest is "
                f"{self.newest()}."
            ) from error
