import type { Node } from "web-tree-sitter";
import { type Cell, FunctionValue, ObjectValue } from "../flow/values.js";
import { Part } from "./part.js";
import { methodOf, type PyModule, type PyScope } from "./python-scope.js";

const methods: Readonly<Record<string, readonly string[]>> = {
  "+": ["__add__", "__radd__"],
  "-": ["__sub__", "__rsub__"],
  "*": ["__mul__", "__rmul__"],
  "/": ["__truediv__", "__rtruediv__"],
  "//": ["__floordiv__", "__rfloordiv__"],
  "%": ["__mod__", "__rmod__"],
  "**": ["__pow__", "__rpow__"],
  "@": ["__matmul__", "__rmatmul__"],
  "&": ["__and__", "__rand__"],
  "|": ["__or__", "__ror__"],
  "^": ["__xor__", "__rxor__"],
  "<<": ["__lshift__", "__rlshift__"],
  ">>": ["__rshift__", "__rrshift__"],
  "==": ["__eq__", "__eq__"],
  "!=": ["__ne__", "__ne__"],
  "<": ["__lt__", "__gt__"],
  ">": ["__gt__", "__lt__"],
  "<=": ["__le__", "__ge__"],
  ">=": ["__ge__", "__le__"],
};
const unary: Readonly<Record<string, string>> = { "-": "__neg__", "+": "__pos__", "~": "__invert__" };

/** Built-in functions of Python that call a method of their argument. */
export const callingBuiltins: Readonly<Record<string, string>> = {
  len: "__len__",
  str: "__str__",
  repr: "__repr__",
  bool: "__bool__",
  int: "__int__",
  float: "__float__",
  hash: "__hash__",
  abs: "__abs__",
  format: "__format__",
  bytes: "__bytes__",
  print: "__str__",
};

/** Operators and attributes that call methods of classes in the source. */
export class Operators extends Part {
  /** @returns the results of the operator's methods */
  binary(operator: string, left: Cell, right: Cell, node: Node, scope: PyScope, module: PyModule): Cell {
    const result = this.program.cell();
    const names = methods[operator.replace(/(?<=.)=$/, (end) => (operator in methods ? end : ""))];
    const call = (value: Cell, name: string, other: Cell) =>
      this.method(value, name, [other], result, node, scope, module);
    if (operator in methods) {
      call(left, names![0]!, right);
      call(right, names![1]!, left);
    } else if (operator === "in" || operator === "not in") call(right, "__contains__", left);
    else if (names !== undefined) {
      // `a += b`
      call(left, names[0]!.replace("__", "__i"), right);
      call(left, names[0]!, right);
    }
    return result;
  }

  unary(operator: string, value: Cell, node: Node, scope: PyScope, module: PyModule): Cell {
    const result = this.program.cell();
    const name = unary[operator];
    if (name !== undefined) this.method(value, name, [], result, node, scope, module);
    return result;
  }

  /** Calls a method if any class in the source has one of this name. */
  method(
    value: Cell,
    name: string,
    args: readonly Cell[],
    result: Cell,
    node: Node,
    scope: PyScope,
    module: PyModule,
  ): void {
    if (this.state.special.has(name)) this.parts.calls.callMethod(value, name, args, result, node, scope, module);
  }

  /** Adds what `__getattr__`, descriptors and enum members supply to the values that an attribute holds. */
  attribute(object: Cell, name: string, held: Cell, node: Node, scope: PyScope, module: PyModule): Cell {
    const { special } = this.state;
    const isOfEnum = name === "value" || name === "name";
    if (!special.has("__getattr__") && !special.has("__get__") && !isOfEnum) return held;
    const result = this.program.cell();
    held.each((value) => {
      if (!isOfEnum || value.kind !== "external" || value.path !== `text.${name}`) result.add(value);
      if (special.has("__get__") && !(value instanceof FunctionValue))
        this.method(this.program.cell(value), "__get__", [object], result, node, scope, module);
    });
    object.each((value) => {
      if (isOfEnum && value.kind === "text") result.add(value);
      if (!special.has("__getattr__") || !(value instanceof ObjectValue) || value instanceof FunctionValue) return;
      if (methodOf(value, name) !== undefined || !value.prop(name).isEmpty) return;
      const text = this.program.cell({ kind: "text", text: name });
      this.method(this.program.cell(value), "__getattr__", [text], result, node, scope, module);
    });
    return result;
  }
}
