import type { Program } from "../../flow/program.js";
import type { CodeFiles } from "../code-files.js";
import type { Containers } from "../containers.js";
import { Generator } from "../generate/generator.js";
import type { Language } from "../language.js";
import { DeclaredTypes } from "./declared-types.js";
import { Exports } from "./exports.js";
import { Imports } from "./imports.js";
import { Loading } from "./loading.js";
import { TypeInstances } from "./type-instances.js";
import { Mocks } from "./mocks.js";
import { ModulesState } from "./state.js";

/** The modules that a test loads, and the values that only their declared types supply. */
export class Modules {
  readonly loading: Loading;
  readonly mocks: Mocks;
  readonly imports: Imports;
  readonly exports: Exports;
  readonly declaredTypes: DeclaredTypes;
  readonly typeInstances: TypeInstances;
  readonly state: ModulesState;

  constructor(program: Program, language: Language, files: CodeFiles, containers: Containers) {
    this.state = new ModulesState(
      language,
      files,
      containers,
      (state) =>
        new Generator({
          program,
          language,
          load: (specifier, node, from, at) => this.loading.load(specifier, node.getSourceFile().fileName, from, at),
          typed: (cell, type) => void state.typed.push({ cell, type }),
          register: (node, value) => void state.functions.set(node, value),
          exportsOf: (node) => state.modules.get(node.getSourceFile().fileName)?.exports ?? program.cell(),
          isSkipped: (node) => state.isSkipped?.(node, node.getSourceFile().fileName) === true,
        }),
    );
    this.loading = new Loading(program, this.state, this);
    this.mocks = new Mocks(program, this.state, this);
    this.imports = new Imports(program, this.state, this);
    this.exports = new Exports(program, this.state, this);
    this.declaredTypes = new DeclaredTypes(program, this.state, this);
    this.typeInstances = new TypeInstances(program, this.state, this);
  }
}
