import { basename } from "node:path";
import { ts } from "@ts-morph/common";
import { type Cell, ObjectValue } from "../../flow/values.js";
import { oncePerNode } from "../once-per-node.js";
import type { Module } from "./module.js";
import { Part } from "./part.js";

/** A module that a test replaces. */
export interface Mock {
  specifier: string;
  /** Makes the replacement. */
  factory: ts.Expression | undefined;
  /** The module of the test. */
  module: Module;
  /** The replacement, created on first use. */
  made: Cell | undefined;
}

const mocking = /\b(?:jest|vi)\s*\.\s*(?:mock|doMock|unstable_mockModule|unmock|doUnmock|dontMock)\s*\(/;
const unmocking = /\.\s*(?:unmock|doUnmock|dontMock)$/;

/** The calls of a file that replace modules. */
const mockingCalls = oncePerNode((source: ts.SourceFile): readonly ts.CallExpression[] => {
  const calls: ts.CallExpression[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && mocking.test(`${node.expression.getText()}(`)) calls.push(node);
    ts.forEachChild(node, look);
  };
  if (mocking.test(source.text)) look(source);
  return calls;
});

/** Modules that a test replaces with `jest.mock` or `vi.mock`. Mocks are registered before the imports of their file. */
export class Mocks extends Part {
  register(module: Module): void {
    for (const call of mockingCalls(module.source)) this.#add(call, module);
  }

  #add({ expression, arguments: [first, factory] }: ts.CallExpression, module: Module): void {
    // `vi.mock(import("./api"), …)`
    const named = first !== undefined && ts.isCallExpression(first) ? first.arguments[0] : first;
    if (named === undefined || !ts.isStringLiteralLike(named)) return;
    // Some tests use the real module again, so it counts.
    if (unmocking.test(expression.getText())) return void this.state.mocks.delete(this.#keyOf(named.text, module.file));
    const isFactory = factory !== undefined && !ts.isObjectLiteralExpression(factory);
    this.state.mocks.set(this.#keyOf(named.text, module.file), {
      specifier: named.text,
      factory: isFactory ? factory : undefined,
      module,
      made: undefined,
    });
  }

  #keyOf(specifier: string, importer: string): string {
    const { code, types } = this.state.files.resolve(specifier, importer);
    return code ?? types ?? specifier;
  }

  /** The replacement of a module; undefined if there is none. */
  find(specifier: string, importer: string): Cell | undefined {
    if (this.state.mocks.size === 0) return undefined;
    const mock = this.state.mocks.get(this.#keyOf(specifier, importer));
    // A manual mock can import the real module that it replaces.
    if (mock === undefined || importer.includes("/__mocks__/")) return undefined;
    return (mock.made ??= this.#make(mock));
  }

  #make({ specifier, factory, module }: Mock): Cell {
    const program = this.program;
    const result = program.cell();
    const { declaration, file, scope } = module;
    const at = { file: declaration.file, line: 1 };
    if (factory === undefined) {
      const manual = this.#manualMock(specifier, file);
      const own = manual === undefined ? undefined : this.parts.loading.run(manual, declaration, at);
      result.add(own?.namespace ?? program.external("mock"));
      return result;
    }
    const original = program.builtin("importOriginal", (_args, into) =>
      this.parts.loading.load(specifier, file, declaration, at, { isActual: true }).flowTo(into),
    );
    const made = program.cell();
    const maker = this.state.generator.expressions.expression(factory, scope);
    program.call(maker, { args: [program.cell(original)], result: made }, declaration, at, factory);
    made.each((value) => {
      if (value instanceof ObjectValue) this.state.namespaces.add(value);
      result.add(value);
    });
    return result;
  }

  /** The manual mock of `api.ts` is `__mocks__/api.ts`, in the same folder. */
  #manualMock(specifier: string, importer: string): string | undefined {
    const { files } = this.state;
    const { code } = files.resolve(specifier, importer);
    if (code !== undefined) return files.resolve(`./__mocks__/${basename(code)}`, code).code;
    // The manual mock of a package is in the root of the source or next to the test.
    const path = `./__mocks__/${specifier}`;
    return files.resolve(path, files.absolute("package.json")).code ?? files.resolve(path, importer).code;
  }
}
