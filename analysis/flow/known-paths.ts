/** Functions that run a text as code. */
export const runsText =
  /^(?:globalThis\.)?(?:eval|Function|exec|execfile|__import__)$|^(?:node:)?vm\.(?:default\.)?(?:run\w+|Script|compileFunction)$/;

/** The path of `undefined`, `null` and parameters without an argument. */
export const nothing = "undefined";

/** The prefix of the path of a partly known text. */
export const outline = "text like ";

/** The name of the property that holds a generator's return value. */
export const returned = "(returned)";
