import type { ts } from "@ts-morph/common";
import type { FunctionValue, ObjectValue, Value } from "../../flow/values.js";
import type { Unreadable } from "../../unreadable.js";
import type { CodeFiles } from "../code-files.js";
import type { Language } from "../language.js";
import type { Generator } from "../generate/generator.js";
import type { Mock } from "./mocks.js";
import type { Module, Typed } from "./module.js";

/** What the parts know together about the modules of one test. */
export class ModulesState {
  readonly language: Language;
  readonly files: CodeFiles;
  readonly modules = new Map<string, Module>();
  /** What `import * as` gives, of all modules. */
  readonly namespaces = new WeakSet<ObjectValue>();
  readonly typed: Typed[] = [];
  readonly functions = new Map<ts.Node, FunctionValue>();
  /** Instances that stand for a type of which no code made one. */
  readonly instances = new Map<ts.Node, Value[]>();
  /** By the file, or by the name of a foreign module. */
  readonly mocks = new Map<string, Mock>();
  readonly unreadable: Unreadable[] = [];
  readonly generator: Generator;
  /** Calls that do not run, because they register tests that are not selected. */
  isSkipped: ((node: ts.Node, file: string) => boolean) | undefined;

  constructor(language: Language, files: CodeFiles, generator: (state: ModulesState) => Generator) {
    this.language = language;
    this.files = files;
    this.generator = generator(this);
  }
}
