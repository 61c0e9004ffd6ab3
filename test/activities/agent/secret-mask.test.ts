import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { SecretMask } from "../../../activities/agent/attempt/secret-mask.js";

const secrets = { TOKEN: "s3cr3t-t0ken/+value", KEY: "-----BEGIN-----\nfirst line of the key\nsecond line of it\n" };

function streamed(mask: SecretMask, pieces: readonly (Buffer | string)[]): string {
  const written: Buffer[] = [];
  const stream = mask.stream((data) => written.push(data));
  for (const piece of pieces) stream.write(piece);
  stream.end();
  return Buffer.concat(written).toString("utf8");
}

describe("secrets", () => {
  const mask = new SecretMask(secrets);

  test("are masked in each form that programs print", () => {
    const value = secrets.TOKEN;
    for (const form of [
      value,
      Buffer.from(value).toString("base64"),
      encodeURIComponent(value),
      JSON.stringify({ value }),
      "first line of the key",
    ]) {
      expect(mask.text(`before ${form} after`)).not.toContain("s3cr3t");
      expect(mask.text(`before ${form} after`)).toMatch(/^before .*\*\*\*.* after$/);
    }
  });

  test("are masked in all texts of a report", () => {
    const report = {
      failing: [`opens ${secrets.TOKEN}`],
      evidence: [{ detail: secrets.TOKEN }],
      exitCode: 3,
      none: null,
    };
    expect(mask.value(report)).toEqual({
      failing: ["opens ***"],
      evidence: [{ detail: "***" }],
      exitCode: 3,
      none: null,
    });
  });

  test("are masked in output, however it is split, and nothing else changes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constant(secrets.TOKEN), fc.constant("s3cr3t-t0"), fc.constant("käse\n"))),
        fc.array(fc.nat(40)),
        (parts, cuts) => {
          const whole = Buffer.from(parts.join(""));
          const pieces: Buffer[] = [];
          let from = 0;
          for (const cut of cuts) {
            pieces.push(whole.subarray(from, from + cut));
            from += cut;
          }
          pieces.push(whole.subarray(from));
          expect(streamed(mask, pieces)).toBe(mask.text(whole.toString("utf8")));
        },
      ),
    );
  });

  test("output that cannot be the beginning of a secret passes at once", () => {
    const written: string[] = [];
    const stream = mask.stream((data) => written.push(data.toString("utf8")));
    stream.write("a line\n");
    expect(written).toEqual(["a line\n"]);
    stream.write("s3cr");
    expect(written).toEqual(["a line\n"]);
    stream.write("ape");
    expect(written.join("")).toBe("a line\ns3crape");
  });
});
