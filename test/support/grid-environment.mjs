import { TestEnvironment } from "jest-environment-node";

/** Remembers whether a test of the file has failed, so that its grid can show its logs before they are removed. */
export default class GridEnvironment extends TestEnvironment {
  /** @param {{ name: string }} event */
  handleTestEvent(event) {
    if (event.name === "test_fn_failure" || event.name === "hook_failure") this.global.hasFailedTest = true;
  }
}
