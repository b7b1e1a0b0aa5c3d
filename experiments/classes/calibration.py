"""What a temperature and a bias for each class, fitted on other rows, would do to the test log loss: calibration.py RUN.."""
import sys

import numpy as np
import pandas as pd
from scipy.optimize import minimize


def log_loss(logits, labels):
    top = logits.max(1, keepdims=True)
    total = top[:, 0] + np.log(np.exp(logits - top).sum(1))
    return float(np.mean(total - logits[np.arange(len(labels)), labels]))


def scaled(logits, labels):
    """[temperature, biases] under which the rows are most likely."""
    start = np.r_[1, np.zeros(logits.shape[1])]
    return minimize(lambda p: log_loss(p[0] * logits + p[1:], labels), start).x


for run in sys.argv[1:]:
    rows = pd.read_csv(f"{run}/predictions.csv")
    columns = [c for c in rows.columns if ".probability." in c]
    target = columns[0].split(".probability.")[0]
    classes = [c.split(".probability.")[1] for c in columns]
    logits = np.log(np.clip(rows[columns].to_numpy(), 1e-12, 1))
    labels = rows[target].astype(str).map(classes.index).to_numpy()
    part = {name: (rows["part"] == name).to_numpy() for name in ("validation", "test")}
    x = {name: logits[of] for name, of in part.items()}
    y = {name: labels[of] for name, of in part.items()}
    by = {name: scaled(x[name], y[name]) for name in part}
    found = {name: log_loss(p[0] * x["test"] + p[1:], y["test"]) for name, p in by.items()}
    print(
        f"{run}: test {log_loss(x['test'], y['test']):.4f}; scaled on validation rows {found['validation']:.4f}, "
        f"on the test rows themselves {found['test']:.4f}"
    )
