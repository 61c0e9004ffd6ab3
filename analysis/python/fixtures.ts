import type { Declaration } from "../flow/declaration.js";
import { type Cell, FunctionValue, ObjectValue } from "../flow/values.js";
import { Part } from "./part.js";

/** A module, or a class with its bases. */
export interface FixtureSource {
  fixtures: ReadonlyMap<string, FunctionValue>;
}

export class Fixtures extends Part {
  /** Calls a test or a fixture. Its parameters name the fixtures that it gets. */
  callTest(
    test: FunctionValue,
    from: Declaration,
    modules: readonly FixtureSource[],
    self: Cell | undefined,
    known = new Set<FunctionValue>(),
    ofClass?: ReadonlyMap<string, Cell>,
  ): Cell {
    const result = this.program.cell();
    const isMethod = this.state.methods.has(test);
    const names = isMethod ? test.parameters.slice(1) : test.parameters;
    known.add(test);
    const given = new Map([...(ofClass ?? []), ...(this.state.parametrized.get(test) ?? [])]);
    for (const [name, cell] of this.state.indirect.get(test) ?? []) {
      const fixture = fixtureOf(name, modules);
      if (fixture !== undefined) cell.flowTo(this.parts.definitions.paramOf(fixture));
    }
    const surroundings = { known, self, owner: test };
    const args = names.map(
      (name) => given.get(name ?? "") ?? this.fixtureValue(name, test.declaration, modules, surroundings),
    );
    this.program.callValue(test, { receiver: self, args, result }, from, test.declaration, test);
    const byName = new Map(names.map((name, index) => [name ?? "", args[index]!]));
    this.parts.definitions.wrappersOf(test).each((wrapper) => {
      const shape = { receiver: self, args: [], named: byName, result };
      this.program.callValue(wrapper, shape, from, test.declaration, wrapper);
    });
    for (const name of this.state.usedFixtures.get(test) ?? [])
      this.fixtureValue(name, test.declaration, modules, surroundings);
    return result;
  }

  /** The value that the test or fixture `owner` gets for a parameter. */
  fixtureValue(
    name: string | undefined,
    from: Declaration,
    modules: readonly FixtureSource[],
    {
      known = new Set(),
      self,
      owner,
    }: { known?: Set<FunctionValue>; self?: Cell | undefined; owner?: FunctionValue } = {},
  ): Cell {
    // A fixture that overrides another one of the same name gets the other one.
    const fixture =
      name === undefined
        ? undefined
        : (fixtureOf(name, modules, known) ?? fixtureOf(name, [...this.state.modules.values()], known));
    if (fixture === undefined) {
      if (name === "request") return this.program.cell(this.#request(from, modules, known, self, owner));
      return this.program.cell(this.program.external(name ?? "fixture"));
    }
    const result = this.callTest(fixture, from, modules, self, known);
    const value = this.program.cell();
    // The value of a generator fixture is what it yields.
    result.each((each) => {
      if (each instanceof ObjectValue && this.state.generators.has(each)) each.rest.flowTo(value);
      else value.add(each);
    });
    return value;
  }

  #request(
    from: Declaration,
    modules: readonly FixtureSource[],
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
}

function fixtureOf(
  name: string,
  modules: readonly FixtureSource[],
  without: ReadonlySet<FunctionValue> = new Set(),
): FunctionValue | undefined {
  return modules.map(({ fixtures }) => fixtures.get(name)).find((each) => each !== undefined && !without.has(each));
}
