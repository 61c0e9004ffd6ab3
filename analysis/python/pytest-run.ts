import { dirname, join, normalize } from "node:path";
import type { Declaration, Site } from "../flow/declaration.js";
import { FunctionValue } from "../flow/values.js";
import { Part } from "./part.js";
import { type PyModule, shownName } from "./python-scope.js";
import type { RunPlace } from "./search-path.js";
import { namesOfTests, type PythonSelection, selectTests, type TestFacts } from "./test-selection.js";

/** Methods that run around the tests of a class. Those with `async` belong to IsolatedAsyncioTestCase. */
const around =
  /^(setUp|tearDown|setUpClass|tearDownClass|setup_method|teardown_method|setup_class|teardown_class|setup|teardown|run|setup_test|setUpTestData)$/;
const asyncAround = /^(asyncSetUp|asyncTearDown)$/;
const aroundModule = [
  "setup_module",
  "teardown_module",
  "setup_function",
  "teardown_function",
  "setUpModule",
  "tearDownModule",
];

/** Runs a file as pytest, unittest or `python` does. */
export class PytestRun extends Part {
  /**
   * Runs a file as `python file.py` does.
   * @param isModule whether to run it as `python -m` does, with the packages that contain it
   */
  enterScript(file: string, from: Declaration, at: Site, place: RunPlace, isModule = false): void {
    this.parts.searchPath.startIn(file, place);
    for (const each of isModule ? this.#packagesOf(file) : []) this.parts.modules.run(each, from, at, false);
    this.parts.modules.run(file, from, at, true);
  }

  /** Runs the tests of a file as pytest or unittest does. */
  enterTests(file: string, from: Declaration, at: Site, place: RunPlace, selection: PythonSelection = {}): void {
    this.parts.searchPath.startIn(file, place, selection.searched);
    for (const each of this.#packagesOf(file)) this.parts.modules.run(each, from, at, false);
    const conftests = this.conftests(file).map((each) => this.parts.modules.run(each, from, at, false));
    const module = this.parts.modules.run(file, from, at, false);
    if (module === undefined) return;
    this.program.queue.drain();
    const own = [module, ...conftests.filter((each) => each !== undefined)];
    const plugins = this.#runModules(selection.plugins ?? [], module);
    const fixtures = [...own, ...plugins, ...[...own, ...plugins].flatMap((each) => this.#pluginsOf(each))];
    const names = namesOfTests(selection);
    const classes = this.#testClasses(module, names.isTestClass);
    const functions = this.#testFunctions(module, names.isTest);
    const all = [
      ...functions.keys(),
      ...classes.flatMap(([name, type]) => this.methodsOf(type).map(([method]) => `${name}::${method}`)),
    ];
    const wanted = selectTests(selection, file, all);
    const mayHaveMore = fixtures.some(({ file: each }) => this.#textOf(each).includes("add_marker"));
    const marksOf = (value: FunctionValue) => this.state.marks.get(value) ?? new Set<string>();
    const ofModule = this.parts.marks.ofModule(module);
    const factsOf = (value: FunctionValue, type?: FunctionValue): TestFacts => ({
      marks: new Set([
        ...ofModule,
        ...marksOf(value),
        ...(type === undefined ? [] : this.#withBases(type).flatMap((each) => [...marksOf(each)])),
      ]),
      hasRows: this.state.parametrized.has(value) || this.state.indirect.has(value),
      mayHaveMore,
    });
    const tests = [...functions].filter(([name, test]) => wanted(name, factsOf(test)));
    const chosen = classes.map(([name, type]) => {
      const methods = this.methodsOf(type);
      const own = methods.filter(
        ([method, value]) =>
          (names.isTest(method) || (method.startsWith("test") && this.#hasOutside(type, /TestCase/))) &&
          wanted(`${name}::${method}`, factsOf(value, type)),
      );
      return { type, methods, own };
    });
    this.#callHooks(fixtures, module.declaration);
    // Fixtures and setup functions run only if a test of the file runs.
    if (tests.length === 0 && chosen.every(({ own: methods }) => methods.length === 0)) return;
    for (const each of fixtures)
      for (const fixture of each.autouse)
        if (!this.state.methods.has(fixture))
          this.parts.fixtures.callTest(fixture, module.declaration, fixtures, undefined);
    for (const used of [...module.usedFixtures, ...(selection.fixtures ?? [])])
      this.parts.fixtures.fixtureValue(used, module.declaration, fixtures);
    for (const [, test] of tests) this.parts.fixtures.callTest(test, module.declaration, fixtures, undefined);
    for (const { type, methods, own: selected } of chosen)
      if (selected.length > 0) this.#runClass(type, methods, selected, module, fixtures);
    for (const name of aroundModule)
      for (const value of module.scope.names.get(name)?.values ?? [])
        if (value instanceof FunctionValue)
          this.parts.fixtures.callTest(value, module.declaration, fixtures, undefined);
  }

  /** Functions with the name of a test, including imported ones. */
  #testFunctions({ scope, functions }: PyModule, isTest: (name: string) => boolean): Map<string, FunctionValue> {
    const found = new Map([...functions].filter(([name]) => isTest(name)));
    for (const [name, cell] of scope.names)
      for (const value of isTest(name) ? cell.values : [])
        if (value instanceof FunctionValue && value.construct === undefined && !found.has(name)) found.set(name, value);
    return found;
  }

  #textOf(file: string): string {
    return this.state.source.read(file) ?? "";
  }

  /** Calls the functions of conftest.py and of plugins that pytest calls by name. */
  #callHooks(modules: readonly PyModule[], from: Declaration): void {
    for (const { scope } of modules)
      for (const [name, cell] of scope.names)
        for (const value of /^pytest_(?!plugins)/.test(name) ? cell.values : [])
          if (value instanceof FunctionValue) this.parts.fixtures.callTest(value, from, modules, undefined);
  }

  #runClass(
    type: FunctionValue,
    methods: readonly [string, FunctionValue][],
    chosen: readonly [string, FunctionValue][],
    module: PyModule,
    fixtures: readonly PyModule[],
  ): void {
    const made = this.program.cell();
    this.program.callValue(type, { args: [], result: made }, module.declaration, type.declaration, type, true);
    const types = this.#withBases(type);
    const sources = [...types.map((each) => ({ fixtures: this.parts.definitions.fixturesOf(each) })), ...fixtures];
    for (const used of types.flatMap((each) => this.state.usedFixtures.get(each) ?? []))
      this.parts.fixtures.fixtureValue(used, module.declaration, sources, { self: made });
    const isAsync = this.#isAsync(type);
    const before = methods.filter(
      ([method, value]) =>
        around.test(method) || (isAsync && asyncAround.test(method)) || this.state.autouse.has(value),
    );
    const ofClass = this.state.parametrized.get(type);
    for (const [, method] of [...before, ...chosen])
      this.parts.fixtures.callTest(method, module.declaration, sources, made, new Set(), ofClass);
  }

  /** A class and all its ancestors, each once. */
  #withBases(type: FunctionValue): FunctionValue[] {
    const found = new Set([type]);
    for (const each of found)
      for (const cell of this.state.orderedBases.get(each) ?? [each.protos])
        for (const base of cell.values) if (base instanceof FunctionValue) found.add(base);
    return [...found];
  }

  #hasOutside(type: FunctionValue, base: RegExp): boolean {
    return this.#withBases(type).some((each) =>
      each.protos.values.some((parent) => parent.kind === "external" && base.test(parent.path)),
    );
  }

  #isAsync(type: FunctionValue): boolean {
    return this.#hasOutside(type, /Async|TestCase\(|aiounittest/);
  }

