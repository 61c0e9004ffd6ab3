import { ReaderPart } from "../../flow/reader-part.js";
import type { Modules } from "./modules.js";
import type { ModulesState } from "./state.js";

/** One side of modules. */
export abstract class Part extends ReaderPart<ModulesState, Modules> {}
