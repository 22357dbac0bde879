"""A process that serves holds what it needs: the frameworks of batch work are not in it."""

import json
import subprocess
import sys
from pathlib import Path

from server import butler, environment

NOT_NEEDED = {
    *("pandas", "sklearn", "pyarrow", "duckdb", "ibis", "dask", "distributed"),
    *("feast", "lightgbm", "implicit", "mlflow", "prefect", "great_expectations"),
    # redis comes with python-socketio, whose package imports every manager it has
    *("matplotlib", "pymongo", "elasticsearch", "anthropic", "timezonefinder"),
}
# What a worker does: it makes the app, and answers. Prints the packages it has come to hold.
WORKER = """
import json, sys
import serving.service
from fastapi.testclient import TestClient
from serving.app import default_app

path = "/api/v1/recommendations"
with TestClient(default_app(), headers={"X-API-Key": sys.argv[1]}) as client:
    told = client.get(path, params={"user_id": "t000001"}).raise_for_status().json()
    place = told["items"][0]["poi_id"]
    event = {"event_id": "lean-1", "user_id": "t000001", "event_type": "click", "poi_id": place}
    event |= {"occurred_at": "2026-01-01T10:00:00Z", "request_id": told["request_id"]}
    client.post(path + "/feedback", json={"events": [event]}).raise_for_status()
    client.get(path + "/" + told["request_id"] + "/explanation").raise_for_status()
    client.get("/readyz").raise_for_status()
    client.get("/metrics").raise_for_status()
    before = sorted({name.split(".")[0] for name in sys.modules})
    print(json.dumps(before))
"""


def test_who_serves_holds_no_framework_of_batch_work(home: Path) -> None:
    """After recommendations, feedback, an explanation, readiness and metrics."""
    key = butler(home, "key", "create", "--name", "lean").stdout.splitlines()[-1]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WORKER, key],
        env=environment(home, {}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    held = json.loads(done.stdout.splitlines()[-1])
    assert NOT_NEEDED & set(held) == set()
