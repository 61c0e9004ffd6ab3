/** The bytes of an answer, in Node and in browsers. `toString` decodes them as UTF-8. */
export class Bytes extends Uint8Array {
  override toString(_encoding: "utf8" = "utf8"): string {
    return new TextDecoder().decode(this);
  }
}
