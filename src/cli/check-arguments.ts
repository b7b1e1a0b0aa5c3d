import { InputError } from "../errors.js";

/** Options that may be given several times; for any other a repetition is a mistake. */
const repeatable = new Set(["set", "only", "array", "cost", "modality", "slurm", "merge", "errors", "_", "--"]);
/** Commands that join the tables of several `--data`. */
const joining = new Set(["predict", "evaluate", "acquire", "compare"]);

/**
 * Refuses what the parser itself lets pass: an option without its value, a value that is no finite number where one is
 * expected, an option given twice.
 * @param argv what the parser made of the command line
 * @param args the command line itself, to show what was typed
 * @throws InputError naming the option
 */
export function checkArguments(argv: Readonly<Record<string, unknown>>, args: readonly string[]): void {
  for (const [key, value] of Object.entries(argv)) {
    const typed = typedValue(args, key);
    const name = typed === null ? `<${key}>` : `--${key}`;
    // A list without an option is files or folders named one after another.
    if (Array.isArray(value) && typed !== null && !repeatable.has(key) && !joins(argv, key)) {
      const remedy =
        key === "data"
          ? ". Several tables are joined as a config says: pidreg init TABLE TABLE --target COL writes one"
          : "";
      throw new InputError(`${name} was given more than once${remedy}`);
    }
    const isEmptyList = Array.isArray(value) && value.length === 0 && typed !== null;
    if (value === "" || isEmptyList || (typed !== null && lacksValue(value, typed))) {
      throw new InputError(`${name}: its value is missing`);
    }
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new InputError(`${name}: expected a number, got "${typed}"`);
    }
  }
}

function joins({ _: words }: Readonly<Record<string, unknown>>, key: string): boolean {
  return key === "data" && Array.isArray(words) && joining.has(String(words[0]));
}

/**
 * Whether an option stands there without a value: the parser then takes its default, if it has one, as if nothing had been
 * typed.
 * @param typed what follows it on the command line
 */
function lacksValue(value: unknown, typed: string): boolean {
  if (value === undefined) return true;
  if (typeof value !== "string" && typeof value !== "number") return false;
  return typed === "" || (/^-(?![.\d])/.test(typed) && value !== typed);
}

/** What stands after an option on the command line, empty if nothing; null if the option is not there. */
function typedValue(args: readonly string[], option: string): string | null {
  const end = args.indexOf("--");
  const options = end < 0 ? args : args.slice(0, end);
  for (const [i, arg] of options.entries()) {
    if (arg === `--${option}`) return options[i + 1] ?? "";
    if (arg.startsWith(`--${option}=`)) return arg.slice(option.length + 3);
  }
  return null;
}
