import { InputError } from "../../errors.js";
import type { Dataset } from "../dataset.js";

/**
 * A table whose target is numbered as the classes of a model are.
 * @param classes labels in the order of the model; undefined where it predicts numbers
 * @throws InputError for classes that the model does not know
 */
export function withClassesOf(dataset: Dataset, classes: readonly string[] | undefined, where: string): Dataset {
  if (classes === undefined) return dataset;
  return {
    ...dataset,
    targets: dataset.targets.map((target) => {
      const { name, values, classes: own = [] } = target;
      const strange = own.filter((label) => !classes.includes(label));
      if (strange.length > 0) {
        throw new InputError(
          `${where}: "${name}" is ${strange.map((label) => `"${label}"`).join(", ")} in some rows, which is no class of the model; ` +
            `it knows ${classes.join(", ")}. Write it as one of these, or leave the cell empty`,
        );
      }
      const places = own.map((label) => classes.indexOf(label));
      return { name, values: values.map((value) => (Number.isNaN(value) ? value : places[value])), classes };
    }),
  };
}
