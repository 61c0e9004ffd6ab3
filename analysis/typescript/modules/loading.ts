import { ts } from "@ts-morph/common";
import { dirname, resolve } from "node:path";
import { jsonValue } from "../../flow/json-values.js";
import { nothing } from "../../flow/known-paths.js";
import type { Declaration, Site } from "../../flow/declaration.js";
import { type Cell, FunctionValue, ObjectValue } from "../../flow/values.js";
import { statementsOf } from "../generate/syntax.js";
import { Scope } from "../scope.js";
import type { Module } from "./module.js";
import { moduleCodeOf } from "./module-code.js";
import { Part } from "./part.js";

/** Up to this depth, a module starts the modules that it imports at once. */
const deepestImports = 100;

/** Loads modules and runs their top level once. */
export class Loading extends Part {
  nameOf(file: string): string {
    return this.state.files.nameOf(file);
  }

  /** The function or class that is declared at a place. */
  functionIn(file: string, start: number): FunctionValue | undefined {
    const { source, scope } = this.state.modules.get(file) ?? {};
    // The function may not exist yet. Reading its name creates it.
    for (const [name, declarations] of source === undefined ? [] : statementsOf(source.statements).functions)
      if (declarations.some((node) => node.getStart() === start)) scope!.own(name);
    const within = (node: ts.Node): FunctionValue | undefined => {
      const isOfParent = node.parent?.getStart() === start;
      if (!isOfParent && (start < node.pos || start >= node.end)) return undefined;
      const value = isOfParent || node.getStart() === start ? this.state.functions.get(node) : undefined;
      return value ?? ts.forEachChild(node, within);
    };
    return source === undefined ? undefined : ts.forEachChild(source, within);
  }

  /** Runs the top level of a file. @returns undefined if the file cannot be read */
  run(file: string, from: Declaration, at: Site): Module | undefined {
    const module = this.module(file);
    if (module === undefined) return undefined;
    this.program.reach(from, module.declaration, "", at);
    if (this.#depth < deepestImports) this.start(module);
    // In a long chain of imports, a module starts later. Its values still reach the modules that import it.
    else this.program.queue.add(() => this.start(module), this.program.external("module"));
    return module;
  }

  /** The values that an import of a specifier gets. */
  load(specifier: string, importer: string, from: Declaration, at: Site, { isActual = false } = {}): Cell {
    const mocked = isActual ? undefined : this.parts.mocks.find(specifier, importer);
    if (mocked !== undefined) return mocked;
    const result = this.program.cell();
    if (/^\.{0,2}\/.*\.json$/.test(specifier)) {
      const data = this.json(resolve(dirname(importer), specifier));
      if (data !== undefined) {
        result.add(data);
        return result;
      }
    }
    const { code, types, isInSource } = this.state.files.resolve(specifier, importer);
    for (const file of [code, types].filter((each) => each !== undefined)) {
      const module = this.run(file, from, at);
      if (module === undefined) continue;
      result.add(module.namespace);
      // `require` can return a function instead of a namespace.
      if (module.code.isCommonJs) module.exports.flowTo(result);
    }
    const ambient = code ?? types ?? this.state.files.ambientModule(specifier);
    if (ambient !== undefined && ambient !== code && ambient !== types) {
      const module = this.run(ambient, from, at);
      if (module !== undefined) result.add(module.namespace);
      result.add(this.program.external(specifier));
    } else if (code === undefined && types === undefined) {
      if (isInSource) this.program.notes.push({ reason: `${specifier} is not a file of the source`, at, from });
      result.add(this.program.external(specifier.replace(/^node:/, "")));
    } else if (!isInSource) result.add(this.program.external(specifier));
    return result;
  }

  /** The content of a JSON file of the source, as a module. @param file its absolute path */
  json(file: string): ObjectValue | undefined {
    const text = this.state.files.textOf(file);
    const value = text === undefined ? undefined : jsonValue(this.program, text);
    if (!(value instanceof ObjectValue)) return undefined;
    value.prop("default").add(value);
    this.state.namespaces.add(value);
    return value;
  }

  module(file: string): Module | undefined {
    const known = this.state.modules.get(file);
    if (known !== undefined) return known;
    const source = this.state.files.parse(file);
    if (typeof source === "string") {
      if (!this.state.unreadable.some((each) => each.file === file))
        this.state.unreadable.push({ file, reason: source });
      return undefined;
    }
    const name = this.state.files.nameOf(file);
    const code = moduleCodeOf(source, name);
    const { isCommonJs, annotations } = code;
    const program = this.program;
    const declaration: Declaration = { file: name, line: 1, name, ...annotations };
    const exports = program.cell();
    const namespace = program.object();
    this.state.namespaces.add(namespace);
    if (isCommonJs && !source.isDeclarationFile) {
      const initial = program.object();
      exports.add(initial);
    }
    const frame = {
      declaration,
      receiver: isCommonJs ? exports : program.cell(program.external(nothing)),
      result: program.cell(),
      yields: program.cell(),
      args: [],
      home: undefined,
    };
    const scope = new Scope(undefined, frame);
    const module: Module = {
      file,
      declaration,
      scope,
      source,
      code,
      namespace,
      exports,
      isStarted: false,
    };
    this.state.modules.set(file, module);
    return module;
  }

  start(module: Module): void {
    if (module.isStarted) return;
    module.isStarted = true;
    this.#depth++;
    try {
      this.begin(module);
    } finally {
      this.#depth--;
    }
  }

  #depth = 0;

  begin(module: Module): void {
    const { source, code, scope, namespace } = module;
    const { statements } = this.state.generator;
    this.parts.mocks.register(module);
    this.parts.imports.bindImports(module);
    statements.hoist(source.statements, scope);
    // Exports are bound before anything runs, so modules that import each other find their exports.
    this.parts.exports.bindExports(module);
    if (code.isCommonJs) {
      namespace.prop("default").add(namespace);
      module.exports.each((value) => {
        if (value instanceof FunctionValue) namespace.prop("default").add(value);
        namespace.protos.add(value);
      });
      module.exports.flowTo(namespace.prop("default"));
    }
    for (const each of code.running) statements.statement(each, scope);
  }
}
