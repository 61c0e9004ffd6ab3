import { join, sep } from "node:path";
import { matchFiles } from "../domain/results/glob.js";
import type { FileQuestions, Remembered } from "./file-questions.js";
import { libraryFolder } from "./library-folder.js";
import { longestFileBytes, tooLarge } from "./unreadable.js";
import type { SourceFiles } from "./typescript/source-files.js";

const mostFiles = 50_000;
const unlisted = new Set(["node_modules", ".git", "__pycache__", ".venv", "venv", ".tox", "dist", "build", "target"]);

/** The files of a source, by their relative paths. No other files are visible, except the library under `library:`. */
export class SourceView {
  readonly folder: string;
  /** Code in command lines, by its path. */
  readonly inline = new Map<string, string>();
  readonly #host: SourceFiles;
  readonly #questions: FileQuestions;
  readonly #listed = new Map<string, Remembered<string[]>>();

  /** @param host of this folder and the library */
  constructor(folder: string, questions: FileQuestions, host: SourceFiles) {
    this.folder = folder;
    this.#questions = questions;
    this.#host = host;
  }

  /** Adds code from a command line as a file. @returns its path */
  addInline(folder: string, name: string, end: string, text: string): string {
    const free = (number: number): string => {
      const path = join(folder, `${name}${number === 1 ? "" : ` ${number}`}.${end}`);
      const known = this.inline.get(path);
      return known === undefined || known === text ? path : free(number + 1);
    };
    const path = free(1);
    this.inline.set(path, text);
    return path;
  }

  read(path: string): string | null {
    const inline = this.inline.get(path);
    if (inline !== undefined) return inline;
    const full = path.startsWith("library:")
      ? join(libraryFolder, path.slice("library:".length))
      : join(this.folder, path);
    return this.#host.fileExistsSync(full) ? this.#host.readFileSync(full, "utf8") : null;
  }

  isFile(path: string): boolean {
    // A file that is too large to read is still a file. `problemOf` reports it.
    return this.#host.fileExistsSync(join(this.folder, path)) || this.files().includes(path);
  }

  /** Why a file of the source cannot be read; undefined if it can. */
  problemOf(path: string): string | undefined {
    if (this.read(path) !== null) return undefined;
    const size = this.#host.sizeOf(join(this.folder, path));
    return size > longestFileBytes ? tooLarge(size) : "it is not a file of the source";
  }

  isFolder(path: string): boolean {
    return this.#host.directoryExistsSync(join(this.folder, path));
  }

  /** All files, except those in folders of tools, such as node_modules. */
  files(): readonly string[] {
    return this.#questions.remember(this.#listed, "", () => this.#list());
  }

  #list(): string[] {
    const found: string[] = [];
    const folders = [""];
    for (let folder = folders.pop(); folder !== undefined && found.length < mostFiles; folder = folders.pop()) {
      for (const { name, isFile, isDirectory } of this.#host.readDirSync(join(this.folder, folder))) {
        const path = name
          .slice(this.folder.length + 1)
          .split(sep)
          .join("/");
        const own = path.slice(path.lastIndexOf("/") + 1);
        if (isFile) found.push(path);
        else if (isDirectory && !unlisted.has(own)) folders.push(path);
      }
    }
    return found.sort();
  }

  /** The files that match a pattern, as in shells and in runners that expand patterns themselves. */
  expand(pattern: string): string[] {
    const plain = pattern.replace(/^\.\//, "");
    if (!/[*?[{]/.test(plain)) return this.isFile(plain) ? [plain] : [];
    const matcher = matchFiles([plain]);
    return this.files().filter((file) => matcher.isWanted(file));
  }

  /** The files in a folder, at any depth. */
  within(folder: string): string[] {
    const prefix = folder === "" || folder === "." ? "" : `${folder.replace(/\/$/, "")}/`;
    return this.files().filter((file) => file.startsWith(prefix));
  }
}
