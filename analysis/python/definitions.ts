import { type Node } from "web-tree-sitter";
import { requirementsIn } from "../flow/annotations.js";
import type { Declaration } from "../flow/declaration.js";
import { type Cell, FunctionValue, ObjectValue } from "../flow/values.js";
import { decoratorName, documentedBy } from "./annotations.js";
import { Part } from "./part.js";
import { type PyModule, PyScope, shownName } from "./python-scope.js";

/** Definitions of functions and classes, with their decorators. */
export class Definitions extends Part {
  define(
    node: Node,
    decorators: readonly Node[],
    scope: PyScope,
    module: PyModule,
    outer = node,
    owner?: { type: FunctionValue; bases: Cell },
  ): void {
    const name = node.childForFieldName("name")!.text;
    if (node.type === "class_definition") return this.parts.classes.class(node, name, decorators, scope, module, outer);
    const parsed = this.parts.modules.parse(module.file) as { lines: string[] };
    const label = owner === undefined ? name : `${owner.type.declaration.name}.${name}`;
    const shown = shownName(module.file);
    const body = node.childForFieldName("body")!;
    const declaration: Declaration = {
      ...this.parts.statements.site(node, module),
      name: label,
      ...documentedBy(body, parsed.lines, outer.startPosition.row, shown),
    };
    const names = decorators.map((each) => decoratorName(each));
    const isStatic = names.includes("staticmethod");
    const value = this.parts.functions.function(
      declaration,
      node.childForFieldName("parameters"),
      scope,
      module,
      owner !== undefined && !isStatic,
      (inner) => this.parts.statements.block(body, inner, module),
      {
        ...(owner === undefined ? {} : { bases: owner.bases }),
        returnType: node.childForFieldName("return_type"),
        returnsValue: returnsValue(body),
      },
    );
    if (owner !== undefined && name.startsWith("__")) this.state.special.add(name);
    if (owner !== undefined) {
      this.parts.contracts.apply(name, declaration, owner.bases);
      this.parts.contracts.add(name, body, declaration, owner.type);
    }
    const cell = this.program.cell(value);
    // The method is added at once, so tests are found without following the code.
    if (names.some((each) => each.endsWith(".deleter"))) return;
    if (owner !== undefined && !names.some((each) => /(^|\.)(property|cached_property|setter)$/.test(each)))
      owner.type.prototype.prop(name).add(value);
    this.state.marks.set(value, this.marksOf(names));
    if (decorators.some((each) => this.isAlwaysSkipped(each))) this.state.marks.get(value)!.add("skip");
    for (const decorator of [...decorators].reverse())
      this.decorate(decorator, declaration, value, cell, scope, module);
    if (owner === undefined) {
      this.parts.statements.assignName(name, cell, scope);
      if (scope === module.scope) module.functions.set(name, value);
    } else {
      const target = owner.type.prototype;
      if (names.some((each) => /(^|\.)(property|cached_property)$/.test(each))) target.getters.set(name, value);
      else if (names.some((each) => each.endsWith(".setter"))) target.setters.set(name, value);
      else {
        cell.flowTo(target.prop(name));
        target.declared.add(name);
        cell.flowTo(owner.type.prop(name));
      }
    }
    if (names.some((each) => /(^|\.)fixture$/.test(each))) {
      this.state.fixtures.add(value);
      const call = decorators.find(
        (each) => each.type === "call" && each.childForFieldName("function")!.text.endsWith("fixture"),
      );
      const given = call
        ?.childForFieldName("arguments")
        ?.namedChildren.find(
          (child) => child?.type === "keyword_argument" && child.childForFieldName("name")?.text === "name",
        );
      const fixtures = owner === undefined ? module.fixtures : this.fixturesOf(owner.type);
      fixtures.set(
        given?.childForFieldName("value")?.namedChildren.find((child) => child?.type === "string_content")?.text ??
          name,
        value,
      );
      if (call !== undefined && /autouse\s*=\s*True/.test(call.text)) {
        module.autouse.push(value);
        this.state.autouse.add(value);
      }
      const params = call
        ?.childForFieldName("arguments")
        ?.namedChildren.find((child) => child?.childForFieldName("name")?.text === "params")
        ?.childForFieldName("value");
      if (params)
        this.rowsOf(this.parts.expressions.expression(params, scope, module), 1)[0]!.flowTo(this.paramOf(value));
    }
  }

  /** The fixtures that a class itself defines. */
  fixturesOf(type: FunctionValue): Map<string, FunctionValue> {
    let own = this.state.classFixtures.get(type);
    if (own === undefined) this.state.classFixtures.set(type, (own = new Map()));
    return own;
  }

