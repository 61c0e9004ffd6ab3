import { isBuiltin } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { ts } from "@ts-morph/common";
import { pathInSource } from "../flow/source-paths.js";
import type { FileQuestions, Remembered } from "../file-questions.js";
import { libraryFolder, libraryName } from "../library-folder.js";
import { longestFileBytes, tooDeep, tooLarge } from "../unreadable.js";
import { aliasesIn } from "./aliases.js";
import { ambientFile, ambientModules, fileOfAmbient } from "./ambient-modules.js";
import type { SourceView } from "../source-view.js";
import type { SourceFiles } from "./source-files.js";
import { workspacePackages } from "./workspaces.js";
import { mayBeBuilt, sourcesOfBuilt } from "./built-files.js";
import { base, type ReadOptions, readConfig } from "./tsconfig.js";
import { conditionFor, resolveModule } from "./resolve-module.js";

/** The files to which a specifier resolves. */
export interface Resolution {
  /** The code that runs. */
  code: string | undefined;
  /** The file with the type declarations. They can have annotations too. */
  types: string | undefined;
  /** Whether the source should contain the file. */
  isInSource: boolean;
}

/** At most this many files that were used only once stay parsed. */
const mostUsedOnce = 100;

/** JSDoc is not parsed, because annotations are read from the text of comments. */
const parsing: ts.CreateSourceFileOptions = {
  languageVersion: ts.ScriptTarget.ESNext,
  jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
};

/** The files of one source, parsed once, found as TypeScript finds them. Only the source and the library are visible. */
export class CodeFiles {
  readonly #host: SourceFiles;
  readonly #folder: string;
  readonly #questions: FileQuestions;
  readonly #parsed = new Map<string, Remembered<ts.SourceFile | string>>();
  /** Parsed files that were used only once, oldest first. */
  readonly #usedOnce = new Set<string>();
  readonly #texts = new Map<string, Remembered<string | undefined>>();
  readonly #workspaces = new Map<string, Remembered<ReadonlyMap<string, string>>>();
  readonly #inline: ReadonlyMap<string, string>;
  readonly #files: () => readonly string[];
  readonly #ambient = new Map<string, Remembered<ReadonlyMap<string, string>>>();
  readonly #names = new Map<string, string>();
  readonly #resolved = new Map<string, Remembered<Resolution>>();
  readonly #options = new Map<string, Remembered<ReadOptions>>();
  readonly #real: { fileExists: (path: string) => boolean; readFile: (path: string) => string | undefined };

