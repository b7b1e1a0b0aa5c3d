import { InputError } from "../../errors.js";
import { type ClassTables, cellShares } from "./class-tables.js";

/** When the minimisation ends. */
export interface UnionOptions {
  /** Largest gap between value and certificate, bits. Default 1e-4. */
  readonly tolerance?: number;
  /** Most sweeps. Default 3000. */
  readonly sweeps?: number;
  /** r(c1, .., cM) to start from, as an earlier result has it; the product of the cell shares if left out. */
  readonly start?: Float64Array;
}

/** Union information of several sources about a class. */
export interface DiscreteUnion {
  /** I_q(Y; C1, .., CM) of `coupling`, bits: an upper bound of the least one. */
  readonly bits: number;
  /** A lower bound of the least one, bits. */
  readonly certificate: number;
  /** bits - certificate */
  readonly gap: number;
  readonly sweeps: number;
  readonly converged: boolean;
  /**
   * log2 of the factors, per source [classes * cells]: for a row of class y with cells c_k the sum of
   * `factors[k][y * cells_k + c_k]` is its part of the union; the mean over rows is `certificate`.
   */
  readonly factors: readonly Float64Array[];
  /** q(y, c1, .., cM), flat [classes * product of cells], the last source fastest; its pair tables are those given. */
  readonly coupling: Float64Array;
  /** sum_y q, to start from where tables are similar. */
  readonly mixture: Float64Array;
}

/** Most entries of the coupling of all sources and classes. */
const mostEntries = 2 ** 20;
/** The mixture is never less than this, so that every cell can be reached again. */
const least = 1e-200;
/** Sweeps between two looks at the gap. */
const between = 10;

/**
 * Union information of sources about a class (Bertschinger et al. 2014):
 *   min I_q(Y; C1, .., CM)  over q with q(y, c_k) = p(y, c_k) for every k
 * by alternating minimisation of D(q || p(y) r(c)) over q (Sinkhorn scaling, q = p(y) prod_k a_k(y, c_k) r(c)) and r. For any
 * positive a a lower bound follows from the dual form of the divergence (Donsker & Varadhan 1983):
 *   sum_k sum_{y,c} p(y, c_k) log a_k(y, c_k) - log max_c sum_y p(y) prod_k a_k(y, c_k)
 * @throws InputError when the coupling would have more than 2^20 entries
 */
export function discreteUnion({ shares, tables }: ClassTables, options: UnionOptions = {}): DiscreteUnion {
  const { tolerance = 1e-4, sweeps: most = 3000 } = options;
  const state = begin({ shares, tables }, options.start);
  let best: Pick<DiscreteUnion, "certificate" | "factors"> = { certificate: Number.NEGATIVE_INFINITY, factors: [] };
  let sweeps = 0;
  for (;;) {
    scale(state);
    sweeps++;
    if (sweeps === 1 || sweeps % between === 0 || sweeps === most) {
      const bound = certificateOf(state);
      if (bound.certificate > best.certificate) best = bound;
      const { bits, coupling } = roundedValue(state);
      const gap = Math.max(0, bits - best.certificate);
      if (gap <= tolerance || sweeps >= most) {
        const certificate = Math.max(0, best.certificate);
        const mixture = state.mixture.slice();
        const ended = { sweeps, converged: gap <= tolerance, factors: best.factors, coupling, mixture };
        return { bits: Math.max(bits, certificate), certificate, gap: Math.max(0, bits - certificate), ...ended };
      }
    }
    mix(state);
  }
}

interface State extends ClassTables {
  readonly cells: readonly number[];
  readonly entries: number;
  /** per source, [entries] cell of each entry of the coupling */
  readonly cellOf: readonly Uint16Array[];
  /** per source, [classes * cells] a_k */
  readonly factors: readonly Float64Array[];
  /** [classes * entries] prod_k a_k r, which sums to 1 over the entries of a class */
  readonly scaled: Float64Array;
  /** [entries] r */
  readonly mixture: Float64Array;
}

function begin({ shares, tables }: ClassTables, start: Float64Array | undefined): State {
  const classes = shares.length;
  const cells = tables.map((table) => table.length / classes);
  const entries = cells.reduce((product, m) => product * m, 1);
  if (entries * classes > mostEntries) {
    throw new InputError(
      `${classes} classes of ${cells.join(" x ")} cells are ${entries * classes} joint entries, ` +
        `of which at most ${mostEntries} can be held; take fewer cells`,
    );
  }
  const cellOf = indices(cells, entries);
  const margins = tables.map((table) => cellShares(table, classes));
  const product = () =>
    Float64Array.from({ length: entries }, (_, e) => margins.reduce((r, margin, k) => r * margin[cellOf[k][e]], 1));
  return {
    ...{ shares, tables, cells, entries, cellOf },
    factors: tables.map((table) => table.map((p) => (p > 0 ? 1 : 0))),
    scaled: new Float64Array(classes * entries),
    mixture: start?.length === entries ? start.slice() : product(),
  };
}

function indices(cells: readonly number[], entries: number): Uint16Array[] {
  let stride = entries;
  return cells.map((m) => {
    stride /= m;
    const step = stride;
    return Uint16Array.from({ length: entries }, (_, e) => Math.floor(e / step) % m);
  });
}

