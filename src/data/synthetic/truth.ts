import { type CurveTruth, curveTruth } from "./curve-mixture.js";
import {
  type AdditiveFamily,
  type BlurredFamily,
  type CurveFamily,
  type Family,
  modalityNames,
  type ProductFamily,
  type SplitFamily,
  type VectorFamily,
} from "./generators.js";
import {
  explainedShare,
  gaussianEntropy,
  meanConditionalEntropy,
  mixtureEntropy,
  normalScore,
} from "./scale-mixture.js";
import { signExplainedShare, signInformation } from "./sign-mixture.js";
import { switchInformation } from "./switch-mixture.js";

/** Atoms of a generator, in bits, in the form of a PID result. */
export interface TrueAtoms {
  readonly information: { readonly total: number; readonly byModality: Readonly<Record<string, number>> };
  readonly atoms: {
    readonly unique: Readonly<Record<string, number>>;
    readonly redundancy: number;
    readonly synergy: number;
    readonly partialRedundancy: number;
  };
  readonly union: number;
  /** Estimated largest numerical error of the numbers above, in bits. */
  readonly numericalError: number;
}

/** What is true of a generated table. */
export interface Truth extends TrueAtoms {
  readonly unit: "bits";
  readonly definition: string;
  readonly method: "closed-form" | "quadrature";
  /** What a perfect regression would report; differs from the information when a modality also tells the spread of y. */
  readonly regression: TrueAtoms & { readonly definition: string };
}

const definition =
  "BROJA (Bertschinger et al. 2014) atoms of the Shannon information between the modalities and the target(s), computed " +
  "from the generator. Unique: known by this modality only; redundancy: known by each; synergy: known only together.";

const regressionDefinition =
  "Gaussian atoms of perfect regressions: -1/2 log2(1 - R2) of the target, transformed to a normal distribution, on each " +
  "modality and on all. This is what pidreg estimates; it cannot see that a modality tells how far the target spreads.";

/**
 * True atoms of a generator.
 *
 * Product family: given (c, v1) modality 2 is a degraded modality 1 when |own1| >= |own2|: replace u2 by a copy of u1
 * with correlation own2/own1 and v2 by v1, and (y, c, u2, v2) keeps its distribution, because y given (c, u_k, v_k) is
 * N(shared c + own_k u_k, own_other^2 + product^2 v_k^2 + noise^2). Hence (Blackwell) union = I1, unique2 = 0,
 * redundancy = I2. I_k = h(y) - E_v h(y | c, u_k, v), I12 = h(y) - h(noise).
 *
 * Sign family: either modality is independent of y, so by the coupling that makes them independent given y the union
 * is 0 and all is synergy. Switch family: s is independent of y, and (y, u1) and (y, u2) have one distribution, so that u2 may be a
 * copy of u1: the union is I(y; u1), shared by those two, the rest synergy. Curve family: the second modality is independent of all. Split family: the targets and their
 * causes are independent blocks, over which atoms add.
 *
 * @param noise standard deviation of the target's noise, above 0
 */
export function trueAtoms(family: Family, noise: number): Truth {
  const exact = information(family, noise);
  const regression = regressionTruth(family, noise);
  return {
    unit: "bits",
    definition,
    method: regression === null ? "closed-form" : "quadrature",
    ...exact,
    regression: { definition: regressionDefinition, ...(regression ?? exact) },
  };
}

function information(family: Family, noise: number): TrueAtoms {
  switch (family.kind) {
    case "product":
      return productAtoms(family, noise);
    case "sign":
      return scalarAtoms([0, 0], signInformation(noise), 1e-9);
    case "curve":
      return curveAtoms(family, noise, ({ information }) => information);
    case "split": {
      const [linear, product] = blocks(family);
      return added(productAtoms(linear, noise), productAtoms(product, noise));
    }
    case "blurred":
      return blurredAtoms(family, noise);
    case "additive":
      return additiveAtoms(family, noise);
    case "vector":
      return vectorAtoms(family, noise);
    case "switch": {
      const [coarse, fine] = [1e-7, 1e-9].map((tolerance) => switchInformation(noise, tolerance));
      return switchAtoms(fine, noise, Math.max(Math.abs(fine - coarse), 1e-9));
    }
  }
}