  /**
   * @param host of this folder and the library
   * @param view of the same folder
   */
  constructor(view: SourceView, questions: FileQuestions, host: SourceFiles) {
    const { folder } = view;
    this.#inline = view.inline;
    this.#files = () => view.files();
    this.#folder = folder;
    this.#questions = questions;
    this.#host = host;
    this.#real = {
      fileExists: (path) => host.fileExistsSync(path),
      readFile: (path) => (host.fileExistsSync(path) ? host.readFileSync(path) : undefined),
    };
  }

  /** @returns the file, or why it cannot be read */
  parse(file: string): ts.SourceFile | string {
    if (this.#parsed.has(file)) this.#usedOnce.delete(file);
    else this.#usedOnce.add(file);
    const parsed = this.#questions.remember(this.#parsed, file, () => this.#parse(file));
    // Most test files are used by only one test.
    const [oldest] = this.#usedOnce;
    if (this.#usedOnce.size > mostUsedOnce && oldest !== undefined) {
      this.#usedOnce.delete(oldest);
      this.#parsed.delete(oldest);
    }
    return parsed;
  }

  #parse(file: string): ts.SourceFile | string {
    const ambient = this.#ambient.get("")?.value.get(file);
    const text = ambient ?? this.#inline.get(relative(this.#folder, file));
    if (text !== undefined) return ts.createSourceFile(file, text, parsing, true);
    const size = this.#host.sizeOf(file);
    if (size > longestFileBytes) return tooLarge(size);
    const read = this.#real.readFile(file);
    if (read === undefined) return "it is not a file of the source";
    try {
      return ts.createSourceFile(file, read, parsing, true);
    } catch (error) {
      if (error instanceof RangeError) return tooDeep;
      throw error;
    }
  }

  /** The code of `declare module "name"` somewhere in the source, as a file; undefined if there is none. */
  ambientModule(name: string): string | undefined {
    // Modules of Node need no search through all files.
    if (isBuiltin(name)) return undefined;
    const modules = this.#questions.remember(this.#ambient, "", () =>
      ambientModules(
        this.#files().map((file) => join(this.#folder, file)),
        this.#real.readFile,
      ),
    );
    return ambientFile(name, modules);
  }

  /** The paths of all files, relative to the source. */
  names(): readonly string[] {
    return this.#files();
  }

  /** The text of a data file of the source; undefined if there is none. @param path absolute */
  textOf(path: string): string | undefined {
    return this.#questions.remember(this.#texts, path, () => this.#real.readFile(path));
  }

  /** The real path for a path in the code, which is under the analysis's own root or relative to the source. */
  absolute(path: string): string {
    return join(this.#folder, pathInSource(path) ?? path);
  }

  /** The name of a file that its author knows: relative to the source, or within the library. */
  nameOf(file: string): string {
    let name = this.#names.get(file);
    if (name === undefined) this.#names.set(file, (name = this.#findName(file)));
    return name;
  }

  #findName(path: string): string {
    const file = fileOfAmbient(path);
    const inLibrary = relative(libraryFolder, file);
    if (!inLibrary.startsWith("..")) return `${libraryName}/${inLibrary.split(sep).join("/")}`;
    return relative(this.#folder, file).split(sep).join("/");
  }

  resolve(specifier: string, importer: string): Resolution {
    const key = `${dirname(importer)}\n${specifier}${conditionFor(importer)}`;
    return this.#questions.remember(this.#resolved, key, () => this.#resolve(specifier, importer));
  }

  #resolve(named: string, importer: string): Resolution {
    // `import(new URL("./shop.js", import.meta.url).href)`
    const specifier = pathInSource(named) === undefined ? named : this.absolute(named);
    const isPath = /^\.{0,2}\//.test(specifier) || specifier === "." || specifier === "..";
    const isInSource =
      isPath && !importer.includes("/node_modules/") && !/\.(json|css|svg|txt|node|wasm|html)$/.test(specifier);
    if (specifier === libraryName) return { code: join(libraryFolder, "index.ts"), types: undefined, isInSource: true };
    if (specifier.startsWith("node:")) return { code: undefined, types: undefined, isInSource: false };
    const options = this.#optionsFor(dirname(importer));
    const links = this.#links;
    const hasLinksIn = (folder: string) =>
      [...links.keys()].some((link) => link === folder || link.startsWith(`${folder}/`));
    const one = (isWanted: (path: string) => boolean): string | undefined => {
      const real = (path: string) => this.#sourceOf(path, links);
      const host: ts.ModuleResolutionHost = {
        fileExists: (path) => isWanted(path) && this.#real.fileExists(real(path)),
        readFile: (path) => this.#real.readFile(real(path)),
        directoryExists: (path) => this.#host.directoryExistsSync(real(path)) || hasLinksIn(path),
        realpath: (path) => this.#host.realpathSync(real(path)),
        getCurrentDirectory: () => this.#folder,
      };
      const found = resolveModule(specifier, importer, options, host);
      return found === undefined ? undefined : real(found);
    };
    const types = one(() => true);
    if (types === undefined) return { code: undefined, types: undefined, isInSource };
    if (!/\.d\.[cm]?ts$/.test(types))
      return types.endsWith(".json")
        ? { code: undefined, types: undefined, isInSource: false }
        : { code: types, types: undefined, isInSource: true };
    const code = one((path) => !/\.d\.[cm]?ts$/.test(path));
    return { code, types, isInSource: true };
  }

  /** Packages of workspaces by the path of their link in node_modules. */
  get #links(): ReadonlyMap<string, string> {
    return this.#questions.remember(this.#workspaces, "", () => {
      const found = workspacePackages(
        (path) => this.#real.readFile(join(this.#folder, path)) ?? null,
        () => this.#files(),
      );
      return new Map(
        [...found].map(([name, folder]) => [join(this.#folder, "node_modules", name), join(this.#folder, folder)]),
      );
    });
  }

  /** The path behind a link to a workspace package. For a file or folder that is built later, the path of its source. */
  #sourceOf(path: string, links: ReadonlyMap<string, string>): string {
    let own = path;
    let folder: string | undefined;
    for (const [link, target] of links)
      if (path === link || path.startsWith(`${link}/`)) [own, folder] = [join(target, path.slice(link.length)), target];
    if ((folder === undefined && !mayBeBuilt(own)) || this.#isThere(own)) return own;
    folder ??= this.#packageFolder(own);
    return sourcesOfBuilt(own, folder, this.#optionsFor(folder)).find((each) => this.#isThere(each)) ?? own;
  }

  #isThere(path: string): boolean {
    return this.#host.fileExistsSync(path) || this.#host.directoryExistsSync(path);
  }

  /** The nearest folder above a path that has a package.json; otherwise the source. */
  #packageFolder(path: string): string {
    for (let folder = dirname(path); folder.startsWith(`${this.#folder}/`); folder = dirname(folder))
      if (this.#real.fileExists(join(folder, "package.json"))) return folder;
    return this.#folder;
  }

  /** The options for paths in the nearest tsconfig.json or jsconfig.json. */
  #optionsFor(folder: string): ReadOptions {
    return this.#questions.remember(this.#options, folder, () => {
      const file = ["tsconfig.json", "jsconfig.json"]
        .map((name) => join(folder, name))
        .find((path) => this.#real.fileExists(path));
      const isBelow = folder !== this.#folder && folder.startsWith(this.#folder);
      const own = file === undefined ? undefined : readConfig(file, this.#real);
      const outer = isBelow ? this.#optionsFor(dirname(folder)) : base;
      const aliases = aliasesIn(folder, this.#real.readFile);
      const found = { ...outer.aliases, ...aliases };
      const options = own ?? outer;
      if (Object.keys(found).length === 0) return options;
      return { ...options, aliases: found, paths: { ...found, ...options.paths } };
    });
  }
}
