/** One file to download. */
export interface RemoteFile {
  readonly url: string;
  /** Name in the destination folder. */
  readonly name: string;
  /** Media types that the server may answer with. */
  readonly contentTypes: readonly string[];
  /** Larger answers are refused, bytes. */
  readonly maxBytes: number;
  /** Known SHA-256 of the content; left out where the origin publishes none. */
  readonly sha256?: string;
  /** Entries taken out of a zip archive, and the most bytes that each may hold. */
  readonly unpack?: { readonly entries: readonly string[]; readonly maxBytes: number };
}

/** A public dataset that `pidreg fetch` knows. */
export interface PublicDataset {
  readonly title: string;
  readonly licence: string;
  readonly files: readonly RemoteFile[];
}

/**
 * Public datasets. Neither origin publishes checksums: the checksum of the first download is recorded beside the file
 * and later downloads are held against it. The address of fcon1000 names a commit, whose content cannot change.
 */
export const datasets: Readonly<Record<string, PublicDataset>> = {
  superconductivity: {
    title: "Superconductivty Data (UCI 464; Hamidieh 2018): 81 descriptors, 86 element amounts, critical temperature",
    licence: "CC BY 4.0",
    files: [
      {
        url: "https://archive.ics.uci.edu/static/public/464/superconductivty+data.zip",
        name: "superconductivity.zip",
        contentTypes: ["application/zip", "application/x-zip-compressed", "application/octet-stream"],
        maxBytes: 64 * 2 ** 20,
        unpack: { entries: ["train.csv", "unique_m.csv"], maxBytes: 256 * 2 ** 20 },
      },
    ],
  },
  fcon1000: {
    title: "1000 Functional Connectomes (FreeSurfer): cortical thickness, volumes, age; from PCNtoolkit-demo",
    licence: "repository GPL-3.0; data of the 1000 Functional Connectomes Project, see fcon_1000.projects.nitrc.org",
    files: [
      {
        url: "https://raw.githubusercontent.com/predictive-clinical-neuroscience/PCNtoolkit-demo/81967c1e158feeaa3651aed6decee80f3018a563/data/fcon1000.csv",
        name: "fcon1000.csv",
        contentTypes: ["text/plain", "text/csv", "application/octet-stream"],
        maxBytes: 64 * 2 ** 20,
      },
    ],
  },
};
