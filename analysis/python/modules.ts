import { dirname, join, normalize } from "node:path";
import { type Node } from "web-tree-sitter";
import type { Declaration, Site } from "../flow/declaration.js";
import { FunctionValue, ObjectValue, type Value } from "../flow/values.js";
import { moduleRequirements } from "./annotations.js";
import { Part } from "./part.js";
import { tooDeep } from "../unreadable.js";
import { type PyFrame, type PyModule, PyScope, shownName } from "./python-scope.js";

/** Modules and imports. */
export class Modules extends Part {
  parse(file: string): { text: string; root: Node; lines: string[] } | string {
    let parsed = this.state.texts.get(file);
    if (parsed !== undefined) return parsed;
    const text = this.state.source.read(file);
    if (text === null) parsed = "it is not a file of the source";
    else {
      if (this.parts.searchPath.isChangedBy(text)) this.state.changesSearchPath = true;
      const tree = this.state.parser.parse(text);
      parsed = tree === null ? "it cannot be parsed" : { text, root: tree.rootNode, lines: text.split("\n") };
    }
    this.state.texts.set(file, parsed);
    return parsed;
  }

  run(file: string, from: Declaration, at: Site, isMain: boolean): PyModule | undefined {
    const known = this.state.modules.get(file);
    if (known !== undefined) {
      this.program.reach(from, known.declaration, "", at);
      return known;
    }
    const parsed = this.parse(file);
    if (typeof parsed === "string") {
      if (this.state.source.read(file) !== null) this.state.unreadable.push({ file: shownName(file), reason: parsed });
      return undefined;
    }
    const name = shownName(file);
    const declaration: Declaration = {
      file: name,
      line: 1,
      name,
      requires: moduleRequirements(parsed.root, parsed.lines, name),
      provides: [],
    };
    const frame: PyFrame = {
      declaration,
      result: this.program.cell(),
      yields: this.program.cell(),
      self: undefined,
      bases: undefined,
    };
    const namespace = this.program.object();
    const scope = new PyScope(undefined, frame, namespace.props);
    const module: PyModule = {
      file,
      namespace,
      scope,
      declaration,
      fixtures: new Map(),
      autouse: [],
      usedFixtures: [],
      functions: new Map(),
      classes: new Map(),
      otherClasses: new Map(),
      isMain,
      defined: new Map(),
    };
    this.state.modules.set(file, module);
    this.program.reach(from, declaration, "", at);
    try {
      this.parts.statements.block(parsed.root, scope, module);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.state.unreadable.push({ file: name, reason: tooDeep });
    }
    return module;
  }

  /** The file of a module; undefined if the module is not part of the source. */
  find(name: string, importer: string): string | undefined {
    // The code before the import may add a folder.
    if (this.state.changesSearchPath && !name.startsWith(".")) this.program.queue.drain();
    const dots = /^\.*/.exec(name)![0].length;
    const path = name
      .slice(dots)
      .split(".")
      .filter((part) => part !== "")
      .join("/");
    const isLibrary = importer.startsWith("library:");
    let folders: string[];
    if (dots > 0) {
      let folder = dirname(importer);
      for (let up = 1; up < dots; up++) folder = dirname(folder);
      folders = [folder];
    } else folders = isLibrary ? ["library:"] : [...this.state.roots, ...foldersAbove(importer)];
    for (const folder of folders) {
      const base = folder.startsWith("library:")
        ? `library:${join(folder.slice("library:".length), path)}`
        : normalize(join(folder, path));
      for (const file of path === ""
        ? [`${base.replace(/\/$/, "")}/__init__.py`]
        : [`${base}.py`, `${base}/__init__.py`])
        if (this.state.source.read(file) !== null) return file;
    }
    return undefined;
  }

