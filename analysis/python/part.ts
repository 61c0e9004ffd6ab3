import { ReaderPart } from "../flow/reader-part.js";
import type { PythonReader } from "./read.js";
import type { PythonState } from "./state.js";

/** The base class of the Python reader's parts. Each part handles one kind of code. */
export abstract class Part extends ReaderPart<PythonState, PythonReader> {}
