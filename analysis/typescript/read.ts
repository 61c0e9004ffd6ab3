import { join } from "node:path";
import { ts } from "@ts-morph/common";
import type { Program } from "../flow/program.js";
import type { Declaration, Site } from "../flow/declaration.js";
import { type BuiltinValue, type Cell, FunctionValue, ObjectValue } from "../flow/values.js";
import type { Unreadable } from "../unreadable.js";
import type { TestSelection } from "../selection.js";
import type { FileQuestions } from "../file-questions.js";
import type { CodeFiles } from "./code-files.js";
import { Containers } from "./containers.js";
import { dataText } from "../flow/json-values.js";
import { FileLists } from "./file-lists.js";
import { knownCall } from "./language/known-calls.js";
import { hasOnly, isLeftOut, isSwitchedOff, runsUnder } from "./skipped-tests.js";
import { Language } from "./language.js";
import { skipOuter } from "./generate/syntax.js";
import { RunnerContext } from "./runner-context.js";
import { Modules } from "./modules/modules.js";
import type { TypeChecker } from "./type-checker.js";

/** Calls that load the real module even if it is mocked. */
const actual = /(?:^|\.)(?:jest|vi)\.(?:requireActual|importActual)$|^(?:proxyquire|rewire|esmock)(?:\.default)?$/;
const readsFile = /^(?:node:)?fs(?:\/promises|\.promises)?\.(?:default\.)?(?:readFile|readFileSync)$/;

/** At most this many calls are checked, because each check costs time. */
const mostQuestions = 200;

function isCall(node: ts.Node | undefined): node is ts.CallExpression | ts.NewExpression {
  return node !== undefined && typeof node.kind === "number" && (ts.isCallExpression(node) || ts.isNewExpression(node));
}

/** Reads TypeScript and JavaScript into a program. */
export class TypescriptReader {
  readonly #program: Program;
  readonly #modules: Modules;
  readonly #folder: string;
  readonly #questions: FileQuestions;
  /** Selections by file. They are kept because the code of a suite runs later, after other files are entered. */
  readonly #selections = new Map<string, (TestSelection | undefined)[]>();