  /** The value of `import name`. */
  import(name: string, importer: string, from: Declaration, at: Site): Value {
    // `import a.b` also runs `a`.
    const parts = name.replace(/^\.+/, "").split(".");
    const dots = /^\.*/.exec(name)![0];
    for (let count = 1; count < parts.length; count++) {
      const parent = this.find(dots + parts.slice(0, count).join("."), importer);
      if (parent !== undefined) this.run(parent, from, at, false);
    }
    const file = this.find(name, importer);
    const module = file === undefined ? undefined : this.run(file, from, at, false);
    if (module !== undefined) return module.namespace;
    if (dots !== "") this.program.notes.push({ reason: `${name} is not a module of the source`, at, from });
    return this.program.external(name);
  }

  bindDotted(name: string, value: Value, scope: PyScope, module: PyModule, node: Node): void {
    const [first = name, ...rest] = name.split(".");
    if (rest.length === 0) return this.parts.statements.assignName(first, this.program.cell(value), scope);
    const top = this.import(first, module.file, scope.frame.declaration, this.parts.statements.site(node, module));
    let owner = top;
    rest.forEach((part, index) => {
      const next =
        index === rest.length - 1
          ? value
          : this.import(
              [first, ...rest.slice(0, index + 1)].join("."),
              module.file,
              scope.frame.declaration,
              this.parts.statements.site(node, module),
            );
      if (owner instanceof ObjectValue) owner.prop(part).add(next);
      owner = next;
    });
    this.parts.statements.assignName(first, this.program.cell(top), scope);
  }

  importFrom(node: Node, scope: PyScope, module: PyModule): void {
    const name = node.childForFieldName("module_name")!.text;
    const at = this.parts.statements.site(node, module);
    const from = scope.frame.declaration;
    const isAll = node.namedChildren.some((child) => child?.type === "wildcard_import");
    const value = this.import(name, module.file, from, at);
    if (isAll) {
      if (value instanceof ObjectValue)
        value.eachName((each, cell) => each.startsWith("_") || this.parts.statements.assignName(each, cell, scope));
      return;
    }
    for (const child of node.childrenForFieldName("name")) {
      if (child === null) continue;
      const isAliased = child.type === "aliased_import";
      const imported = isAliased ? child.childForFieldName("name")!.text : child.text;
      const local = isAliased ? child.childForFieldName("alias")!.text : child.text;
      const cell = this.program.cell();
      const submodule = this.find(`${name}${name.endsWith(".") ? "" : "."}${imported}`, module.file);
      if (submodule !== undefined) {
        const loaded = this.run(submodule, from, at, false);
        if (loaded !== undefined) cell.add(loaded.namespace);
      }
      this.program.loadFrom(value, value, imported, cell, from, at, node);
      this.parts.statements.assignName(local, cell, scope);
      // Fixtures may be imported.
      cell.each((each) => {
        if (!(each instanceof FunctionValue) || !this.state.fixtures.has(each)) return;
        module.fixtures.set(local, each);
        if (this.state.autouse.has(each)) module.autouse.push(each);
      });
    }
  }

  /** Whether the module defines a name somewhere at its top level. */
  isDefined(module: PyModule, name: string): boolean {
    let isThere = module.defined.get(name);
    if (isThere === undefined) module.defined.set(name, (isThere = this.looksDefined(module, name)));
    return isThere;
  }

  looksDefined(module: PyModule, name: string): boolean {
    const parsed = this.parse(module.file);
    if (typeof parsed === "string") return false;
    return new RegExp(
      `^(?:(?:async )?def|class) ${name}\\b|^${name}\\s*(?::[^=\\n]+)?=|^(?:from|import)\\b.*\\b${name}\\b`,
      "m",
    ).test(parsed.text);
  }
}

/** The folders above a file, the nearest first, each with its `src`: a test may run in any of them. */
function foldersAbove(file: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(file); folder !== "." && folder !== "/"; folder = dirname(folder))
    folders.push(folder, join(folder, "src"));
  return folders;
}
