"""Predicts each modality's inputs from the other one's latent (z) and from the other one's inputs (x, the ceiling).

    /usr/bin/python3 probe.py FOLDER   (Debian: python3-sklearn)

FOLDER holds shape.json and float32 tables written by run.mjs. Prints JSON: R2 on the test rows, mean over the columns.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
from sklearn.linear_model import RidgeCV
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")


def main(folder):
    shape = json.loads((folder / "shape.json").read_text())
    names, widths, d = shape["names"], shape["widths"], shape["latentDim"]

    def read(name, width):
        return np.fromfile(folder / f"{name}.f32", dtype=np.float32).astype(float).reshape(-1, width)

    parts = {}
    for part in ("train", "test"):
        latents = read(f"{part}.z", d * len(names))
        parts[part] = {
            "z": [latents[:, m * d : (m + 1) * d] for m in range(len(names))],
            "x": [read(f"{part}.x{m}", width) for m, width in enumerate(widths)],
        }
    result = {}
    for source in range(len(names)):
        for other in range(len(names)):
            if source == other:
                continue
            for kind in shape["kinds"]:
                scores = probe(
                    parts["train"][kind][source], parts["train"]["x"][other],
                    parts["test"][kind][source], parts["test"]["x"][other],
                )
                result[f"{kind}.{names[source]}>{names[other]}"] = scores
    print(json.dumps(result))


def probe(features, target, test_features, test_target):
    inputs, outputs = StandardScaler().fit(features), StandardScaler().fit(target)
    x, y = inputs.transform(features), outputs.transform(target)
    x_test, y_test = inputs.transform(test_features), outputs.transform(test_target)
    varying = outputs.var_ > 1e-12
    ridge = RidgeCV(np.logspace(-2, 5, 15)).fit(x, y[:, varying])
    mlp = MLPRegressor((64,), early_stopping=True, max_iter=200, random_state=0).fit(x, y[:, varying])
    return {
        "ridge": mean_r2(y_test[:, varying], ridge.predict(x_test)),
        "mlp": mean_r2(y_test[:, varying], mlp.predict(x_test).reshape(len(x_test), -1)),
    }


def mean_r2(truth, prediction):
    residual = ((truth - prediction) ** 2).mean(axis=0)
    return float(np.mean(1 - residual / truth.var(axis=0)))


main(pathlib.Path(sys.argv[1]))
