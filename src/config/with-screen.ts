import type { Config } from "./schema.js";

/** The config with so many columns kept of every modality that is columns of a table; itself where nothing is asked for. */
export function withScreen(config: Config, columns: number | undefined): Config {
  if (columns === undefined) return config;
  const modalities = Object.fromEntries(
    Object.entries(config.data.modalities).map(([name, modality]) => [
      name,
      modality.kind === undefined || modality.kind === "table" ? { ...modality, screen: { columns } } : modality,
    ]),
  );
  return { ...config, data: { ...config.data, modalities } };
}
