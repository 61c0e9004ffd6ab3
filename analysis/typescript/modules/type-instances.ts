import { ts } from "@ts-morph/common";
import type { FunctionValue, ObjectValue, Value } from "../../flow/values.js";
import { Scope } from "../scope.js";
import { Part } from "./part.js";
import { classesWithParents } from "./type-syntax.js";

/** One object for each type whose values are not known. */
export class TypeInstances extends Part {
  instance(node: ts.Node, make: () => Value[]): Value[] {
    let values = this.state.instances.get(node);
    if (values === undefined) {
      this.state.instances.set(node, []);
      values = make();
      this.state.instances.set(node, values);
    }
    return values;
  }

  listOf(node: ts.Node, elements: () => Value[]): Value {
    return this.instance(node, () => {
      const made = this.program.object(true);
      for (const value of elements()) made.rest.add(value);
      return [made];
    })[0]!;
  }

  classInstance(node: ts.ClassLikeDeclaration, scope: Scope): Value[] {
    // If no code has reached the class, reading it declares it.
    return this.objectsOf(this.state.functions.get(node) ?? this.state.generator.classes.declaredClass(node, scope));
  }

  /** The objects that a container gives for a class. */
  objectsOf(value: FunctionValue): Value[] {
    const { values, isOwnUsed } = this.state.containers.replacementOf(value);
    return isOwnUsed ? [...values, this.#constructed(value)] : [...values];
  }

  readonly #objects = new Map<FunctionValue, ObjectValue>();

  /** An object whose constructor has run, with arguments that are known only by their types. */
  #constructed(value: FunctionValue): ObjectValue {
    const known = this.#objects.get(value);
    if (known !== undefined) return known;
    const made = this.program.object();
    this.#objects.set(value, made);
    made.protos.add(value.prototype);
    const args = value.parameters.map(() => this.program.cell());
    value.construct?.(
      { receiver: this.program.cell(made), args, spread: undefined, result: this.program.cell() },
      value,
    );
    return made;
  }

  /** Instances of all classes that implement an interface. Without such classes, an object that the interface describes. */
  interfaceInstances(node: ts.InterfaceDeclaration, scope: Scope, depth: number): Value[] {
    return this.instance(node, () => {
      const classes = [...this.state.modules.values()].flatMap(({ source, scope: from }) =>
        classesWithParents(source)
          .filter(({ parents }) =>
            parents.some((name) => name === node.name.text || from.types(name).some((type) => type.node === node)),
          )
          .map(({ each }) => ({ each, from })),
      );
      const made = classes.flatMap(({ each, from }) => this.classInstance(each, from));
      return made.length > 0 ? made : [this.parts.declaredTypes.shape(node.members, scope, depth)];
    });
  }
}
