import type { Node, Parser } from "web-tree-sitter";
import type { Declaration } from "../flow/declaration.js";
import type { Cell, FunctionValue, ObjectValue, Value } from "../flow/values.js";
import type { TextFiles, Unreadable } from "../unreadable.js";
import type { PyModule, PyScope } from "./python-scope.js";

/** A call such as `pytest.mark.requires("service:nfs")`, and where it is. */
export interface Marker {
  node: Node;
  scope: PyScope;
  module: PyModule;
}

/** The shared state of the reader's parts, about the code of one test. */
export class PythonState {
  readonly source: TextFiles;
  readonly parser: Parser;
  readonly modules = new Map<string, PyModule>();
  readonly texts = new Map<string, { text: string; root: Node; lines: string[] } | string>();
  readonly methods = new WeakSet<FunctionValue>();
  readonly typed: { cell: Cell; name: string; scope: PyScope }[] = [];
  readonly builtins = new Map<string, Value>();
  /** Folders that are searched for modules, in order. */
  readonly roots: string[] = ["", "src", "lib", "library:"];
  /** The working folders of the runs, relative to the source. */
  readonly workingFolders = new Set<string>([""]);
  /** Whether any code that was read changes the folders that are searched. */
  changesSearchPath = false;
  readonly unreadable: Unreadable[] = [];
  /** Names of fixtures that a test uses without naming them as parameters. */
  readonly usedFixtures = new WeakMap<FunctionValue, string[]>();
  /** The values that `pytest.mark.parametrize` passes to parameters. */
  readonly parametrized = new WeakMap<FunctionValue, Map<string, Cell>>();
  /** Markers that are kept in variables, with the code that makes them. */
  readonly markers = new WeakMap<ObjectValue, Marker>();
  /** The fixtures that a class defines. */
  readonly classFixtures = new WeakMap<FunctionValue, Map<string, FunctionValue>>();
  /** The markers of rows of `pytest.param`. */
  readonly rowMarks = new WeakMap<ObjectValue, Cell>();
  /** The functions that decorators return in place of a function. */
  readonly wrappers = new WeakMap<FunctionValue, Cell>();
  /** Where methods of the bases of a class are looked up by `super()`. */
  readonly supers = new WeakMap<FunctionValue, Cell>();
  /** The bases of a class in their order. */
  readonly orderedBases = new WeakMap<FunctionValue, readonly Cell[]>();
  /** Whether a function gets the object as its first parameter. */
  readonly roles = new WeakMap<FunctionValue, { isMethod: boolean }>();
  /** The methods without a body of a class. Their requirements apply to what overrides them. */
  readonly contracts = new WeakMap<FunctionValue, Map<string, Declaration>>();
  /** The members of an enum. */
  readonly enums = new WeakMap<FunctionValue, Cell>();
  /** Rows of `pytest.param`. */
  readonly rows = new WeakSet<ObjectValue>();
  /** Names of special methods, such as `__call__`, that a class of the source defines. Others need no lookup. */
  readonly special = new Set<string>();
  /** The value of `request.param` in a fixture. */
  readonly fixtureParams = new WeakMap<FunctionValue, Cell>();
  /** Values that a test passes to fixtures, with `indirect=True`. */
  readonly indirect = new WeakMap<FunctionValue, Map<string, Cell>>();
  /** The names that the body of a class assigns, in order. */
  readonly fields = new WeakMap<FunctionValue, readonly string[]>();
  /** Fixtures that every test near them uses. */
  readonly autouse = new WeakSet<FunctionValue>();
  /** Classes whose methods are tests. */
  readonly testClasses = new WeakSet<FunctionValue>();
  /** The markers of tests and test classes. */
  readonly marks = new WeakMap<FunctionValue, Set<string>>();
  readonly generators = new WeakSet<ObjectValue>();
  readonly instances = new Map<FunctionValue, ObjectValue>();
  readonly fixtures = new WeakSet<FunctionValue>();
  readonly subclasses = new Map<FunctionValue, ObjectValue>();
  readonly metaclasses = new Map<FunctionValue, Cell>();
  readonly dictionaries = new WeakSet<ObjectValue>();
  /** The declaration that calls by Python itself belong to. */
  readonly root: Declaration;

  constructor(source: TextFiles, parser: Parser, root: Declaration) {
    this.source = source;
    this.parser = parser;
    this.root = root;
  }
}
