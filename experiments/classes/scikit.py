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
        return list(table.columns[first:last])
    return fnmatch.filter(table.columns, pattern)


features = [c for m in json.loads(modalities).values() for p in m["columns"] for c in columns(p)]
split = json.load(open(split_file))
part = {name: table.loc[split[name]] for name in ("train", "validation", "test")}
x = {name: rows[features].fillna(part["train"][features].mean()).to_numpy() for name, rows in part.items()}
y = {name: rows[target].astype(str).to_numpy() for name, rows in part.items()}


def best(candidates):
    """Log loss on the test rows of the candidate that is best on the validation rows: classes and probabilities of each."""
    losses = [log_loss(y["validation"], validation, labels=classes) for classes, validation, _ in candidates]
    classes, _, test = candidates[int(np.argmin(losses))]
    return log_loss(y["test"], test, labels=classes)


def boosted(rate, trees):
    """Gradient boosting after every tenth step: one fit for all numbers of trees."""
    model = HistGradientBoostingClassifier(max_iter=trees, learning_rate=rate, early_stopping=False, random_state=0)
    model.fit(x["train"], y["train"])
    staged = zip(model.staged_predict_proba(x["validation"]), model.staged_predict_proba(x["test"]))
    return [(model.classes_, v, t) for k, (v, t) in enumerate(staged) if k % 10 == 9]


def regressed(c):
    model = make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=2000)).fit(x["train"], y["train"])
    return (model.classes_, model.predict_proba(x["validation"]), model.predict_proba(x["test"]))


rates = ((0.1, 100),) if len(set(y["train"])) > 10 else ((0.1, 100), (0.03, 200))
boosting = best([candidate for rate, trees in rates for candidate in boosted(rate, trees)])
logistic = best([regressed(c) for c in (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 1.0)])
print(json.dumps({"boosting": boosting, "logistic": logistic}))