  /** Classes with tests, including imported ones. Their name shows it, or one of their bases is a test class. */
  #testClasses(module: PyModule, isNamed: (name: string) => boolean): [string, FunctionValue][] {
    for (const type of module.classes.values()) this.state.testClasses.add(type);
    const isCase = (type: FunctionValue) =>
      this.#hasOutside(type, /TestCase/) || this.#withBases(type).some((each) => this.state.testClasses.has(each));
    const own = [...module.classes, ...module.otherClasses];
    const found = new Map(own.filter(([name, type]) => isNamed(name) || this.#hasOutside(type, /TestCase/)));
    for (const [name, cell] of module.scope.names)
      for (const value of cell.values) {
        if (!(value instanceof FunctionValue) || value.construct === undefined || found.has(name)) continue;
        if (isNamed(name) || isCase(value)) found.set(name, value);
      }
    for (const [name, type] of found)
      for (const [inner, cell] of type.props)
        for (const value of isNamed(inner) ? cell.values : [])
          if (value instanceof FunctionValue && value.construct !== undefined) found.set(`${name}::${inner}`, value);
    // pytest skips classes that have a constructor.
    const isLeftOut = (type: FunctionValue) =>
      !this.#hasOutside(type, /TestCase/) && this.methodsOf(type).some(([name]) => name === "__init__");
    return [...found].filter(([, type]) => !isLeftOut(type));
  }

  /** The modules that `pytest_plugins` names. */
  #pluginsOf(module: PyModule): PyModule[] {
    const given = module.scope.names.get("pytest_plugins");
    if (given === undefined) return [];
    const names = this.program.elementsOf(given);
    this.program.queue.drain();
    return this.#runModules([...given.texts().texts, ...names.texts().texts], module);
  }

  #runModules(names: readonly string[], module: PyModule): PyModule[] {
    const at = { file: shownName(module.file), line: 1 };
    const modules = names.flatMap((name) => {
      const file = this.parts.modules.find(name, module.file);
      return (file === undefined ? undefined : this.parts.modules.run(file, module.declaration, at, false)) ?? [];
    });
    this.program.queue.drain();
    return modules;
  }

  /** The methods of a class, including inherited ones. */
  methodsOf(type: FunctionValue): [string, FunctionValue][] {
    this.program.queue.drain();
    const found = new Map<string, FunctionValue[]>();
    for (const each of this.#withBases(type))
      for (const [name, cell] of each.prototype.props) {
        const own = cell.values.filter((value) => value instanceof FunctionValue);
        if (own.length > 0 && !found.has(name)) found.set(name, own);
      }
    return [...found].flatMap(([name, values]) => values.map((value): [string, FunctionValue] => [name, value]));
  }

  /** The `__init__.py` files of the packages that contain a file, outermost first. They run before the file. */
  #packagesOf(file: string): string[] {
    const found: string[] = [];
    for (let folder = dirname(file); folder !== "." && folder !== "/"; folder = dirname(folder)) {
      const path = join(folder, "__init__.py");
      if (this.state.source.read(path) === null) break;
      found.unshift(path);
    }
    return found;
  }

  conftests(file: string): string[] {
    const found: string[] = [];
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const path = normalize(join(folder, "conftest.py"));
      if (this.state.source.read(path) !== null) found.push(path);
      if (folder === "." || folder === "/" || folder === "") return found;
    }
  }

  runUnittest(module: PyModule): void {
    this.program.queue.add(
      () =>
        this.enterTests(
          module.file,
          module.declaration,
          { file: shownName(module.file), line: 1 },
          { folder: "", variables: new Map() },
        ),
      this.program.external("unittest"),
    );
  }
}
