import assert from "node:assert/strict";

const browser: string | undefined = process.env["HOLDFAST_VARIANT_BROWSER"];
assert.ok(browser === "firefox" || browser === "chromium");
console.log(`runs in ${browser}`);
