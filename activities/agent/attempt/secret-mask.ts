const mark = "***";
const shortest = 4;

/**
 * Replaces secrets with `***` in what an attempt prints and reports. It masks each value, each line of a multi-line value,
 * and the forms of both in base64, in a URL and in JSON. A test that changes a value in another way can still print it.
 */
export class SecretMask {
  readonly #texts: readonly string[];
  readonly #bytes: readonly Buffer[];

  constructor(secrets: Readonly<Record<string, string>>) {
    const forms = Object.values(secrets).flatMap((value) => formsOf(value));
    // Longer texts come first, because one may contain another.
    this.#texts = [...new Set(forms)]
      .filter(({ length }) => length >= shortest)
      .sort((one, other) => other.length - one.length);
    this.#bytes = this.#texts.map((text) => Buffer.from(text));
  }

  get isEmpty(): boolean {
    return this.#texts.length === 0;
  }

  text(text: string): string {
    let masked = text;
    for (const secret of this.#texts) if (masked.includes(secret)) masked = masked.replaceAll(secret, mark);
    return masked;
  }

  /** Masks all texts in a value, the names of properties included. */
  value<T>(value: T): T {
    if (this.isEmpty) return value;
    return this.#anything(value) as T;
  }

  #anything(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((each) => this.#anything(each));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [this.text(name), this.#anything(each)]));
  }

  /** Masks output that comes in pieces. */
  stream(write: (data: Buffer) => void): { write(data: Buffer | string): void; end(): void } {
    let kept = Buffer.alloc(0);
    const pass = (data: Buffer, isEnd: boolean) => {
      const masked = this.#replaced(data);
      const held = isEnd ? 0 : this.#heldBack(masked);
      kept = Buffer.from(masked.subarray(masked.length - held));
      if (masked.length > held) write(masked.subarray(0, masked.length - held));
    };
    return {
      write: (data) => {
        if (this.isEmpty) return write(Buffer.from(data));
        pass(Buffer.concat([kept, Buffer.from(data)]), false);
      },
      end: () => {
        if (kept.length > 0) pass(kept, true);
      },
    };
  }

  #replaced(data: Buffer): Buffer {
    let masked = data;
    for (const secret of this.#bytes) {
      const parts: Buffer[] = [];
      let from = 0;
      for (let at = masked.indexOf(secret); at >= 0; at = masked.indexOf(secret, from)) {
        parts.push(masked.subarray(from, at), Buffer.from(mark));
        from = at + secret.length;
      }
      if (parts.length > 0) masked = Buffer.concat([...parts, masked.subarray(from)]);
    }
    return masked;
  }

  /** How many bytes at the end may be the beginning of a secret. */
  #heldBack(data: Buffer): number {
    let longest = 0;
    for (const secret of this.#bytes) {
      const first = secret[0]!;
      // The first match is the longest one.
      for (
        let at = data.indexOf(first, Math.max(0, data.length - secret.length + 1));
        at >= 0;
        at = data.indexOf(first, at + 1)
      ) {
        const length = data.length - at;
        if (length <= longest) break;
        if (data.subarray(at).equals(secret.subarray(0, length))) longest = length;
      }
    }
    return longest;
  }
}

function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return [value, ...lines].flatMap((text) => [
    text,
    Buffer.from(text).toString("base64"),
    Buffer.from(text).toString("base64url"),
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
  ]);
}
