"""Libraries that keep quiet: for every process that we start."""

import logging
import os
import warnings


def quiet() -> None:
    """Nothing phones home, and libraries speak only when something is wrong."""
    os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # LightGBM's threads wait asleep: where other work wants the processors, spinning takes theirs
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning, UserWarning):
        warnings.simplefilter("ignore", category)
    # Some libraries reset the filters above and send warnings to the log: a logger's own filter stays.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addFilter(lambda record: False)
    for name in ("alembic", "great_expectations", "feast", "implicit"):
        logging.getLogger(name).setLevel(logging.WARNING)
