import type { ts } from "@ts-morph/common";
import type { Declaration } from "../flow/declaration.js";
import type { Cell } from "../flow/values.js";

/** A type in the code, with the scope of its names. */
export interface TypeInScope {
  node: ts.Node;
  scope: Scope;
}

/** Names and what they mean in one block, function or module. */
export class Scope {
  readonly parent: Scope | undefined;
  // Most scopes declare nothing, so these fields are created on first use.
  #variables: Map<string, Cell> | undefined;
  #later: { names: ReadonlyMap<string, unknown>; declare: (name: string) => void }[] | undefined;
  #types: Map<string, TypeInScope[]> | undefined;
  #imported: Map<string, (name: string) => TypeInScope[]> | undefined;
  #annotated: Map<string, Declaration> | undefined;
  /** The frame of the enclosing function or module: its declaration, its `this` and so on. */
  readonly frame: Frame | undefined;

  constructor(parent: Scope | undefined, frame?: Frame) {
    this.parent = parent;
    this.frame = frame ?? parent?.frame;
  }

  declare(name: string, cell: Cell): void {
    (this.#variables ??= new Map()).set(name, cell);
  }

  /** Records the requirements of a variable. */
  annotate(name: string, declaration: Declaration): void {
    (this.#annotated ??= new Map()).set(name, declaration);
  }

  /** The requirements of a variable. */
  annotationOf(name: string): Declaration | undefined {
    return this.#annotated?.get(name);
  }

  /** Declares each of these names on first use, because a test uses few functions of a module. */
  declareLater(names: ReadonlyMap<string, unknown>, declare: (name: string) => void): void {
    (this.#later ??= []).push({ names, declare });
    if (this.#variables !== undefined) for (const name of names.keys()) if (this.#variables.has(name)) declare(name);
  }

  /** Like `own`, but without names that are declared later. */
  declared(name: string): Cell | undefined {
    return this.#variables?.get(name);
  }

  own(name: string): Cell | undefined {
    const cell = this.#variables?.get(name);
    if (cell !== undefined || this.#later === undefined) return cell;
    for (const { names, declare } of this.#later) if (names.has(name)) declare(name);
    return this.#variables?.get(name);
  }

  find(name: string): Cell | undefined {
    return this.own(name) ?? this.parent?.find(name);
  }

  /** The scope that declares a name. */
  home(name: string): Scope | undefined {
    return this.own(name) === undefined ? this.parent?.home(name) : this;
  }

  declareType(name: string, type: TypeInScope): void {
    const types = (this.#types ??= new Map<string, TypeInScope[]>());
    types.set(name, [...(types.get(name) ?? []), type]);
  }

  /** Declares a type that `look` finds in another module. */
  importType(name: string, look: (name: string) => TypeInScope[]): void {
    (this.#imported ??= new Map()).set(name, look);
  }

  ownTypes(name: string): TypeInScope[] {
    return [...(this.#types?.get(name) ?? []), ...(this.#imported?.get(name)?.(name) ?? [])];
  }

  types(name: string): TypeInScope[] {
    const own = this.ownTypes(name);
    return own.length > 0 || this.parent === undefined ? own : this.parent.types(name);
  }
}

/** The declaration that contains a piece of code, and the call that runs it. */
export interface Frame {
  declaration: Declaration;
  receiver: Cell;
  /** The values of `return`. */
  result: Cell;
  /** The values of `yield`. */
  yields: Cell;
  args: readonly Cell[];
  /** The parents, in which `super.x` is looked up and which `super()` constructs. */
  home: { parents: Cell; isStatic: boolean } | undefined;
}
