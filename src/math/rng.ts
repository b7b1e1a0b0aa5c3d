import { TrialGaps } from "./trial-gaps.js";

/**
 * Seeded generator of every random number in pidreg: xoshiro128** bits, ziggurat normals.
 * Streams are split by label, not by order: `rng.split("fold/3")` gives the same stream whatever was drawn before,
 * so a resumed run needs no generator state.
 * Source: Blackman & Vigna 2018 (xoshiro128**), Marsaglia & Tsang 2000 (ziggurat, 128 layers).
 */
export class Rng {
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;
  private readonly key: string;

  /** @param seed any integer or text; equal seeds give equal streams */
  constructor(seed: number | string) {
    this.key = String(seed);
    let h = hashText(this.key);
    const next = () => {
      h = (h + 0x9e3779b9) | 0;
      return mix(h);
    };
    this.a = next();
    this.b = next();
    this.c = next();
    this.d = next() | 1; // never the all-zero state
  }

  /** An independent stream that depends on this generator's seed and the label only. */
  split(label: string): Rng {
    return new Rng(`${this.key}/${label}`);
  }

  /** 32 random bits as a signed integer. */
  bits(): number {
    let r = Math.imul(this.b, 5);
    r = Math.imul((r << 7) | (r >>> 25), 9);
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = (this.d << 11) | (this.d >>> 21);
    return r;
  }

  /** Uniform in (0, 1), never 0 or 1, 32 bits of resolution. */
  uniform(): number {
    return ((this.bits() >>> 0) + 0.5) * 2 ** -32;
  }

  /** Uniform integer in [0, bound), without modulo bias. */
  integer(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const r = this.bits() >>> 0;
      if (r < limit) return r % bound;
    }
  }

  /** One draw from N(0, 1). */
  normal(): number {
    for (;;) {
      const h = this.bits();
      const layer = h & 127;
      if (Math.abs(h) < ziggurat.accept[layer]) return h * ziggurat.width[layer];
      const x = this.zigguratEdge(h, layer);
      if (!Number.isNaN(x)) return x;
    }
  }

  /** Fills `out` with draws from N(0, 1), the same as repeated calls of `normal`. */
  fillNormal(out: Float32Array | Float64Array): void {
    const { accept, width } = ziggurat;
    for (let i = 0; i < out.length; i++) {
      const r = this.bits();
      const layer = r & 127;
      if ((r < 0 ? -r : r) < accept[layer]) {
        out[i] = r * width[layer];
        continue;
      }
      const x = this.zigguratEdge(r, layer);
      out[i] = Number.isNaN(x) ? this.normal() : x;
    }
  }

  /**
   * Fills `out` with an inverted dropout mask: 0 with probability `rate`, else 1/(1 - rate); rate in steps of 2^-16.
   * Where few entries are 0 the gaps between them are drawn, a fifth of the work at a rate of 0.05.
   */
  fillDropout(out: Float32Array, rate: number): void {
    const threshold = Math.round(rate * 65536);
    if (threshold >= gapRates.least && threshold <= gapRates.most) this.fillByGaps(out, threshold);
    else this.fillByEntries(out, threshold);
  }

  private fillByGaps(out: Float32Array, threshold: number): void {
    out.fill(1 / (1 - threshold / 65536));
    const gaps = gapsOf(threshold);
    for (let i = gaps.at(this.bits() >>> 0); i < out.length; i += 1 + gaps.at(this.bits() >>> 0)) out[i] = 0;
  }

  private fillByEntries(out: Float32Array, threshold: number): void {
    const words = new Int32Array(out.buffer, out.byteOffset, out.length);
    const keep = new Int32Array(Float32Array.of(1 / (1 - threshold / 65536)).buffer)[0];
    const last = threshold - 1; // last - x < 0 where x >= threshold: its sign, spread, selects all bits of `keep`
    for (let i = 0; i < words.length; i += 2) {
      const r = this.bits();
      words[i] = keep & ((last - (r & 0xffff)) >> 31);
      words[i + 1] = keep & ((last - (r >>> 16)) >> 31); // ignored past the end
    }
  }

  /** Chi-squared draw with `degrees` > 0 degrees of freedom (Marsaglia & Tsang 2000, gamma method). */
  chiSquared(degrees: number): number {
    return 2 * this.gamma(degrees / 2);
  }

  /** A random permutation of 0 .. n-1 (Fisher-Yates). */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  private gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** Wedge and tail of the ziggurat; NaN asks for another draw. */
  private zigguratEdge(h: number, layer: number): number {
    const x = h * ziggurat.width[layer];
    if (layer === 0) {
      let tail: number;
      let y: number;
      do {
        tail = -Math.log(this.uniform()) / ziggurat.start;
        y = -Math.log(this.uniform());
      } while (y + y < tail * tail);
      return h > 0 ? ziggurat.start + tail : -ziggurat.start - tail;
    }
    const { density } = ziggurat;
    const y = density[layer] + this.uniform() * (density[layer - 1] - density[layer]);
    return y < Math.exp(-0.5 * x * x) ? x : Number.NaN;
  }
}

/** Rates of which gaps are drawn, in steps of 2^-16: 0.01, below which tables are long, to 0.2, where both ways take nearly as long. */
const gapRates = { least: Math.round(0.01 * 65536), most: Math.round(0.2 * 65536) };

const gapTables = new Map<number, TrialGaps>();

/** Tables of the gaps between zeros, one per rate that was asked for. */
function gapsOf(threshold: number): TrialGaps {
  const known = gapTables.get(threshold);
  if (known !== undefined) return known;
  const gaps = new TrialGaps(threshold / 65536);
  gapTables.set(threshold, gaps);
  return gaps;
}

const ziggurat = buildZiggurat();

/** Layer tables of the 128-layer ziggurat: start of the tail and area per layer as published. */
function buildZiggurat() {
  const start = 3.442619855899;
  const area = 9.91256303526217e-3;
  const scale = 2 ** 31;
  const accept = new Float64Array(128);
  const width = new Float64Array(128);
  const density = new Float64Array(128);
  const base = area / Math.exp(-0.5 * start * start);
  accept[0] = (start / base) * scale;
  width[0] = base / scale;
  width[127] = start / scale;
  density[0] = 1;
  density[127] = Math.exp(-0.5 * start * start);
  let edge = start;
  for (let i = 126; i >= 1; i--) {
    const inner = Math.sqrt(-2 * Math.log(area / edge + Math.exp(-0.5 * edge * edge)));
    accept[i + 1] = (inner / edge) * scale;
    edge = inner;
    density[i] = Math.exp(-0.5 * inner * inner);
    width[i] = inner / scale;
  }
  return { start, accept, width, density };
}

/** FNV-1a over UTF-16 units, then a final avalanche. */
function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h);
}

function mix(h: number): number {
  let z = h ^ (h >>> 16);
  z = Math.imul(z, 0x21f0aaad);
  z ^= z >>> 15;
  z = Math.imul(z, 0x735a2d97);
  return z ^ (z >>> 15);
}

/** A seed that depends on the seed of the config and the label only. */
export function derivedSeed(seed: number, label: string): number {
  return new Rng(seed).split(label).integer(2 ** 31);
}
