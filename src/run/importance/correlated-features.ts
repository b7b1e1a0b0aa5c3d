import type { PreparedRows } from "../../data/rows.js";
import { gathered } from "../../evaluation/importance/changed-rows.js";
import { correlatedGroups } from "../../evaluation/importance/correlated.js";
import type { NamedInputs } from "../../modalities/kind.js";

/** Training rows that correlations are measured on. */
const mostRows = 1000;
/** Columns among which groups are looked for; correlations of more take long. */
const mostFeatures = 1000;

/**
 * Groups of correlated features on the training rows that have the modality, as the network reads them; a category, which is
 * several inputs, is alone.
 * @returns places among the features; null where they are too many
 */
export async function correlatedFeatures(
  { input, present }: { readonly input: PreparedRows; readonly present?: Uint8Array | undefined },
  features: readonly NamedInputs[],
  trainRows: Int32Array,
): Promise<number[][] | null> {
  if (features.length > mostFeatures) return null;
  const having = trainRows.filter((row) => present?.[row] !== 0);
  const step = Math.max(1, Math.ceil(having.length / mostRows));
  const { values, width } = await gathered(
    input,
    having.filter((_, i) => i % step === 0),
  );
  const single = features.flatMap(({ reading }, i) => ("number" in reading ? [i] : []));
  if (single.length === 0) return features.map((_, i) => [i]);
  const rows = values.length / width;
  const columns = new Float64Array(rows * single.length);
  single.forEach((feature, k) => {
    const [at] = features[feature].inputs;
    for (let i = 0; i < rows; i++) columns[i * single.length + k] = values[i * width + at];
  });
  const found = correlatedGroups(columns, single.length).map((group) => group.map((k) => single[k]));
  const others = features.flatMap((_, i) => (single.includes(i) ? [] : [[i]]));
  return [...found, ...others].sort(([a], [b]) => a - b);
}