  constructor(program: Program, folder: string, root: Declaration, files: CodeFiles, questions: FileQuestions) {
    this.#program = program;
    this.#questions = questions;
    this.#folder = folder;
    const context = new RunnerContext(program, root);
    const containers = new Containers(program);
    const lists = new FileLists(program, () => files.names());
    program.contextOf = (path) => context.of(path);
    program.callsResult = (path) => context.callsResult(path);
    program.onExternalCall = (call, result) => {
      const { path, args, at, from } = call;
      context.expect(call);
      context.mock(path, args, result);
      if (containers.onCall(call, result)) return true;
      if (path === "module.createRequire" || path === "node:module.createRequire") {
        result.add(this.#requireOf(at.file, from));
        return true;
      }
      if (context.extend(path, args, result) || context.merge(path, result)) return true;
      if (actual.test(path)) {
        args[0]?.each((each) => {
          const importer = join(folder, at.file);
          if (each.kind === "text")
            this.#modules.loading.load(each.text, importer, from, at, { isActual: true }).flowTo(result);
        });
        return true;
      }
      const load = (file: string) => this.#modules.loading.load(files.absolute(file), join(folder, at.file), from, at);
      if (knownCall(path, args, result, at) || lists.call(call, result, load)) return true;
      if (readsFile.test(path)) dataText(args[0], (name) => files.textOf(files.absolute(name)), result);
      if (!/(?:^|\.)(?:test|it|describe|suite)(?:\.\w+)*\.(?:each|for)$/.test(path)) return false;
      result.add(program.builtin(path, ([, callback], _result, at) => this.#callForRows(args[0], callback, root, at)));
      return true;
    };
    this.#modules = new Modules(program, new Language(program, () => root), files, containers);
    this.#modules.state.isSkipped = (node, file) => this.#isSkipped(node, file);
  }

  /** The function that `createRequire` returns in a file. */
  #requireOf(file: string, from: Declaration): BuiltinValue {
    const importer = join(this.#folder, file);
    return this.#program.builtin("require", ([specifier], result, at) =>
      specifier?.each((each) => {
        if (each.kind === "text") this.#modules.loading.load(each.text, importer, from, at).flowTo(result);
      }),
    );
  }

  /** Records which tests of a file a command runs; undefined for all. A test runs if any command runs it. */
  select(file: string, selection: TestSelection | undefined): void {
    const path = join(this.#folder, file);
    this.#selections.set(path, [...(this.#selections.get(path) ?? []), selection]);
  }

  /**
   * Runs a file as a command does.
   * @param file relative to the source
   * @param exported names of functions that the runner calls afterwards
   */
  enter(file: string, from: Declaration, exported: readonly string[] = []): void {
    const path = join(this.#folder, file);
    const at = { file, line: 1 };
    this.#modules.state.containers.entered++;
    const module = this.#modules.loading.run(path, from, at);
    if (module === undefined) return;
    for (const name of exported) {
      const value = this.#program.read(this.#program.cell(module.namespace), name, module.declaration, at, {});
      this.#program.passToUnknownCode(value, module.declaration, at, { isResultCalled: true });
      // A runner also calls the methods of classes, such as those of test environments and reporters.
      value.each((each) => {
        if (!(each instanceof FunctionValue) || each.construct === undefined) return;
        each.prototype.eachName((_name, method) =>
          this.#program.passToUnknownCode(method, module.declaration, at, { isResultCalled: true }),
        );
      });
    }
  }

  /** Whether a call registers only tests that are not selected in its file. */
  #isSkipped(node: ts.Node, file: string): boolean {
    if (!ts.isCallExpression(node)) return false;
    if (isSwitchedOff(node)) return true;
    if (hasOnly(node.getSourceFile()) && isLeftOut(node)) return true;
    const selections = this.#selections.get(file);
    if (selections === undefined) return false;
    return selections.every((selection) => selection !== undefined && !runsUnder(selection, node));
  }

  /** Handles `test.each(rows)(title, callback)`. The elements of an array become several arguments. */
  #callForRows(rows: Cell | undefined, callback: Cell | undefined, from: Declaration, at: Site): void {
    const program = this.#program;
    if (rows === undefined || callback === undefined) return;
    program.elementsOf(rows).each((row) => {
      const given = program.cell(row);
      const args =
        row instanceof ObjectValue && row.isArray
          ? Array.from({ length: 6 }, (_, index) => program.read(given, String(index), from, at, row))
          : [given];
      program.call(callback, { args, result: program.cell() }, from, at, row.kind === "text" ? { row } : row);
    });
    if (rows.isEmpty) program.passToUnknownCode(callback, from, at);
  }

  /** Uses types to resolve what the code alone leaves open. */
  async settle(): Promise<void> {
    for (let round = 0; round < 20; round++) {
      this.#program.queue.drain();
      const { declaredTypes } = this.#modules;
      if (declaredTypes.applyLookups() || declaredTypes.applyTypes()) continue;
      if (!(await this.#askChecker())) return;
    }
  }

  /** Asks the type checker about calls without a known target. @returns whether this added anything */
  async #askChecker(): Promise<boolean> {
    let hasNews = false;
    for (const open of this.#program.openCalls) {
      if (!open.callee.isEmpty || this.#asked.has(open)) continue;
      this.#asked.add(open);
      const node = open.node as ts.Node;
      const callee = isCall(node) ? skipOuter(node.expression) : undefined;
      if (callee === undefined || this.#asked.size > mostQuestions) continue;
      this.#checker ??= await this.#openChecker();
      for (const { file, start } of this.#checker.targetsOf(node.getSourceFile().fileName, callee)) {
        const target = this.#modules.loading.functionIn(file, start);
        if (target !== undefined) open.resolve(target);
        // The checker knows the target, but its code is not in the source, for example in the standard library.
        open.callee.add(target ?? this.#program.external("declared"));
        hasNews = true;
      }
    }
    return hasNews;
  }

  async #openChecker(): Promise<TypeChecker> {
    const { TypeChecker } = await import("./type-checker.js");
    return new TypeChecker(this.#folder, this.#questions);
  }

  #checker: TypeChecker | undefined;
  readonly #asked = new Set<unknown>();

  get unreadable(): readonly Unreadable[] {
    return this.#modules.state.unreadable.map(({ file, reason }) => ({
      file: this.#modules.loading.nameOf(file),
      reason,
    }));
  }
}
