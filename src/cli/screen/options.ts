import type { DialectArguments } from "../dialect-options.js";

/** Arguments of `pidreg screen`. */
export interface ScreenArguments extends DialectArguments {
  data: string;
  target: string;
  columns?: string;
  exclude?: string;
  category?: string;
  "target-kind": "auto" | "class" | "number";
  "missing-values"?: string;
  bins?: number;
  level: number;
  top: number;
  out?: string;
  json: boolean;
}
