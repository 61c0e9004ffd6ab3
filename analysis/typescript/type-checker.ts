import { join } from "node:path";
import { ModuleKind, ModuleResolutionKind, Node, Project, ScriptTarget, type ts } from "ts-morph";
import { libraryFolder, libraryName } from "../library-folder.js";
import type { FileQuestions } from "../file-questions.js";
import { readOnlyFiles } from "./source-files.js";

/** The place of a declaration: the path of its file and the offset of its first character. */
export interface DeclarationPlace {
  file: string;
  start: number;
}

/**
 * Asks TypeScript's type checker for the target of a call, with the types of the standard library. The checker sees only the
 * source and the library. It is used only for calls that are still open after the values are followed, because loading it
 * takes about a second.
 */
export class TypeChecker {
  readonly #project: Project;

  constructor(folder: string, questions: FileQuestions) {
    this.#project = new Project({
      fileSystem: readOnlyFiles([folder, libraryFolder], questions),
      skipAddingFilesFromTsConfig: true,
      compilerOptions: {
        types: [],
        allowJs: true,
        target: ScriptTarget.ESNext,
        module: ModuleKind.ESNext,
        moduleResolution: ModuleResolutionKind.Bundler,
        allowImportingTsExtensions: true,
        noEmit: true,
        paths: { [libraryName]: [join(libraryFolder, "index.ts")] },
      },
    });
  }

  /** The declarations of the function that is called at a place; empty if the checker does not know them either. */
  targetsOf(file: string, callee: ts.Expression): DeclarationPlace[] {
    const source = this.#project.addSourceFileAtPathIfExists(file);
    const found = source?.getDescendantAtPos(callee.getEnd() - 1);
    const name =
      found !== undefined && (Node.isIdentifier(found) || Node.isPrivateIdentifier(found)) ? found : undefined;
    const symbol = name?.getSymbol();
    const meant = symbol?.isAlias() === true ? symbol.getAliasedSymbol() : symbol;
    return (meant?.getDeclarations() ?? []).map((each) => ({
      file: each.getSourceFile().getFilePath(),
      start: each.getStart(),
    }));
  }
}