/** One Sinkhorn sweep per class. */
function scale(state: State): void {
  const { shares, tables, cells, entries, cellOf, factors, scaled, mixture } = state;
  for (let y = 0; y < shares.length; y++) {
    const q = scaled.subarray(y * entries, (y + 1) * entries);
    q.set(mixture);
    factors.forEach((factor, k) => {
      multiply(q, cellOf[k], factor.subarray(y * cells[k], (y + 1) * cells[k]));
    });
    factors.forEach((factor, k) => {
      const from = y * cells[k];
      const margin = sumBy(q, cellOf[k], cells[k]);
      const ratio = margin.map((sum, c) => (sum > 0 ? tables[k][from + c] / shares[y] / sum : 0));
      multiply(q, cellOf[k], ratio);
      for (let c = 0; c < cells[k]; c++) factor[from + c] *= ratio[c];
    });
  }
}

function multiply(q: Float64Array, cellOf: Uint16Array, ratio: Float64Array): void {
  for (let e = 0; e < q.length; e++) q[e] *= ratio[cellOf[e]];
}

function sumBy(q: Float64Array, cellOf: Uint16Array, cells: number): Float64Array {
  const sums = new Float64Array(cells);
  for (let e = 0; e < q.length; e++) sums[cellOf[e]] += q[e];
  return sums;
}

/** r = sum_y p(y) q(. | y). */
function mix({ shares, entries, scaled, mixture }: State): void {
  mixture.fill(0);
  for (let y = 0; y < shares.length; y++) {
    for (let e = 0; e < entries; e++) mixture[e] += shares[y] * scaled[y * entries + e];
  }
  for (let e = 0; e < entries; e++) if (mixture[e] < least) mixture[e] = least;
}

/** The lower bound of the factors as they are, and the factors scaled so that their mean is it. */
function certificateOf(state: State): Pick<DiscreteUnion, "certificate" | "factors"> {
  const { shares, tables, factors } = state;
  const largest = largestRatio(state);
  const shift = Math.log2(largest) / factors.length;
  const logs = factors.map((factor) => factor.map((a) => (a > 0 ? Math.log2(a) - shift : Number.NEGATIVE_INFINITY)));
  let certificate = 0;
  tables.forEach((table, k) => {
    for (let i = 0; i < table.length; i++) if (table[i] > 0) certificate += table[i] * logs[k][i];
  });
  return shares.length > 0 && Number.isFinite(certificate)
    ? { certificate, factors: logs }
    : { certificate: Number.NEGATIVE_INFINITY, factors: logs };
}

/** max over the cells of sum_y p(y) prod_k a_k(y, c_k). */
function largestRatio({ shares, cells, entries, cellOf, factors }: State): number {
  let largest = 0;
  for (let e = 0; e < entries; e++) {
    let sum = 0;
    for (let y = 0; y < shares.length; y++) {
      let product = shares[y];
      for (let k = 0; k < factors.length; k++) product *= factors[k][y * cells[k] + cellOf[k][e]];
      sum += product;
    }
    if (sum > largest) largest = sum;
  }
  return largest;
}

/** The coupling with the margins made exact, and its information. */
function roundedValue(state: State): Pick<DiscreteUnion, "bits" | "coupling"> {
  const { shares, entries, scaled } = state;
  const coupling = new Float64Array(scaled.length);
  const mixture = new Float64Array(entries);
  for (let y = 0; y < shares.length; y++) {
    const q = rounded(state, y);
    for (let e = 0; e < entries; e++) {
      coupling[y * entries + e] = shares[y] * q[e];
      mixture[e] += shares[y] * q[e];
    }
  }
  let bits = 0;
  for (let y = 0; y < shares.length; y++) {
    for (let e = 0; e < entries; e++) {
      const q = coupling[y * entries + e];
      if (q > 0) bits += q * Math.log2(q / (shares[y] * mixture[e]));
    }
  }
  return { bits: Math.max(0, bits), coupling };
}

/**
 * q(. | y) with its margins made those of the tables: cells that have too much are scaled down, and what is then lacking is
 * spread as a product (Altschuler, Weed & Rigollet 2017).
 */
function rounded({ shares, tables, cells, entries, cellOf, scaled }: State, y: number): Float64Array {
  const q = scaled.slice(y * entries, (y + 1) * entries);
  const wanted = tables.map((table, k) => table.subarray(y * cells[k], (y + 1) * cells[k]).map((p) => p / shares[y]));
  wanted.forEach((margin, k) => {
    const ratio = sumBy(q, cellOf[k], cells[k]).map((sum, c) => (sum > margin[c] ? margin[c] / sum : 1));
    multiply(q, cellOf[k], ratio);
  });
  const lacking = wanted.map((margin, k) => {
    const sums = sumBy(q, cellOf[k], cells[k]);
    return margin.map((p, c) => Math.max(0, p - sums[c]));
  });
  const mass = lacking[0].reduce((sum, p) => sum + p, 0);
  if (mass < 1e-15) return q;
  for (let e = 0; e < entries; e++)
    q[e] += lacking.reduce((product, own, k) => product * (own[cellOf[k][e]] / mass), mass);
  return q;
}