/** @param one information of u1, and of u2, alone, bits */
function switchAtoms(one: number, noise: number, error: number): TrueAtoms {
  return scalarAtoms([0, one, one], 0.5 * Math.log2((1 + noise ** 2) / noise ** 2), error);
}

/** What perfect regressions would report where that differs from the information; null where it does not. */
function regressionTruth(family: Family, noise: number): TrueAtoms | null {
  switch (family.kind) {
    case "product":
      return family.product === 0 ? null : regressionAtoms(family, noise);
    case "sign":
      return scalarAtoms([0, 0], bitsOfShare(signExplainedShare(noise)), 1e-8);
    case "switch": // E(y | u1) = u1 / 2, and y is normal
      return switchAtoms(bitsOfShare(0.25 / (1 + noise ** 2)), noise, rounding);
    case "curve":
      return curveAtoms(family, noise, ({ explainedShare }) => bitsOfShare(explainedShare));
    case "split": {
      const [linear, product] = blocks(family);
      return added(productAtoms(linear, noise), regressionAtoms(product, noise));
    }
    default:
      return null;
  }
}

/** The two independent parts of a split family, each with one target. */
function blocks({ shared, own, product }: SplitFamily): [ProductFamily, ProductFamily] {
  return [
    { kind: "product", shared, own: [own, 0], product: 0 },
    { kind: "product", shared: 0, own: [0, 0], product },
  ];
}

/** Atoms of two independent systems taken together. */
function added(a: TrueAtoms, b: TrueAtoms): TrueAtoms {
  const both = (x: Readonly<Record<string, number>>, y: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.keys(x).map((name) => [name, x[name] + y[name]]));
  return {
    information: {
      total: a.information.total + b.information.total,
      byModality: both(a.information.byModality, b.information.byModality),
    },
    atoms: {
      unique: both(a.atoms.unique, b.atoms.unique),
      redundancy: a.atoms.redundancy + b.atoms.redundancy,
      synergy: a.atoms.synergy + b.atoms.synergy,
      partialRedundancy: a.atoms.partialRedundancy + b.atoms.partialRedundancy,
    },
    union: a.union + b.union,
    numericalError: a.numericalError + b.numericalError,
  };
}

const rounding = 1e-13;

function productAtoms(family: ProductFamily, noise: number): TrueAtoms {
  const { shared, own, product, bystanders = 0 } = family;
  const normal = shared ** 2 + own[0] ** 2 + own[1] ** 2 + noise ** 2;
  const entropy = mixtureEntropy({ base: normal, product });
  const error = product === 0 ? rounding : 1e-9 + Math.abs(entropy - mixtureEntropy({ base: normal, product }, 1e-7));
  const known = [1, 0].map(
    (other) => entropy - meanConditionalEntropy({ base: own[other] ** 2 + noise ** 2, product }),
  );
  const total = entropy - gaussianEntropy(noise ** 2);
  return scalarAtoms([...known, ...new Array<number>(bystanders).fill(0)], total, error);
}

/** All is unique to the first modality; at two resolutions for the numerical error. */
function curveAtoms({ frequency }: CurveFamily, noise: number, bits: (truth: CurveTruth) => number): TrueAtoms {
  const [coarse, fine] = [400, 600].map((points) => bits(curveTruth(frequency, noise, points)));
  return scalarAtoms([fine, 0], fine, Math.max(Math.abs(fine - coarse), 1e-9));
}

/** View k = c + blur n_k: Var(c | one view) = b/(1 + b), Var(c | both) = b/(2 + b), with b = blur^2. */
function blurredAtoms({ blur }: BlurredFamily, noise: number): TrueAtoms {
  const b = blur ** 2;
  const s = noise ** 2;
  const one = 0.5 * Math.log2((1 + s) / (b / (1 + b) + s));
  const both = 0.5 * Math.log2((1 + s) / (b / (2 + b) + s));
  return scalarAtoms([one, one], both, rounding);
}

