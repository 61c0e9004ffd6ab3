import type { GeneratorContext } from "./generator-context.js";
import { BoundArguments } from "./bound-arguments.js";
import { Calls } from "./calls.js";
import { Classes } from "./classes.js";
import { Declarations } from "./declarations.js";
import { Expressions } from "./expressions.js";
import { Functions } from "./functions.js";
import { Jsx } from "./jsx.js";
import { Literals } from "./literals.js";
import { Members } from "./members.js";
import { Names } from "./names.js";
import { Patterns } from "./patterns.js";
import { Statements } from "./statements.js";

/** Generates what code does: which values flow where, and what is called. */
export class Generator {
  readonly statements: Statements;
  readonly declarations: Declarations;
  readonly patterns: Patterns;
  readonly expressions: Expressions;
  readonly names: Names;
  readonly literals: Literals;
  readonly jsx: Jsx;
  readonly calls: Calls;
  readonly functions: Functions;
  readonly boundArguments: BoundArguments;
  readonly classes: Classes;
  readonly members: Members;

  constructor(context: GeneratorContext) {
    this.statements = new Statements(context, this);
    this.declarations = new Declarations(context, this);
    this.patterns = new Patterns(context, this);
    this.expressions = new Expressions(context, this);
    this.names = new Names(context, this);
    this.literals = new Literals(context, this);
    this.jsx = new Jsx(context, this);
    this.calls = new Calls(context, this);
    this.functions = new Functions(context, this);
    this.boundArguments = new BoundArguments(context, this);
    this.classes = new Classes(context, this);
    this.members = new Members(context, this);
  }
}
