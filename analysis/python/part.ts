import { ReaderPart } from "../flow/reader-part.js";
import type { PythonReader } from "./read.js";
import type { PythonState } from "./state.js";

/** One kind of Python code. */
export abstract class Part extends ReaderPart<PythonState, PythonReader> {}
