import type { Declaration } from "../flow/declaration.js";
import { type Cell, FunctionValue, ObjectValue } from "../flow/values.js";
export class PyScope {
  readonly parent: PyScope | undefined;
  readonly names: Map<string, Cell>;
  readonly frame: PyFrame;
  constructor(parent: PyScope | undefined, frame: PyFrame, names = new Map<string, Cell>()) {
    this.parent = parent;
    this.frame = frame;
    this.names = names;
  }
  find(name: string): Cell | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }
}

export interface PyFrame {
  declaration: Declaration;
  result: Cell;
  yields: Cell;
  self: Cell | undefined;
  /** The bases of the class that contains the code. */
  bases: Cell | undefined;
}

export interface PyModule {
  file: string;
  namespace: ObjectValue;
  scope: PyScope;
  declaration: Declaration;
  fixtures: Map<string, FunctionValue>;
  autouse: FunctionValue[];
  /** Fixtures that all its tests use, from `pytestmark`. */
  usedFixtures: string[];
  /** Functions and test classes in the order of the file. */
  functions: Map<string, FunctionValue>;
  classes: Map<string, FunctionValue>;
  /** Other classes. They are tests if one of their bases is, or if the configuration says so. */
  otherClasses: Map<string, FunctionValue>;
  isMain: boolean;
  /** Whether the module defines a name, for each name that was looked up. */
  defined: Map<string, boolean>;
}

export function methodOf(value: ObjectValue, name: string, depth = 0): FunctionValue | undefined {
  const own = [...(value.props.get(name)?.values ?? [])].find((each) => each instanceof FunctionValue);
  if (own !== undefined || depth > 20) return own;
  for (const proto of value.protos.values) {
    const found = proto instanceof ObjectValue ? methodOf(proto, name, depth + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

export function shownName(file: string): string {
  return file.startsWith("library:") ? file.slice("library:".length).replace(/^\/?/, "") : file;
}
