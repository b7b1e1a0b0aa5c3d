"""Rows of a public table for a task: rows.py TABLE known|large|sample TARGET OUT"""
import sys

import pandas as pd

source, rows, target, out = sys.argv[1:]
table = pd.read_csv(source)
table = table[table[target].notna()]
if rows == "large":  # classes of at least 79 rows
    counts = table[target].value_counts()
    table = table[table[target].isin(counts[counts >= 79].index)]
if rows == "sample":  # 6,000 rows, the same for every seed
    table = table.sample(n=6000, random_state=0)
table.to_csv(out, index=False)
