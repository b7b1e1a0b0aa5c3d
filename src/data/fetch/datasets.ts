import { type Merge, mergeGasTurbine, mergeSuperconductivity, turbineFiles } from "./merge.js";

/** One file to download. */
export interface RemoteFile {
  readonly url: string;
  /** Name in the destination folder. */
  readonly name: string;
  /** Media types that the server may answer with. */
  readonly contentTypes: readonly string[];
  /** Larger answers are refused, bytes. */
  readonly maxBytes: number;
  /** Known SHA-256 of the content; left out where none is known. */
  readonly sha256?: string;
  /** Entries taken out of a zip archive, and the most bytes that each may hold. */
  readonly unpack?: { readonly entries: readonly string[]; readonly maxBytes: number };
}

/** A public dataset that `pidreg fetch` knows. */
export interface PublicDataset {
  readonly title: string;
  readonly licence: string;
  /** What a publication that uses the data should name. */
  readonly citation: string;
  readonly files: readonly RemoteFile[];
  /** Makes table.csv.gz of the unpacked files; they are ready to be read as they are if left out. */
  readonly merge?: Merge;
  /** Config that trains on the table, where there is one. */
  readonly config?: string;
}

const zipTypes = ["application/zip", "application/x-zip-compressed", "application/octet-stream"];
const megabyte = 2 ** 20;

/**
 * Public datasets. UCI publishes no checksums; those given here are what independent projects recorded of its archives.
 * Where none is known, the checksum of the first download is recorded beside the file and later ones are held against
 * it. The address of fcon1000 names a commit, whose content cannot change.
 */
export const datasets: Readonly<Record<string, PublicDataset>> = {
  superconductivity: {
    title: "Superconductivty Data (UCI 464): 81 descriptors, 86 element amounts, critical temperature",
    licence: "CC BY 4.0",
    citation: "Hamidieh (2018), Computational Materials Science 154, 346-354; doi 10.24432/C53P47",
    files: [
      {
        url: "https://archive.ics.uci.edu/static/public/464/superconductivty+data.zip",
        name: "superconductivity.zip",
        contentTypes: zipTypes,
        maxBytes: 64 * megabyte,
        sha256: "87f4490d73390ff94ee01dbf0d7d32abc80b22f2c803d471765cfc46a9f6371e",
        unpack: { entries: ["train.csv", "unique_m.csv"], maxBytes: 256 * megabyte },
      },
    ],
    merge: mergeSuperconductivity,
    config: "configs/superconductivity.yaml",
  },
  "gas-turbine": {
    title: "Gas Turbine CO and NOx Emission Data Set (UCI 551): ambient and process sensors, five years",
    licence: "CC BY 4.0",
    citation: "Kaya, Tufekci, Uzun (2019), Turkish J. Electrical Eng. 27, 4783-4796; doi 10.24432/C5WC95",
    files: [
      {
        url: "https://archive.ics.uci.edu/static/public/551/gas+turbine+co+and+nox+emission+data+set.zip",
        name: "gas-turbine.zip",
        contentTypes: zipTypes,
        maxBytes: 64 * megabyte,
        sha256: "55fdb1acc25f05bd9c77aac285c424e9154ffb0dbf1bbadb56b69a1142231295",
        unpack: { entries: turbineFiles, maxBytes: 64 * megabyte },
      },
    ],
    merge: mergeGasTurbine,
    config: "configs/gas-turbine.yaml",
  },
  fcon1000: {
    title: "1000 Functional Connectomes (FreeSurfer): cortical thickness, volumes, age; from PCNtoolkit-demo",
    licence: "repository GPL-3.0; data of the 1000 Functional Connectomes Project, see fcon_1000.projects.nitrc.org",
    citation: "Biswal et al. (2010), PNAS 107, 4734-4739",
    files: [
      {
        url: "https://raw.githubusercontent.com/predictive-clinical-neuroscience/PCNtoolkit-demo/81967c1e158feeaa3651aed6decee80f3018a563/data/fcon1000.csv",
        name: "fcon1000.csv",
        contentTypes: ["text/plain", "text/csv", "application/octet-stream"],
        maxBytes: 64 * megabyte,
      },
    ],
  },
};
