import { dirname, join, normalize } from "node:path";
import { absoluteInSource, pathInSource } from "../flow/source-paths.js";
import type { Cell } from "../flow/values.js";
import type { Fields } from "../shell/variables.js";
import { Part } from "./part.js";

/** Where a run starts. */
export interface RunPlace {
  /** Its working folder, relative to the source. */
  folder: string;
  /** The variables that a shell gives it. */
  variables: ReadonlyMap<string, readonly Fields[]>;
}

/** Calls that add folders to `sys.path`: the position of the folder in the arguments, and whether it comes first. */
const extending: Readonly<Record<string, { argument: number; isFirst: boolean }>> = {
  "sys.path.insert": { argument: 1, isFirst: true },
  "sys.path.append": { argument: 0, isFirst: false },
  "sys.path.extend": { argument: 0, isFirst: false },
  "site.addsitedir": { argument: 0, isFirst: false },
  "monkeypatch.syspath_prepend": { argument: 0, isFirst: true },
};

/** The folders in which Python looks for modules. */
export class SearchPath extends Part {
  /** Whether code may change these folders. */
  isChangedBy(text: string): boolean {
    return /\bsys(?:\.| import .*\b)path\b|\baddsitedir\b|\bsyspath_prepend\b/.test(text);
  }

  /** @returns whether the function changes these folders */
  call(path: string, args: readonly Cell[]): boolean {
    const known = extending[path];
    const given = known === undefined ? undefined : args[known.argument];
    if (known === undefined || given === undefined) return false;
    this.#addAll(given, known.isFirst);
    return true;
  }

  /** `sys.path += ["kit"]` and `sys.path[:0] = ["kit"]` */
  assign(target: string, value: Cell): void {
    if (/^sys\.path\b/.test(target)) this.#addAll(value, true);
  }

  #addAll(given: Cell, isFirst: boolean): void {
    for (const cell of [given, this.program.elementsOf(given)])
      cell.each((value) => value.kind === "text" && this.add(value.text, isFirst));
  }

  /**
   * Adds the folders that a run searches: those in `PYTHONPATH`, those of the runner's configuration, and its own.
   * @param configured relative to the working folder
   */
  startIn(file: string, { folder, variables }: RunPlace, configured: readonly string[] = []): void {
    this.state.workingFolders.add(folder);
    const texts = (variables.get("PYTHONPATH") ?? []).flatMap((fields) => fields.join(":").split(":"));
    for (const each of [...configured, ...texts].toReversed()) if (each !== "") this.add(each, true);
    this.add(absoluteInSource(dirname(file)), false);
  }

  /** Adds a folder, which may be relative to any working folder of the runs. */
  add(folder: string, isFirst: boolean): void {
    const own = pathInSource(folder);
    const found = own === undefined ? [...this.state.workingFolders].map((each) => join(each, folder)) : [own];
    for (const each of found) {
      const root = normalize(each).replace(/^\.$|\/$/, "");
      if (root.startsWith("/") || root.startsWith("..") || this.state.roots.includes(root)) continue;
      if (isFirst) this.state.roots.unshift(root);
      else this.state.roots.push(root);
    }
  }
}
