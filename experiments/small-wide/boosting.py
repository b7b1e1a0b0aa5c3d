"""Gradient boosting on one table of the study: scikit-learn's HistGradientBoosting, tuned on the validation part.

    python3 experiments/small-wide/boosting.py table.csv

Reads the columns but `y` and `part`, trains trees of 7 and of 31 leaves, and tests the model and the
number of trees that are best on the validation part. Writes its root mean squared errors as JSON.
"""
import json
import sys

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

GRID = [(0.05, 7, 1.0), (0.05, 31, 1.0)]
STEPS = [50, 100, 200, 400, 700]


def error(model, x, y):
    return float(np.sqrt(np.mean((y - model.predict(x)) ** 2)))


table = pd.read_csv(sys.argv[1])
features = table.drop(columns=["y", "part"]).to_numpy(float)
target = table["y"].to_numpy(float)
part = {name: (table["part"] == name).to_numpy() for name in ("train", "validation", "test")}
x = {name: features[rows] for name, rows in part.items()}
y = {name: target[rows] for name, rows in part.items()}
best = {"validation": np.inf}
for rate, leaves, penalty in GRID:
    model = HistGradientBoostingRegressor(
        learning_rate=rate, max_leaf_nodes=leaves, l2_regularization=penalty, warm_start=True,
        early_stopping=False, random_state=0,
    )
    before = np.inf
    for count in STEPS:
        model.set_params(max_iter=count)
        model.fit(x["train"], y["train"])
        now = error(model, x["validation"], y["validation"])
        if now < best["validation"]:
            best = {"validation": now, "test": error(model, x["test"], y["test"]), "trees": count}
        if now > before:
            break
        before = now
print(json.dumps(best))
