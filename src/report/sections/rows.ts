import type { RunFiles } from "../../record/read-run.js";
import { atomRows } from "../atom-rows.js";
import { html, table } from "../html.js";
import type { Section } from "../section.js";
import { formatBits, formatCount, formatNumber, formatPercent } from "../text.js";
import { withUnit } from "../with-unit.js";

const shown = 5;

/** Sample-level atoms: the test rows where the modalities told most, and those where they misled. */
export function rowsSection(run: RunFiles): Section | null {
  const { ids, local } = run.test;
  if (local.size === 0 || ids.length === 0) return null;
  const columns = [...local];
  const total = ids.map((_, i) => columns.reduce((sum, [, values]) => sum + values[i], 0));
  // A row that lacks a modality has no atoms.
  const known = total.flatMap((t, i) => (Number.isNaN(t) ? [] : [i]));
  if (known.length === 0) return null;
  const order = known.toSorted((a, b) => total[b] - total[a] || a - b);
  const misled = total.filter((t) => t < 0).length;
  const count = Math.min(shown, known.length);
  return {
    id: "rows",
    title: "Rows that tell most, and rows that mislead",
    reading: [
      html`In <b>${formatPercent(misled / known.length)}</b> of the test rows (${formatCount(misled)} of
        ${formatCount(known.length)}) what the modalities said made the true value look less likely than it was without them.
        Look at the rows at the foot of the second table first: a wrong record, or a case unlike the rest.`,
    ],
    figures: [],
    legend: html`Sample-level atoms in bits; their mean over the rows is the atom. Negative: this row was misleading.`,
    body: html`${rowTable(run, "most informative", order.slice(0, count), total)}
      ${rowTable(run, "most misleading", order.slice(-count), total)}`,
  };
}

function rowTable(run: RunFiles, title: string, rows: readonly number[], total: readonly number[]) {
  const local = localColumns(run);
  const targets = [...run.test.targets];
  return table(
    [
      [title, "text"],
      ...targets.flatMap(([name]) => [
        [withUnit(run.metrics, name), "number"] as const,
        ["predicted", "number"] as const,
      ]),
      ["sum (bits)", "number"],
      ...local.map(([name]) => [name, "number"] as const),
    ],
    rows.map((i) => [
      run.test.ids[i],
      ...targets.flatMap(([, { truth, prediction }]) => [formatNumber(truth[i], 4), formatNumber(prediction[i], 4)]),
      formatBits(total[i]),
      ...local.map(([, values]) => formatBits(values[i])),
    ]),
  );
}

/** Sample-level atoms in the order and the words of the atoms themselves. */
function localColumns({ pid, test }: RunFiles): [string, Float64Array][] {
  return atomRows(pid, pid.modalities).flatMap(({ key, label }) => {
    const values = test.local.get(key.replace(":", "."));
    return values === undefined ? [] : [[label, values] as [string, Float64Array]];
  });
}
