import type { Program } from "../flow/program.js";
import { Builtins } from "./builtins.js";
import { Calls } from "./calls.js";
import { Classes } from "./classes.js";
import { Collections } from "./collections.js";
import { Contracts } from "./contracts.js";
import { Definitions } from "./definitions.js";
import { Expressions } from "./expressions.js";
import { Fixtures } from "./fixtures.js";
import { Functions } from "./functions.js";
import { Marks } from "./marks.js";
import { Modules } from "./modules.js";
import { Operators } from "./operators.js";
import { PathsAndData } from "./paths-and-data.js";
import { Mocks } from "./mocks.js";
import { Patterns } from "./patterns.js";
import { PytestRun } from "./pytest-run.js";
import { SearchPath } from "./search-path.js";
import { StandardLibrary } from "./standard-library.js";
import { Statements } from "./statements.js";
import { parsePython } from "./python-parser.js";
import type { Declaration } from "../flow/declaration.js";
import type { TextFiles, Unreadable } from "../unreadable.js";
import { PythonState } from "./state.js";

/** Reads Python into a program: functions, classes, imports within the source, pytest fixtures. */
export class PythonReader {
  readonly pytestRun: PytestRun;
  readonly marks: Marks;
  readonly mocks: Mocks;
  readonly patterns: Patterns;
  readonly contracts: Contracts;
  readonly modules: Modules;
  readonly searchPath: SearchPath;
  readonly statements: Statements;
  readonly expressions: Expressions;
  readonly calls: Calls;
  readonly definitions: Definitions;
  readonly functions: Functions;
  readonly classes: Classes;
  readonly builtins: Builtins;
  readonly standardLibrary: StandardLibrary;
  readonly pathsAndData: PathsAndData;
  readonly operators: Operators;
  readonly collections: Collections;
  readonly fixtures: Fixtures;
  readonly #state: PythonState;

  private constructor(program: Program, state: PythonState) {
    this.#state = state;
    this.pytestRun = new PytestRun(program, state, this);
    this.marks = new Marks(program, state, this);
    this.searchPath = new SearchPath(program, state, this);
    this.mocks = new Mocks(program, state, this);
    this.patterns = new Patterns(program, state, this);
    this.contracts = new Contracts(program, state, this);
    this.modules = new Modules(program, state, this);
    this.statements = new Statements(program, state, this);
    this.expressions = new Expressions(program, state, this);
    this.calls = new Calls(program, state, this);
    this.definitions = new Definitions(program, state, this);
    this.functions = new Functions(program, state, this);
    this.classes = new Classes(program, state, this);
    this.builtins = new Builtins(program, state, this);
    this.standardLibrary = new StandardLibrary(program, state, this);
    this.pathsAndData = new PathsAndData(program, state, this);
    this.operators = new Operators(program, state, this);
    this.fixtures = new Fixtures(program, state, this);
    this.collections = new Collections(program, state, this);
    this.builtins.defineBuiltins();
  }

  /** @param root the declaration that calls by Python itself belong to */
  static async open(program: Program, source: TextFiles, root: Declaration): Promise<PythonReader> {
    return new PythonReader(program, new PythonState(source, await parsePython(), root));
  }

  get unreadable(): readonly Unreadable[] {
    return this.#state.unreadable;
  }
}
