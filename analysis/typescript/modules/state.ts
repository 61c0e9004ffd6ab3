import type { ts } from "@ts-morph/common";
import type { FunctionValue, ObjectValue, Value } from "../../flow/values.js";
import type { Unreadable } from "../../unreadable.js";
import type { CodeFiles } from "../code-files.js";
import type { Containers } from "../containers.js";
import type { Language } from "../language.js";
import type { Generator } from "../generate/generator.js";
import type { Mock } from "./mocks.js";
import type { Module, Typed } from "./module.js";

/** The shared state of the parts, about the modules of one test. */
export class ModulesState {
  readonly language: Language;
  readonly files: CodeFiles;
  readonly modules = new Map<string, Module>();
  /** The namespaces of all modules, which are the values of `import * as`. */
  readonly namespaces = new Set<ObjectValue>();
  readonly typed: Typed[] = [];
  readonly functions = new Map<ts.Node, FunctionValue>();
  /** Placeholder instances of types that no code creates. */
  readonly instances = new Map<ts.Node, Value[]>();
  /** Mocks by file, or by name for a module outside the source. */
  readonly mocks = new Map<string, Mock>();
  readonly containers: Containers;
  readonly unreadable: Unreadable[] = [];
  readonly generator: Generator;
  /** Whether a call does not run, because it registers only tests that are not selected. */
  isSkipped: ((node: ts.Node, file: string) => boolean) | undefined;

  constructor(
    language: Language,
    files: CodeFiles,
    containers: Containers,
    generator: (state: ModulesState) => Generator,
  ) {
    this.containers = containers;
    this.language = language;
    this.files = files;
    this.generator = generator(this);
  }
}