  /** `@unittest.skipIf(True, "why")` */
  isAlwaysSkipped({ text }: Node): boolean {
    return /\bskipif\(\s*True\b|\bskipIf\(\s*True\b|\bxfail\([^)]*run\s*=\s*False/.test(text);
  }

  /** The value of `request.param` in a fixture. */
  paramOf(fixture: FunctionValue): Cell {
    let cell = this.state.fixtureParams.get(fixture);
    if (cell === undefined) this.state.fixtureParams.set(fixture, (cell = this.program.cell()));
    return cell;
  }

  /** `@pytest.mark.slow` and `@unittest.skip("why")` */
  marksOf(decorators: readonly string[]): Set<string> {
    const marks = decorators.flatMap((name) => /(?:^|\.)mark\.(\w+)$|(?:^|\.)(skip)$/.exec(name)?.slice(1) ?? []);
    return new Set(marks.filter((mark) => mark !== undefined));
  }

  /** The values of each column in rows of parameters. */
  rowsOf(rows: Cell, columns: number): Cell[] {
    const cells = Array.from({ length: columns }, () => this.program.cell());
    const { root } = this.state;
    this.program.elementsOf(rows).each((row) => {
      const isRow = columns > 1 || (row instanceof ObjectValue && this.state.rows.has(row));
      const given = this.program.cell(row);
      cells.forEach((cell, index) =>
        (isRow ? this.program.read(given, String(index), root, root, row) : given).flowTo(cell),
      );
    });
    return cells;
  }

  /** `@pytest.mark.parametrize("a, b", [(1, 2)])` */
  parametrize(decorator: Node, value: FunctionValue, scope: PyScope, module: PyModule): void {
    const [names, rows] = decorator
      .childForFieldName("arguments")!
      .namedChildren.filter((child) => child !== null && child.type !== "keyword_argument" && child.type !== "comment");
    if (!names || !rows) return;
    const list = names.text
      .replaceAll(/["'()[\]\s]/g, "")
      .split(",")
      .filter((name) => name !== "");
    const given = this.parts.expressions.expression(rows, scope, module);
    const cells = this.rowsOf(given, list.length);
    this.program.elementsOf(given).each((row) => this.parts.marks.applyOfRow(row, value));
    // With `indirect`, the values go to the fixtures of these names.
    const [, indirect] = /\bindirect\s*=\s*(True|\[[^\]]*\])/.exec(decorator.text) ?? [];
    list.forEach((name, index) => {
      const isIndirect = indirect === "True" || indirect?.includes(`"${name}"`) || indirect?.includes(`'${name}'`);
      const known = isIndirect === true ? this.state.indirect : this.state.parametrized;
      known.set(value, (known.get(value) ?? new Map<string, Cell>()).set(name, cells[index]!));
    });
  }

  decorate(
    decorator: Node,
    declaration: Declaration,
    value: FunctionValue,
    cell: Cell,
    scope: PyScope,
    module: PyModule,
  ): void {
    const name = decoratorName(decorator);
    if (/(^|\.)requires$/.test(name) && decorator.type === "call")
      return this.addRequires(declaration, decorator, scope, module);
    if (/(^|\.)usefixtures$/.test(name) && decorator.type === "call") {
      const used = decorator
        .childForFieldName("arguments")!
        .namedChildren.flatMap((child) =>
          child === null ? [] : this.parts.expressions.expression(child, scope, module).texts().texts,
        );
      this.state.usedFixtures.set(value, [...(this.state.usedFixtures.get(value) ?? []), ...used]);
      return;
    }
    if (/(^|\.)parametrize$/.test(name) && decorator.type === "call")
      return this.parametrize(decorator, value, scope, module);
    if (
      /(^|\.)(staticmethod|classmethod|property|cached_property|fixture|setter|overload|abstractmethod|wraps|contextmanager|asynccontextmanager|dataclass|override|skip|skipIf|skipUnless|expectedFailure)$/.test(
        name,
      ) ||
      /(^|\.)mark\./.test(name)
    )
      return;
    const callee = this.parts.expressions.expression(decorator, scope, module);
    const result = this.program.cell();
    this.parts.calls.invoke(
      callee,
      { args: [this.program.cell(value)], spread: undefined, named: new Map(), result },
      decorator,
      scope,
      module,
    );
    // An object with `__call__` can replace the function.
    result.each((each) => {
      if (!(each instanceof ObjectValue) || each.isArray || this.state.markers.has(each)) return;
      if (each instanceof FunctionValue) this.#addWrapper(value, each);
      cell.add(each);
    });
    this.parts.marks.apply(callee, value, cell);
  }

  /** Adds `requires("service:nfs")`, whether it is a decorator, a marker or in a list of markers. */
  addRequires(declaration: Declaration, call: Node, scope: PyScope, module: PyModule): void {
    const { file, line } = this.parts.statements.site(call, module);
    const add = (texts: readonly string[]) =>
      (declaration.requires = [...declaration.requires, ...texts.map((text) => ({ text, file, line }))]);
    for (const child of call.childForFieldName("arguments")?.namedChildren ?? []) {
      if (child === null) continue;
      const isPlain = child.type === "string" && !child.namedChildren.some((part) => part?.type === "interpolation");
      if (isPlain) {
        add(requirementsIn(child.text));
        continue;
      }
      const value = this.parts.expressions.expression(child, scope, module);
      for (const cell of [value, this.program.elementsOf(value)])
        cell.each((each) => each.kind === "text" && add(requirementsIn(each.text)));
    }
  }

  /** The functions that decorators return in place of a function. */
  wrappersOf(value: FunctionValue): Cell {
    let cell = this.state.wrappers.get(value);
    if (cell === undefined) this.state.wrappers.set(value, (cell = this.program.cell()));
    return cell;
  }

  #addWrapper(value: FunctionValue, wrapper: FunctionValue): void {
    if (wrapper === value || wrapper.construct !== undefined) return;
    const role = this.state.roles.get(wrapper);
    if (this.state.methods.has(value) && role !== undefined) {
      role.isMethod = true;
      this.state.methods.add(wrapper);
    }
    this.wrappersOf(value).add(wrapper);
  }
}

function returnsValue(body: Node): boolean {
  return body
    .descendantsOfType("return_statement")
    .some((each) => each !== null && each.namedChildren.length > 0 && each.namedChildren[0]!.type !== "none");
}
