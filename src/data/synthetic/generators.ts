/**
 * The generators of tables with known answers. Most belong to one family with two modalities: independent
 * standard normal c, u1, v1, u2, v2, e; modality k holds (c, u_k, v_k);
 *   y = shared c + own[0] u1 + own[1] u2 + product v1 v2 + noise e.
 */
export interface ProductFamily {
  readonly kind: "product";
  readonly shared: number;
  readonly own: readonly [number, number];
  readonly product: number;
  /** Further modalities that know nothing. Default 0. */
  readonly bystanders?: number;
}

/** Modality k holds v_k; y = sign(v1 v2) + noise e. */
export interface SignFamily {
  readonly kind: "sign";
}

/** Modality k holds u_k; y = sin(frequency u1) + noise e: a curve of one modality. */
export interface CurveFamily {
  readonly kind: "curve";
  readonly frequency: number;
}

/** Modality k holds (c, u_k, v_k); two targets, each of its own latents: y1 = shared c + own u1 + noise e1, y2 = product v1 v2 + noise e2. */
export interface SplitFamily {
  readonly kind: "split";
  readonly shared: number;
  readonly own: number;
  /** Its square is the signal variance of the second target, equal to shared^2 + own^2, that of the first. */
  readonly product: number;
}

/** Modality k holds c + blur n_k, a noisy view of one cause; y = c + noise e. */
export interface BlurredFamily {
  readonly kind: "blurred";
  /** Standard deviation of each modality's own view noise; c has 1. */
  readonly blur: number;
}

/** M >= 2 modalities hold (c, u_k); y = shared c + sum_k own[k] u_k + noise e. */
export interface AdditiveFamily {
  readonly kind: "additive";
  readonly shared: number;
  readonly own: readonly number[];
}

/** Two modalities hold (c, u_k); two targets y_k = shared c + own u_k + noise e_k. */
export interface VectorFamily {
  readonly kind: "vector";
  readonly shared: number;
  readonly own: number;
}

/** Modalities hold s, u1 and u2; y = u1 where s > 0, else u2, plus noise e: which of the other two is worth having depends on the row. */
export interface SwitchFamily {
  readonly kind: "switch";
}

export type Family =
  | ProductFamily
  | SignFamily
  | CurveFamily
  | SplitFamily
  | BlurredFamily
  | AdditiveFamily
  | VectorFamily
  | SwitchFamily;

/** A named generator. */
export interface Generator {
  readonly family: Family;
  /** Standard deviation of the target's noise as a share of its signal's, unless the user sets another. */
  readonly noise: number;
  readonly rows: number;
  /** What the table shows, for help texts and truth.json. */
  readonly summary: string;
  /** How the first modality is seen, where it is no columns: as volumes (phantom.ts). */
  readonly seen?: "phantom";
  /** What the config of the table says beside its columns, where it asks what to acquire next. */
  readonly acquisition?: { readonly costs: readonly number[]; readonly modalityDropout: number };
}

