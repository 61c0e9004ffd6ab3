import { resolve } from "node:path";
import { parse as parseYaml } from "yaml";
import { FileQuestions, type Remembered } from "./file-questions.js";
import { tuneHeap } from "./heap.js";
import { SourceView } from "./source-view.js";
import type { CodeFiles } from "./typescript/code-files.js";
import { libraryFolder } from "./library-folder.js";
import { readOnlyFiles, type SourceFiles } from "./typescript/source-files.js";
import type { TextFiles } from "./unreadable.js";

const largestMap = 100_000;

/** A source whose files are read and parsed once for all of its tests. The files must not change meanwhile. */
export class OpenSource {
  readonly view: SourceView;
  /** The files as Python sees them: `library:` means the library's folder for Python. */
  readonly pythonFiles: TextFiles;
  readonly #host: SourceFiles;
  #codeFiles: CodeFiles | undefined;
  readonly #functions = new Map<string, Remembered<Record<string, string[]>>>();
  readonly questions: FileQuestions;

  /** @param questions records what is asked of the file system */
  constructor(folder: string, questions = new FileQuestions()) {
    tuneHeap();
    this.questions = questions;
    const root = resolve(folder);
    this.#host = readOnlyFiles([root, libraryFolder], questions);
    this.view = new SourceView(root, questions, this.#host);
    this.pythonFiles = { read: (path) => this.view.read(path.replace(/^library:/, "library:python/")) };
  }

  /** Loads TypeScript, which takes a moment. */
  async codeFiles(): Promise<CodeFiles> {
    const { CodeFiles } = await import("./typescript/code-files.js");
    return (this.#codeFiles ??= new CodeFiles(this.view, this.questions, this.#host));
  }

  /** What functions of third-party libraries require, from requirements.yaml: `{ pg.Client.connect: [service:db] }`. */
  get functions(): Readonly<Record<string, readonly string[]>> {
    const read = () => functionsIn(this.view.read("requirements.yaml"));
    return this.questions.remember(this.#functions, "", read);
  }
}

function functionsIn(text: string | null): Record<string, string[]> {
  if (text === null || text.length > largestMap) return {};
  try {
    const read: unknown = parseYaml(text, { maxAliasCount: 20 });
    if (typeof read !== "object" || read === null) return {};
    return Object.fromEntries(
      Object.entries(read).map(([name, value]) => [
        name,
        (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "string"),
      ]),
    );
  } catch {
    return {};
  }
}
