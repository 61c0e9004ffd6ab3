/** Functions that run a text as code. */
export const runsText =
  /^(?:globalThis\.)?(?:eval|Function|exec|execfile|__import__)$|^(?:node:)?vm\.(?:default\.)?(?:run\w+|Script|compileFunction)$/;

/**
 * Functions that look at what they are given, and call none of it: they print, compare, or put something else in its place.
 */
export const looksOnly =
  /^(?:console\.\w+|(?:node:)?assert(?:\/strict)?(?:\.default)?(?:\.(?:ok|equal|notEqual|strictEqual|deepEqual|deepStrictEqual|notStrictEqual|notDeepEqual|notDeepStrictEqual|match|strict))?|(?:node:)?util\.(?:default\.)?(?:inspect|format|isDeepStrictEqual)|typeof|(?:.*\.)?expect|(?:.*\.)?(?:jest|vi)\.(?:spyOn|mocked)|(?:.*\.)?sinon\.(?:default\.)?(?:stub|spy|replace)|(?:.*\.)?mock\.(?:method|getter|setter|patch|patch\.object|Mock|MagicMock)|(?:.*\.)?patch(?:\.object)?|argument\.(?:setattr|patch|patch\.object)|print|callable|hasattr|isinstance|issubclass|type|id|vars|dir|pprint\.\w+|logging\.\w+|logger\.\w+|copy\.\w+)$/;

/** The path of `undefined`, `null` and parameters without an argument. */
export const nothing = "undefined";

/** Begins the path of a text of which only parts are known. */
export const outline = "text like ";
