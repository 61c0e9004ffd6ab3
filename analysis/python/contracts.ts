import type { Node } from "web-tree-sitter";
import type { Declaration } from "../flow/declaration.js";
import { type Cell, FunctionValue } from "../flow/values.js";
import { Part } from "./part.js";

const deepestBases = 20;

/** Whether a function contains only its documentation, `...`, `pass` or `raise NotImplementedError`. */
function hasNoBody(body: Node): boolean {
  return body.namedChildren.every(
    (child) =>
      child === null ||
      child.type === "comment" ||
      child.type === "pass_statement" ||
      (child.type === "raise_statement" && child.text.includes("NotImplementedError")) ||
      (child.type === "expression_statement" && ["string", "ellipsis"].includes(child.namedChildren[0]?.type ?? "")),
  );
}

/** Methods without a body, as in abstract classes and protocols. What overrides them has their requirements. */
export class Contracts extends Part {
  /** Gives a method the requirements of the methods without a body that it overrides. */
  apply(name: string, declaration: Declaration, bases: Cell, depth = 0): void {
    if (depth > deepestBases) return;
    bases.each((base) => {
      if (!(base instanceof FunctionValue)) return;
      const contract = this.state.contracts.get(base)?.get(name);
      if (contract !== undefined) declaration.requires = [...declaration.requires, ...contract.requires];
      this.apply(name, declaration, base.protos, depth + 1);
    });
  }

  add(name: string, body: Node, declaration: Declaration, type: FunctionValue): void {
    if (declaration.requires.length === 0 || !hasNoBody(body)) return;
    const known = this.state.contracts.get(type) ?? new Map<string, Declaration>();
    this.state.contracts.set(type, known.set(name, declaration));
  }
}
