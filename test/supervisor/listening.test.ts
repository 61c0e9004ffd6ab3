import { describe, expect, test } from "@jest/globals";
import { readListening } from "../../workers/process/listening.js";

describe("where the API listens", () => {
  const tls = { HOLDFAST_TLS_CERT: "cert.pem", HOLDFAST_TLS_KEY: "key.pem" };

  test("is this machine only, unless there is TLS or a proxy with TLS", () => {
    for (const host of ["127.0.0.1", "::1", "localhost"])
      expect(readListening({}, host)).toEqual({ tls: null, proxies: null });
    for (const host of ["0.0.0.0", "::", "10.1.2.3", "grid.example.org"]) {
      expect(() => readListening({}, host)).toThrow(/HOLDFAST_TLS_CERT and HOLDFAST_TLS_KEY, or HOLDFAST_PROXY/);
      expect(readListening(tls, host).tls).toEqual({ cert: "cert.pem", key: "key.pem" });
      expect(readListening({ HOLDFAST_PROXY: "10.1.2.4" }, host).proxies).toBe("10.1.2.4");
    }
  });

  test.each(Object.keys(tls))("needs certificate and key, not %s alone", (name) => {
    expect(() => readListening({ [name]: "file.pem" }, "127.0.0.1")).toThrow(/go together/);
  });
});
