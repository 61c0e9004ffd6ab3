import { dirname, join, posix } from "node:path";
import { matchFiles } from "../../domain/results/glob.js";
import type { ExternalCall } from "../flow/call-records.js";
import type { Program } from "../flow/program.js";
import { pathInSource } from "../flow/source-paths.js";
import { type Cell, ObjectValue, type Value } from "../flow/values.js";

const listing = /^(?:node:)?fs(?:\/promises|\.promises)?\.(?:default\.)?(?:readdir|readdirSync)$/;
const matching =
  /^(?:(?:node:)?fs(?:\/promises|\.promises)?\.(?:default\.)?(?:glob|globSync)|(?:glob|fast-glob|globby|tinyglobby)(?:\.default)?(?:\.(?:glob|globSync|sync|globby|globbySync|async))?)$/;
const mostFiles = 200;

/** Lists of the source's files that code makes: `readdirSync(folder)`, `globSync(pattern)`, `import.meta.glob(pattern)`. */
export class FileLists {
  readonly #program: Program;
  readonly #files: () => readonly string[];

  /** @param files the paths of all files, relative to the source */
  constructor(program: Program, files: () => readonly string[]) {
    this.#program = program;
    this.#files = files;
  }

  /**
   * @param load gives the module of a file
   * @returns whether the call makes a list
   */
  call({ path, args, at }: ExternalCall, result: Cell, load: (file: string) => Cell): boolean {
    const [first, options] = args;
    if (first === undefined) return false;
    if (listing.test(path)) this.#texts(first, result, (folder) => this.#namesIn(folder));
    else if (matching.test(path)) this.#texts(first, result, (pattern) => this.#matching(pattern));
    else if (path !== "import.meta.glob") return false;
    else {
      const isEager = options?.values.some((each) => each instanceof ObjectValue && each.props.has("eager")) === true;
      const made = this.#program.object();
      this.#patterns(first, (pattern) => {
        const base = pattern.startsWith("/") ? "" : dirname(at.file);
        for (const file of this.#matching(posix.join(base, pattern))) {
          const name = pattern.startsWith("/") ? `/${file}` : `./${posix.relative(base, file)}`;
          const module = load(file);
          if (isEager) module.flowTo(made.prop(name));
          else made.prop(name).add(this.#program.builtin("import", (_args, into) => module.flowTo(into)));
        }
      });
      result.add(made);
    }
    return true;
  }

  #texts(given: Cell, result: Cell, find: (text: string) => readonly string[]): void {
    const list = this.#program.object(true);
    this.#patterns(given, (text) => {
      for (const found of find(text)) list.rest.add(textValue(found));
    });
    result.add(list);
  }

  /** Each text in a cell or in its lists. */
  #patterns(given: Cell, use: (text: string) => void): void {
    given.each((value) => {
      if (value.kind === "text") use(value.text);
      else if (value instanceof ObjectValue && value.isArray) this.#patterns(this.#program.elementsOf(given), use);
    });
  }

  #namesIn(folder: string): string[] {
    const own = posix.normalize(pathInSource(folder) ?? folder).replace(/\/$/, "");
    const prefix = own === "." ? "" : `${own}/`;
    const inside = this.#files().filter((file) => file.startsWith(prefix));
    return [...new Set(inside.map((file) => file.slice(prefix.length).split("/")[0]!))].slice(0, mostFiles);
  }

  #matching(pattern: string): string[] {
    const own = pathInSource(pattern) ?? pattern.replace(/^\.?\//, "");
    const matcher = matchFiles([join(own)]);
    return this.#files()
      .filter((file) => matcher.isWanted(file))
      .slice(0, mostFiles);
  }
}

function textValue(text: string): Value {
  return { kind: "text", text };
}
