"""Gradient boosting on the rows of finished run folders, from outside: scikit-learn's HistGradientBoosting, tuned.

    python3 experiments/accuracy/boosting.py runs/accuracy/brain-age-1 ... >> experiments/accuracy/boosting.jsonl

Reads each run's config and split, trains a grid of learning rate, leaves and regularisation, and tests the model and the
number of trees that are best on the validation part. One JSON line per run.
"""
import itertools
import json
import os
import sys

import numpy as np
import pandas as pd
import yaml
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import mean_absolute_error, mean_squared_error

GRID = list(itertools.product([0.05, 0.1], [31, 127], [0.0, 1.0]))
STEPS = [100, 200, 400, 700, 1000]


def columns_of(spec, names):
    """Column names of a modality: exact names, globs with *, index ranges, as pidreg reads them."""
    import fnmatch

    chosen = []
    for pattern in spec:
        if pattern in names:
            chosen.append(pattern)
        elif ":" in pattern:
            start, end = (int(part) for part in pattern.split(":"))
            chosen.extend(names[start:end])
        else:
            chosen.extend(fnmatch.filter(names, pattern))
    return chosen


def best_model(x, y, train, validation):
    """The model with the smallest validation error over grid and number of trees; a combination that got worse stops."""
    best = (np.inf, None, None)
    for rate, leaves, penalty in GRID:
        model = HistGradientBoostingRegressor(
            learning_rate=rate, max_leaf_nodes=leaves, l2_regularization=penalty, warm_start=True,
            early_stopping=False, random_state=0,
        )
        before = np.inf
        for count in STEPS:
            model.set_params(max_iter=count)
            model.fit(x[train], y[train])
            error = mean_squared_error(y[validation], model.predict(x[validation]))
            if error < best[0]:
                best = (error, model, count)
            if error > before:
                break
            before = error
    return best[1], best[2]


def run(folder):
    with open(os.path.join(folder, "config.yaml")) as file:
        config = yaml.safe_load(file)
    with open(os.path.join(folder, "split.json")) as file:
        split = json.load(file)
    data = config["data"]
    table = pd.read_csv(os.path.join(folder, data["file"]), low_memory=False)
    ids = table[data["id"]].astype(str) if "id" in data else pd.Series([str(i + 1) for i in range(len(table))])
    place = {name: i for i, name in enumerate(ids)}
    rows = {part: np.array([place[name] for name in split[part]]) for part in ("train", "validation", "test")}
    names = list(table.columns)
    features = [c for m in data["modalities"].values() for c in columns_of(m["columns"], names)]
    x = table[features].to_numpy(float)
    targets = data["target"] if isinstance(data["target"], list) else [data["target"]]
    errors = {}
    for target in targets:
        y = table[target].to_numpy(float)
        model, count = best_model(x, y, rows["train"], rows["validation"])
        predicted = next(p for i, p in enumerate(model.staged_predict(x[rows["test"]]), start=1) if i == count)
        errors[target] = {
            "rmse": float(np.sqrt(mean_squared_error(y[rows["test"]], predicted))),
            "mae": float(mean_absolute_error(y[rows["test"]], predicted)),
            "trees": count,
        }
    study, seed = os.path.basename(os.path.normpath(folder)).rsplit("-", 1)
    print(json.dumps({"study": study, "seed": int(seed), "errors": errors}), flush=True)


for each in sys.argv[1:]:
    run(each)
