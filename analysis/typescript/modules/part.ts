import { ReaderPart } from "../../flow/reader-part.js";
import type { Modules } from "./modules.js";
import type { ModulesState } from "./state.js";

/** The base class of the parts that handle modules. */
export abstract class Part extends ReaderPart<ModulesState, Modules> {}