export const generators = {
  additive: {
    family: { kind: "product", shared: 0, own: [1, 1], product: 0 },
    noise: 0.5,
    rows: 3000,
    summary:
      "y = u1 + u2 + noise: each modality holds its own part. For one target, equal parts are no unique information by " +
      "the BROJA definition: each modality predicts y equally well (redundancy), and both together better (synergy).",
  },
  "additive-vector": {
    family: { kind: "vector", shared: 0.5, own: 1 },
    noise: 0.5,
    rows: 3000,
    summary:
      "two targets, each driven by one modality and a shared cause: both modalities have real unique information.",
  },
  redundant: {
    family: { kind: "product", shared: 1, own: [0, 0], product: 0 },
    noise: 0.5,
    rows: 3000,
    summary: "y = c + noise and both modalities hold c itself: all information is redundant.",
  },
  shared: {
    family: { kind: "blurred", blur: 0.5 },
    noise: 0.5,
    rows: 3000,
    summary:
      "both modalities are noisy views of one cause: mostly redundancy; averaging the views adds a little synergy.",
  },
  interaction: {
    family: { kind: "product", shared: 0, own: [0, 0], product: 1 },
    noise: 0.3,
    rows: 4000,
    summary: "y = v1 v2 + noise: synergy; either modality alone only knows how far y may spread.",
  },
  sign: {
    family: { kind: "sign" },
    noise: 0.3,
    rows: 4000,
    summary: "y = sign(v1 v2) + noise: pure synergy with a sharp edge; either modality alone knows nothing at all.",
  },
  curve: {
    family: { kind: "curve", frequency: 2.5 },
    noise: 0.3,
    rows: 4000,
    summary:
      "y = sin(2.5 u1) + noise: a curve of one modality, which linear readings miss; all information is unique to the " +
      "first, and none is synergy.",
  },
  dominant: {
    family: { kind: "product", shared: 0, own: [1, 0], product: 0 },
    noise: 0.5,
    rows: 3000,
    summary: "y = u1 + noise: the second modality is pure noise; all information is unique to the first.",
  },
  mixed: {
    family: { kind: "product", shared: 0.7, own: [0.8, 0.3], product: 0.5 },
    noise: 0.4,
    rows: 4000,
    summary: "shared, own and product parts together.",
  },
  none: {
    family: { kind: "product", shared: 0, own: [0, 0], product: 0 },
    noise: 1,
    rows: 3000,
    summary: "y is noise: no modality knows anything.",
  },
  three: {
    family: { kind: "additive", shared: 0.8, own: [0.9, 0.6, 0.3] },
    noise: 0.4,
    rows: 4000,
    summary: "three modalities with a shared cause and own parts of falling size.",
  },
  "three-mixed": {
    family: { kind: "product", shared: 0.7, own: [0.8, 0.3], product: 0.5, bystanders: 1 },
    noise: 0.4,
    rows: 4000,
    summary: "the parts of `mixed`, beside a third modality that knows nothing.",
  },
  "vector-mixed": {
    family: { kind: "split", shared: 0.6, own: 0.8, product: 1 },
    noise: 0.4,
    rows: 4000,
    summary: "two targets: one of a shared cause and of the first modality's own part, one of a product (synergy).",
  },
  switch: {
    family: { kind: "switch" },
    noise: 0.3,
    rows: 4000,
    summary:
      "y = u1 where s > 0, else u2, plus noise: alpha holds s and costs nothing, beta holds u1, gamma u2. What to acquire " +
      "next depends on the row: where s > 0, beta lowers the expected squared error by 1 and gamma by 0, elsewhere the reverse.",
    acquisition: { costs: [0, 1, 1], modalityDropout: 0.3 },
  },
  phantom: {
    family: { kind: "product", shared: 0.7, own: [0.8, 0.4], product: 0 },
    noise: 0.4,
    rows: 2000,
    summary:
      "alpha is a volume of each row, an ellipsoid head: c is the size of its ventricle, u1 the thickness of its cortex; beta holds c and " +
      "u2 as columns.",
    seen: "phantom",
  },
  quickstart: {
    family: { kind: "product", shared: 0.6, own: [0.8, 0.2], product: 0.35 },
    noise: 0.4,
    rows: 3000,
    summary: "the table of `pidreg quickstart`: unique, redundant and synergistic parts together.",
  },
} as const satisfies Record<string, Generator>;

export type GeneratorName = keyof typeof generators;

export const generatorNames = Object.keys(generators) as GeneratorName[];

/** How latents become columns. */
export const mixingNames = ["linear", "mlp"] as const;
export type MixingName = (typeof mixingNames)[number];

/** In which format a generated table is written. */
export const tableFormats = ["csv", "csv.gz", "parquet"] as const;
export type TableFormat = (typeof tableFormats)[number];

/** Names of the modalities, in the order of the family's parameters. */
export const modalityNames = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"] as const;

/** Variance of the target (each target) without its noise. */
export function signalVariance(family: Family): number {
  switch (family.kind) {
    case "product":
      return family.shared ** 2 + family.own[0] ** 2 + family.own[1] ** 2 + family.product ** 2;
    case "sign":
    case "blurred":
    case "switch":
      return 1;
    case "additive":
      return family.shared ** 2 + family.own.reduce((sum, part) => sum + part ** 2, 0);
    case "curve": // E sin^2(f u) = (1 - E cos(2 f u)) / 2
      return (1 - Math.exp(-2 * family.frequency ** 2)) / 2;
    case "split":
    case "vector":
      return family.shared ** 2 + family.own ** 2;
  }
}

/** Standard deviation of the target's noise; `ratio` itself when there is no signal. */
export function noiseDeviation(family: Family, ratio: number): number {
  const signal = signalVariance(family);
  return signal === 0 ? ratio : ratio * Math.sqrt(signal);
}
