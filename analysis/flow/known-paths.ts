/** Functions that run a text as code. */
export const runsText =
  /^(?:globalThis\.)?(?:eval|Function|exec|execfile|__import__)$|^(?:node:)?vm\.(?:default\.)?(?:run\w+|Script|compileFunction)$/;

/** The path of `undefined`, `null` and parameters without an argument. */
export const nothing = "undefined";

/** Begins the path of a text of which only parts are known. */
export const outline = "text like ";

/** What a generator returns, as a property of what a call of it makes. */
export const returned = "(returned)";
