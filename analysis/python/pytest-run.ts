import { dirname, join, normalize } from "node:path";
import { type Cell, type Declaration, FunctionValue, ObjectValue, type Site } from "../flow/values.js";
import { Part } from "./part.js";
import { type PyModule, shownName } from "./python-scope.js";
import { type PythonSelection, selectTests } from "./test-selection.js";

/** Methods that run around the tests of a class. Those with `async` belong to IsolatedAsyncioTestCase. */
const around =
  /^(setUp|tearDown|setUpClass|tearDownClass|setup_method|teardown_method|setup_class|teardown_class|setup|teardown|run|setup_test)$/;
const asyncAround = /^(asyncSetUp|asyncTearDown)$/;
const aroundModule = [
  "setup_module",
  "teardown_module",
  "setup_function",
  "teardown_function",
  "setUpModule",
  "tearDownModule",
];

/** What pytest, unittest and scripts run of a file. */
export class PytestRun extends Part {
  /** Runs a file as `python file.py` does. */
  enterScript(file: string, from: Declaration, at: Site): void {
    this.state.roots.add(dirname(file));
    this.parts.modules.run(file, from, at, true);
  }

  /** Runs the tests of a file as pytest or unittest do. */
  enterTests(file: string, from: Declaration, at: Site, selection: PythonSelection = {}): void {
    this.state.roots.add(dirname(file));
    const conftests = this.conftests(file).map((each) => this.parts.modules.run(each, from, at, false));
    const module = this.parts.modules.run(file, from, at, false);
    if (module === undefined) return;
    this.program.queue.drain();
    const own = [module, ...conftests.filter((each) => each !== undefined)];
    const fixtures = [...own, ...own.flatMap((each) => this.#pluginsOf(each))];
    const classes = this.#testClasses(module);
    const all = [
      ...module.tests.keys(),
      ...classes.flatMap(([name, type]) => this.methodsOf(type).map(([method]) => `${name}::${method}`)),
    ];
    const wanted = selectTests(selection, file, all);
    const marksOf = (value: FunctionValue) => this.state.marks.get(value) ?? new Set<string>();
    for (const each of fixtures)
      for (const fixture of each.autouse)
        if (!this.state.methods.has(fixture)) this.callTest(fixture, module.declaration, fixtures, undefined);
    for (const used of module.usedFixtures) this.fixtureValue(used, module.declaration, fixtures);
    for (const [name, test] of module.tests)
      if (wanted(name, marksOf(test))) this.callTest(test, module.declaration, fixtures, undefined);
    for (const [name, type] of classes) {
      const methods = this.methodsOf(type);
      const chosen = methods.filter(
        ([method, value]) =>
          method.startsWith("test") && wanted(`${name}::${method}`, new Set([...marksOf(value), ...marksOf(type)])),
      );
      if (chosen.length > 0) this.#runClass(type, methods, chosen, module, fixtures);
    }
    for (const name of aroundModule)
      for (const value of module.scope.names.get(name)?.values ?? [])
        if (value instanceof FunctionValue) this.callTest(value, module.declaration, fixtures, undefined);
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
    for (const used of this.state.usedFixtures.get(type) ?? [])
      this.fixtureValue(used, module.declaration, fixtures, { self: made });
    const isAsync = this.#isAsync(type);
    const before = methods.filter(
      ([method, value]) =>
        around.test(method) ||
        (isAsync && asyncAround.test(method)) ||
        fixtures.some(({ autouse }) => autouse.includes(value)),
    );
    for (const [, method] of [...before, ...chosen]) this.callTest(method, module.declaration, fixtures, made);
  }

  #isAsync(type: FunctionValue, depth = 0): boolean {
    return [...type.protos.values].some((base) =>
      base instanceof FunctionValue
        ? depth < 20 && this.#isAsync(base, depth + 1)
        : base.kind === "external" && /Async|TestCase\(|aiounittest/.test(base.path),
    );
  }

  /** Classes with tests: by their name, or because a base of them is one. */
  #testClasses(module: PyModule): [string, FunctionValue][] {
    const isCase = (type: FunctionValue, depth: number): boolean =>
      [...type.protos.values].some((base) =>
        base instanceof FunctionValue
          ? depth < 20 && (this.state.testClasses.has(base) || isCase(base, depth + 1))
          : base.kind === "external" && /TestCase/.test(base.path),
      );
    for (const type of module.classes.values()) this.state.testClasses.add(type);
    const others = [...module.otherClasses].filter(([, type]) => isCase(type, 0));
    return [...module.classes, ...others];
  }

  /** The modules that `pytest_plugins` names. */
  #pluginsOf(module: PyModule): PyModule[] {
    const given = module.scope.names.get("pytest_plugins");
    if (given === undefined) return [];
    const names = this.program.elementsOf(given);
    this.program.queue.drain();
    const at = { file: shownName(module.file), line: 1 };
    return [...given.texts().texts, ...names.texts().texts].flatMap((name) => {
      const file = this.parts.modules.find(name, module.file);
      return (file === undefined ? undefined : this.parts.modules.run(file, module.declaration, at, false)) ?? [];
    });
  }

