import type { CallShape } from "../flow/call-records.js";
import type { Declaration, Site } from "../flow/declaration.js";
import { type Cell, ObjectValue } from "../flow/values.js";
import { Part } from "./part.js";

const making = /(?:^|\.)(?:Mock|MagicMock|AsyncMock|NonCallableMock|PropertyMock)$/;
const patching = /(?:^|\.)patch$/;
const patchingObject = /(?:^|\.)patch\.object$/;
/** The arguments of a mock that its callers reach. */
const behind = ["side_effect", "wraps"];

/** Mocks and patches of `unittest.mock`: what they call in place of the function that they replace. */
export class Mocks extends Part {
  /** @returns whether nothing else is to be done for the call */
  call(path: string, shape: CallShape, from: Declaration, at: Site): boolean {
    const { args, named, result } = shape;
    const given = behind.flatMap((name) => named?.get(name) ?? []);
    if (making.test(path)) {
      for (const each of given) each.flowTo(result);
      return false;
    }
    const value = named?.get("new") ?? args[patchingObject.test(path) ? 2 : 1];
    const replacements = [...given, ...(value === undefined ? [] : [value])];
    const [first, second] = args;
    if (patching.test(path))
      first?.each((target) => {
        const [, owner, name] = target.kind === "text" ? (/^(.*)\.(\w+)$/.exec(target.text) ?? []) : [];
        if (owner !== undefined) this.#replace(this.#find(owner, from, at), name!, replacements);
      });
    else if (patchingObject.test(path) && first !== undefined)
      second?.each((name) => name.kind === "text" && this.#replace(first, name.text, replacements));
    return false;
  }

  /** The module, or the class in a module, that a dotted name means. */
  #find(name: string, from: Declaration, at: Site): Cell {
    const parts = name.split(".");
    for (let count = parts.length; count > 0; count--) {
      const module = parts.slice(0, count).join(".");
      if (this.parts.modules.find(module, at.file) === undefined) continue;
      let found = this.program.cell(this.parts.modules.import(module, at.file, from, at));
      for (const part of parts.slice(count)) found = this.program.read(found, part, from, at, {});
      return found;
    }
    return this.program.cell();
  }

  #replace(owner: Cell, name: string, replacements: readonly Cell[]): void {
    owner.each((value) => {
      if (value instanceof ObjectValue) for (const each of replacements) each.flowTo(value.prop(name));
    });
  }
}
