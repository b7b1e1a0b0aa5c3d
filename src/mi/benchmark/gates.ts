import { type BenchmarkTask, rowTask } from "./task.js";

/** A class made of two fair bits that are independent, or the same. */
interface Gate {
  readonly name: string;
  readonly of: (a: number, b: number) => number;
  readonly classes: number;
  readonly same?: boolean;
}

const gates: readonly Gate[] = [
  { name: "and", of: (a, b) => a & b, classes: 2 },
  { name: "xor", of: (a, b) => a ^ b, classes: 2 },
  { name: "copy", of: (a, b) => 2 * a + b, classes: 4 },
  { name: "unq", of: (a) => a, classes: 2 },
  { name: "rdn", of: (a) => a, classes: 2, same: true },
];

/** Equally likely inputs, and what each source sees of them. */
function inputsOf({ same }: Gate): readonly (readonly [number, number])[] {
  const all = [0, 1, 2, 3].map((k) => [k >> 1, k & 1] as const);
  return same ? all.filter(([a, b]) => a === b) : all;
}

/** p(y | what is seen) / p(y) of each input, by counting. */
function ratios(gate: Gate, sources: readonly (0 | 1)[]): { readonly ratio: number[]; readonly bits: number } {
  const inputs = inputsOf(gate);
  const seen = inputs.map((input) => sources.map((k) => input[k]).join());
  const y = inputs.map(([a, b]) => gate.of(a, b));
  const share = (test: (i: number) => boolean) => inputs.filter((_, i) => test(i)).length / inputs.length;
  const ratio = inputs.map(
    (_, i) =>
      share((j) => seen[j] === seen[i] && y[j] === y[i]) /
      share((j) => seen[j] === seen[i]) /
      share((j) => y[j] === y[i]),
  );
  return { ratio, bits: ratio.reduce((sum, r) => sum + Math.log2(r), 0) / inputs.length };
}

function gateTask(gate: Gate, sources: readonly (0 | 1)[]): BenchmarkTask {
  const { ratio, bits } = ratios(gate, sources);
  const inputs = inputsOf(gate);
  const id = `gate-${gate.name}${sources.length === 1 ? `:x${sources[0] + 1}` : ""}`;
  return rowTask(id, bits, gate.classes, (rng) => {
    const i = rng.integer(inputs.length);
    const [a, b] = inputs[i];
    return { x: sources.map((k) => inputs[i][k]), y: [gate.of(a, b)], pointwise: Math.log(ratio[i]) };
  });
}

/** Logic gates, of both bits and of each. */
export const gateTasks: readonly BenchmarkTask[] = gates.flatMap((gate) =>
  ([[0, 1], [0], [1]] as const).map((sources) => gateTask(gate, sources)),
);