  methodsOf(type: FunctionValue, depth = 0): [string, FunctionValue][] {
    if (depth > 20) return [];
    this.program.queue.drain();
    const own = [...type.prototype.props].flatMap(([name, cell]) =>
      [...cell.values]
        .filter((value) => value instanceof FunctionValue)
        .map((value): [string, FunctionValue] => [name, value]),
    );
    const inherited = [...type.protos.values].flatMap((parent) =>
      parent instanceof FunctionValue ? this.methodsOf(parent, depth + 1) : [],
    );
    return [...own, ...inherited.filter(([name]) => !own.some(([known]) => known === name))];
  }

  conftests(file: string): string[] {
    const found: string[] = [];
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const path = normalize(join(folder, "conftest.py"));
      if (this.state.source.read(path) !== null) found.push(path);
      if (folder === "." || folder === "/" || folder === "") return found;
    }
  }

  /** Calls a test or a fixture, with the fixtures that its parameters name. */
  callTest(
    test: FunctionValue,
    from: Declaration,
    modules: readonly PyModule[],
    self: Cell | undefined,
    known = new Set<FunctionValue>(),
  ): Cell {
    const result = this.program.cell();
    const isMethod = this.state.methods.has(test);
    const names = isMethod ? test.parameters.slice(1) : test.parameters;
    known.add(test);
    const given = this.state.parametrized.get(test);
    for (const [name, cell] of this.state.indirect.get(test) ?? []) {
      const fixture = fixtureOf(name, modules);
      if (fixture !== undefined) cell.flowTo(this.parts.definitions.paramOf(fixture));
    }
    const surroundings = { known, self, owner: test };
    const args = names.map(
      (name) => given?.get(name ?? "") ?? this.fixtureValue(name, test.declaration, modules, surroundings),
    );
    this.program.callValue(test, { receiver: self, args, result }, from, test.declaration, test);
    for (const name of this.state.usedFixtures.get(test) ?? [])
      this.fixtureValue(name, test.declaration, modules, surroundings);
    return result;
  }

  /** What a test, or the fixture `owner`, gets for a parameter. */
  fixtureValue(
    name: string | undefined,
    from: Declaration,
    modules: readonly PyModule[],
    {
      known = new Set(),
      self,
      owner,
    }: { known?: Set<FunctionValue>; self?: Cell | undefined; owner?: FunctionValue } = {},
  ): Cell {
    const fixture = name === undefined ? undefined : fixtureOf(name, modules);
    if (fixture === undefined || known.has(fixture)) {
      if (name === "request") return this.program.cell(this.#request(from, modules, known, self, owner));
      return this.program.cell(this.program.external(name ?? "fixture"));
    }
    const result = this.callTest(fixture, from, modules, self, known);
    const value = this.program.cell();
    // A fixture that yields gives what it yields.
    result.each((each) => {
      if (each instanceof ObjectValue && this.state.generators.has(each)) each.rest.flowTo(value);
      else value.add(each);
    });
    return value;
  }

  #request(
    from: Declaration,
    modules: readonly PyModule[],
    known: Set<FunctionValue>,
    self: Cell | undefined,
    owner: FunctionValue | undefined,
  ): ObjectValue {
    const request = this.program.object();
    request.protos.add(this.program.external("request"));
    const get = this.program.builtin("getfixturevalue", ([wanted], result) =>
      wanted?.each(
        (text) => text.kind === "text" && this.fixtureValue(text.text, from, modules, { known, self }).flowTo(result),
      ),
    );
    request.prop("getfixturevalue").add(get);
    request.declared.add("getfixturevalue");
    if (owner !== undefined && this.state.fixtures.has(owner)) {
      this.parts.definitions.paramOf(owner).flowTo(request.prop("param"));
      request.declared.add("param");
    }
    return request;
  }

  runUnittest(module: PyModule): void {
    this.program.queue.add(
      () => this.enterTests(module.file, module.declaration, { file: shownName(module.file), line: 1 }),
      this.program.external("unittest"),
    );
  }
}

function fixtureOf(name: string, modules: readonly PyModule[]): FunctionValue | undefined {
  return modules.map(({ fixtures }) => fixtures.get(name)).find((each) => each !== undefined);
}
