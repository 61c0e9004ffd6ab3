import { dirname, join, normalize } from "node:path";
import { type Cell, type Declaration, FunctionValue, ObjectValue, type Site } from "../flow/values.js";
import { Part } from "./part.js";
import { type PyModule, shownName } from "./python-scope.js";

/** `*name` comes from `-k`: the test of exactly this name; if there is none, all whose names have it in them. */
function selectNames(names: readonly string[] | undefined, all: readonly string[]): (path: string) => boolean {
  if (names === undefined) return () => true;
  const isNamed = (path: string, name: string) =>
    path === name || path.startsWith(`${name}::`) || path.endsWith(`::${name}`);
  return (path) =>
    names.some((name) => {
      if (!name.startsWith("*")) return isNamed(path, name);
      const text = name.slice(1);
      if (all.some((each) => isNamed(each, text))) return isNamed(path, text);
      return path.toLowerCase().includes(text.toLowerCase());
    });
}

/** What pytest, unittest and scripts run of a file. */
export class PytestRun extends Part {
  /** Runs a file as `python file.py` does. */
  enterScript(file: string, from: Declaration, at: Site): void {
    this.state.roots.add(dirname(file));
    this.parts.modules.run(file, from, at, true);
  }

  /** Runs the tests of a file as pytest or unittest do: all, or those with these names (`Class::test`, `test`). */
  enterTests(file: string, from: Declaration, at: Site, names?: readonly string[]): void {
    this.state.roots.add(dirname(file));
    const conftests = this.conftests(file).map((each) => this.parts.modules.run(each, from, at, false));
    const module = this.parts.modules.run(file, from, at, false);
    if (module === undefined) return;
    this.program.queue.drain();
    const fixtures = [module, ...conftests.filter((each) => each !== undefined)];
    for (const each of fixtures)
      for (const fixture of each.autouse) this.callTest(fixture, module.declaration, fixtures, undefined);
    const all = [
      ...module.tests.keys(),
      ...[...module.classes].flatMap(([name, type]) => this.methodsOf(type).map(([method]) => `${name}::${method}`)),
    ];
    const wanted = selectNames(names, all);
    for (const [name, test] of module.tests)
      if (wanted(name)) this.callTest(test, module.declaration, fixtures, undefined);
    for (const [name, type] of module.classes) {
      const methods = this.methodsOf(type);
      const chosen = methods.filter(([method]) => method.startsWith("test") && wanted(`${name}::${method}`));
      if (chosen.length === 0) continue;
      const made = this.program.cell();
      this.program.callValue(type, { args: [], result: made }, module.declaration, type.declaration, type, true);
      for (const used of this.state.usedFixtures.get(type) ?? [])
        this.fixtureValue(used, module.declaration, fixtures, new Set());
      const around = methods.filter(([method]) =>
        /^(setUp|tearDown|asyncSetUp|asyncTearDown|setUpClass|tearDownClass|setup_method|teardown_method|setup_class|teardown_class|setup|teardown|run|setup_test)$/.test(
          method,
        ),
      );
      for (const [, method] of [...around, ...chosen]) this.callTest(method, module.declaration, fixtures, made);
    }
    for (const name of [
      "setup_module",
      "teardown_module",
      "setup_function",
      "teardown_function",
      "setUpModule",
      "tearDownModule",
    ]) {
      for (const value of module.scope.names.get(name)?.values ?? [])
        if (value instanceof FunctionValue) this.callTest(value, module.declaration, fixtures, undefined);
    }
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
    const args = names.map(
      (name) => given?.get(name ?? "") ?? this.fixtureValue(name, test.declaration, modules, known),
    );
    this.program.callValue(test, { receiver: self, args, result }, from, test.declaration, test);
    for (const name of this.state.usedFixtures.get(test) ?? [])
      this.fixtureValue(name, test.declaration, modules, known);
    return result;
  }

  fixtureValue(
    name: string | undefined,
    from: Declaration,
    modules: readonly PyModule[],
    known: Set<FunctionValue>,
  ): Cell {
    const fixture =
      name === undefined
        ? undefined
        : modules.map(({ fixtures }) => fixtures.get(name)).find((each) => each !== undefined);
    if (fixture === undefined || known.has(fixture)) {
      const value = this.program.cell();
      if (name === "request") {
        const request = this.program.object();
        request.protos.add(this.program.external("request"));
        request
          .prop("getfixturevalue")
          .add(
            this.program.builtin("getfixturevalue", ([wanted], result) =>
              wanted?.each(
                (text) => text.kind === "text" && this.fixtureValue(text.text, from, modules, known).flowTo(result),
              ),
            ),
          );
        request.declared.add("getfixturevalue");
        value.add(request);
      } else value.add(this.program.external(name ?? "fixture"));
      return value;
    }
    const result = this.callTest(fixture, from, modules, undefined, known);
    const value = this.program.cell();
    // A fixture that yields gives what it yields.
    result.each((each) => {
      if (each instanceof ObjectValue && this.state.generators.has(each)) each.rest.flowTo(value);
      else value.add(each);
    });
    return value;
  }

  runUnittest(module: PyModule): void {
    this.program.queue.add(
      () => this.enterTests(module.file, module.declaration, { file: shownName(module.file), line: 1 }),
      this.program.external("unittest"),
    );
  }
}