function additiveAtoms({ shared, own }: AdditiveFamily, noise: number): TrueAtoms {
  const parts = own.reduce((sum, part) => sum + part ** 2, 0);
  const variance = shared ** 2 + parts + noise ** 2;
  const known = own.map((part) => 0.5 * Math.log2(variance / (parts - part ** 2 + noise ** 2)));
  return scalarAtoms(known, 0.5 * Math.log2(variance / noise ** 2), rounding);
}

/**
 * Both posterior covariances are diagonal: E_1 = diag(s, o + s), E_2 = diag(o + s, s) with o = own^2, s = noise^2, so
 * each modality is the better one for one target: unique = 1/2 log2((o + s)/s), and their union is everything.
 */
function vectorAtoms({ shared, own }: VectorFamily, noise: number): TrueAtoms {
  const s = noise ** 2;
  const o = own ** 2;
  const diagonal = shared ** 2 + o + s;
  const determinant = diagonal ** 2 - shared ** 4;
  const unique = 0.5 * Math.log2((o + s) / s);
  const one = 0.5 * Math.log2(determinant / (s * (o + s)));
  const total = 0.5 * Math.log2(determinant / s ** 2);
  const [first, second] = modalityNames;
  return {
    information: { total, byModality: { [first]: one, [second]: one } },
    atoms: {
      unique: { [first]: unique, [second]: unique },
      redundancy: one - unique,
      synergy: 0,
      partialRedundancy: 0,
    },
    union: total,
    numericalError: rounding,
  };
}

/**
 * Atoms of one target whose modalities are degraded versions of each other: union = max I_k, redundancy = min I_k, unique
 * only to the best (what the second best lacks), the rest up to the second best shared by some.
 */
function scalarAtoms(known: readonly number[], total: number, numericalError: number): TrueAtoms {
  const descending = [...known].sort((a, b) => b - a);
  const [best, second] = descending;
  const least = descending[descending.length - 1];
  const winner = known.indexOf(best);
  const names = modalityNames.slice(0, known.length);
  return {
    information: { total, byModality: Object.fromEntries(names.map((name, k) => [name, known[k]])) },
    atoms: {
      unique: Object.fromEntries(names.map((name, k) => [name, k === winner ? best - second : 0])),
      redundancy: least,
      synergy: total - best,
      partialRedundancy: second - least,
    },
    union: best,
    numericalError,
  };
}

/** -1/2 log2(1 - R2) with the R2 of perfect regressions of the normal score of y, at two resolutions. */
function regressionAtoms(family: ProductFamily, noise: number): TrueAtoms {
  const coarse = regressionInformation(family, noise, 8);
  const fine = regressionInformation(family, noise, 12);
  const error = Math.max(...fine.map((value, i) => Math.abs(value - coarse[i])));
  const known = [...fine.slice(0, 2), ...new Array<number>(family.bystanders ?? 0).fill(0)];
  return scalarAtoms(known, fine[2], Math.max(error, 1e-8));
}

/** -1/2 log2(1 - share), bits. */
function bitsOfShare(share: number): number {
  return -0.5 * Math.log2(1 - share);
}

function regressionInformation({ shared, own, product }: ProductFamily, noise: number, panels: number): number[] {
  const variances = own.map((part) => part ** 2);
  const base = shared ** 2 + variances[0] + variances[1];
  const score = normalScore({ base: base + noise ** 2, product });
  const single = [0, 1].map((k) =>
    explainedShare(
      score,
      { constant: shared ** 2 + variances[k], perScale: 0 },
      { constant: variances[1 - k] + noise ** 2, perScale: product ** 2 },
      panels,
    ),
  );
  const all = explainedShare(
    score,
    { constant: base, perScale: product ** 2 },
    { constant: noise ** 2, perScale: 0 },
    panels,
  );
  return [...single, all].map(bitsOfShare);
}
