/** Functions that run a text as code. */
export const runsText =
  /^(?:globalThis\.)?(?:eval|Function|exec|execfile|__import__)$|^(?:node:)?vm\.(?:default\.)?(?:run\w+|Script|compileFunction)$/;

/** The path of a value that is known to be nothing, such as a parameter that nobody gives. */
export const nothing = "undefined";
