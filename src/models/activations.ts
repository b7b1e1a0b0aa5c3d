const plain = ["relu", "gelu", "silu", "mish"] as const;
const parametric = ["parametric-relu", "parametric-gelu", "parametric-silu", "parametric-mish"] as const;

/** What bends after a hidden layer (layers/activation.ts). */
export const activations = [...plain, ...parametric] as const;
export type Activation = (typeof activations)[number];
export type PlainActivation = (typeof plain)[number];

/** Of a parametric activation every unit learns how far it bends; this is what it bends to. */
export function parametricOf(kind: Activation): PlainActivation | null {
  const at = (parametric as readonly string[]).indexOf(kind);
  return at < 0 ? null : plain[at];
}
