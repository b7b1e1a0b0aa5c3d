"""Test log loss of gradient boosting and logistic regression on the rows of a run, their choices made on its validation rows."""
import fnmatch
import json
import sys
import warnings

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
table_file, split_file, identity, target, _, modalities = sys.argv[1:]
table = pd.read_csv(table_file)
table.index = table[identity].astype(str)


def columns(pattern):
    if ":" in pattern and pattern.replace(":", "").isdigit():
        first, last = map(int, pattern.split(":"))
        return list(table.columns[first : last + 1])
    return fnmatch.filter(table.columns, pattern)


features = [c for m in json.loads(modalities).values() for p in m["columns"] for c in columns(p)]
split = json.load(open(split_file))
part = {name: table.loc[split[name]] for name in ("train", "validation", "test")}
x = {name: rows[features].fillna(part["train"][features].mean()).to_numpy() for name, rows in part.items()}
y = {name: rows[target].astype(str).to_numpy() for name, rows in part.items()}


def best(models):
    """The model that is best on the validation rows, on the test rows."""
    fitted = [model.fit(x["train"], y["train"]) for model in models]
    losses = [log_loss(y["validation"], m.predict_proba(x["validation"]), labels=m.classes_) for m in fitted]
    chosen = fitted[int(np.argmin(losses))]
    return log_loss(y["test"], chosen.predict_proba(x["test"]), labels=chosen.classes_)


boosting = best(
    [
        HistGradientBoostingClassifier(max_iter=n, learning_rate=rate, random_state=0)
        for n, rate in ((50, 0.1), (100, 0.1), (100, 0.05), (200, 0.05))
    ]
)
logistic = best(
    [make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=2000)) for c in (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 1.0)]
)
print(json.dumps({"boosting": boosting, "logistic": logistic}))
