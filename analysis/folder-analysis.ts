import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CodeToRead } from "./code-to-read.js";
import type { Discovered } from "./discover.js";
import { type KnownServices, nothingKnown } from "./evidence.js";
import { libraryFolder, packageRoot } from "./library-folder.js";
import type { OpenSource } from "./open-source.js";
import { ResultStore, storeOf } from "./result-store.js";

/** Reads the code of the tests in one folder. Reuses results of earlier runs while the code is unchanged. */
export class FolderAnalysis {
  readonly #folder: string;
  readonly #known: KnownServices;
  readonly #store: ResultStore | undefined;
  #source: OpenSource | undefined;

  /** @param cache the folder for results of earlier runs; null for none */
  constructor(folder: string, cache: string | null, known: KnownServices = nothingKnown) {
    this.#folder = resolve(folder);
    this.#known = known;
    if (cache !== null)
      this.#store = new ResultStore(storeOf(this.#folder, cache), engineOf(), [this.#folder, libraryFolder]);
  }

  /** @throws MissingCodeError if a file in `code` is not there */
  async find(code: CodeToRead): Promise<Discovered> {
    const key = JSON.stringify([code, this.#known]);
    const stored = this.#store?.get(key);
    if (stored !== undefined) return stored;
    const { discover } = await import("./discover.js");
    const source = (this.#source ??= new (await import("./open-source.js")).OpenSource(this.#folder));
    source.questions.take();
    const found = await discover(source, code, this.#known);
    this.#store?.put(key, source.questions.take(), found);
    return found;
  }

  /** Keeps the results for the next run. */
  save(): void {
    this.#store?.save(this.#source?.questions.answers ?? new Map());
  }
}

/** Identifies the code of Holdfast: its hash, which the build writes into `dist`, and the version of Node. */
function engineOf(): string {
  try {
    return `${readFileSync(join(packageRoot, "dist/.holdfast-built"), "utf8")} ${process.version}`;
  } catch {
    // Without a build there is no hash, so no result may be reused.
    return `unbuilt ${process.pid} ${Date.now()}`;
  }
}
