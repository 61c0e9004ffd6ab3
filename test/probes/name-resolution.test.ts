import { expect, test } from "@jest/globals";
import { NameProbe } from "../../probes/name-resolution.js";

test("a name from /etc/hosts needs no name server", async () => {
  expect(await new NameProbe("localhost", 2_000).probe()).toMatchObject({ ok: true });
});

// RFC 6761, section 6.4: a name in `.invalid` never exists, with any name server or none.
test("a name that does not exist is bad", async () => {
  const probe = new NameProbe("nothing.invalid", 2_000);
  expect(await probe.probe()).toMatchObject({ ok: false, detail: expect.stringContaining("nothing.invalid") });
});
