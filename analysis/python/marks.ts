import type { Node } from "web-tree-sitter";
import type { CallShape } from "../flow/call-records.js";
import { type Cell, FunctionValue, ObjectValue, type Value } from "../flow/values.js";
import { decoratorName } from "./annotations.js";
import { Part } from "./part.js";
import type { PyModule, PyScope } from "./python-scope.js";
import type { Marker } from "./state.js";

/** Calls that make a marker, such as `pytest.mark.slow()`, `unittest.skip("why")` and `requires("service:nfs")`. */
const making = /(?:^|\.)(?:mark\.\w+|skip|skipIf|skipUnless|requires)$/;

/** Markers of pytest and unittest that code keeps in variables, and `pytestmark`. */
export class Marks extends Part {
  /** The marker that a call makes; undefined for other calls. */
  madeBy(callee: Node, node: Node, scope: PyScope, module: PyModule): ObjectValue | undefined {
    if (!making.test(callee.text)) return undefined;
    const marker = this.program.object();
    this.state.markers.set(marker, { node, scope, module });
    return marker;
  }

  /** Whether a function of pytest or unittest makes a marker. */
  isMaker(path: string): boolean {
    return making.test(path);
  }

  /** Applies the markers in a cell, and in its lists, to a test or a test class. */
  apply(given: Cell, to: FunctionValue, cell = this.program.cell(to)): void {
    given.each((value) => this.#applyOne(value, to, cell));
  }

  /** `marker(test)`: applies a marker without `@`. @returns whether the value is a marker */
  callOn(value: ObjectValue, { args, result }: CallShape): boolean {
    if (!this.state.markers.has(value)) return false;
    args[0]?.each((test) => {
      if (test instanceof FunctionValue) this.apply(this.program.cell(value), test);
      result.add(test);
    });
    return true;
  }

  /** Applies the markers of rows of parameters. A marker that skips a row does not skip the test. */
  applyOfRow(row: Value, to: FunctionValue): void {
    const marks = row instanceof ObjectValue ? this.state.rowMarks.get(row) : undefined;
    for (const cell of marks === undefined ? [] : [marks, this.program.elementsOf(marks)])
      cell.each((value) => {
        const marker = value instanceof ObjectValue ? this.state.markers.get(value) : undefined;
        if (marker !== undefined && /(?:^|\.)(?:requires|usefixtures)$/.test(decoratorName(marker.node)))
          this.#applyMarker(marker, to, this.program.cell(to));
      });
  }

  /** The markers of a module's `pytestmark`. @returns their names */
  ofModule(module: PyModule): Set<string> {
    const given = module.scope.names.get("pytestmark");
    if (given === undefined) return new Set();
    // A function without a body stands for all tests of the module.
    const all = new FunctionValue(this.program.queue, module.declaration, [], () => undefined);
    this.apply(given, all);
    this.program.queue.drain();
    module.usedFixtures.push(...(this.state.usedFixtures.get(all) ?? []));
    return this.state.marks.get(all) ?? new Set();
  }

  #applyOne(value: Value, to: FunctionValue, cell: Cell): void {
    if (value.kind === "external") return this.#addNames([value.path], to);
    if (!(value instanceof ObjectValue)) return;
    if (value.isArray) return this.apply(this.program.elementsOf(this.program.cell(value)), to, cell);
    const marker = this.state.markers.get(value);
    if (marker !== undefined) this.#applyMarker(marker, to, cell);
  }

  #applyMarker({ node, scope, module }: Marker, to: FunctionValue, cell: Cell): void {
    this.#addNames([decoratorName(node)], to);
    if (this.parts.definitions.isAlwaysSkipped(node)) this.#addNames(["skip"], to);
    this.parts.definitions.decorate(node, to.declaration, to, cell, scope, module);
  }

  #addNames(names: readonly string[], to: FunctionValue): void {
    const own = this.state.marks.get(to) ?? new Set();
    for (const name of this.parts.definitions.marksOf(names)) own.add(name);
    this.state.marks.set(to, own);
  }
}
