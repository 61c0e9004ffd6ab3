/** The package system, which decides how versions compare. */
export type PackageSystem = "deb" | "rpm";

/**
 * Compares two package versions by the rules of their system. Debian: [epoch:]upstream[-revision], deb-version(7).
 * RPM: [epoch:]version[-release], rpm-version(7). If one version has no epoch, the epoch of the other is ignored. The same holds
 * for revisions. People often leave both out.
 */
export function compareVersions(left: string, right: string, system: PackageSystem): number {
  const [a, b] = [splitVersion(left), splitVersion(right)];
  if (a.epoch !== undefined && b.epoch !== undefined && a.epoch !== b.epoch) return Math.sign(a.epoch - b.epoch);
  const compare = system === "deb" ? compareDebian : compareRpm;
  const upstream = compare(a.upstream, b.upstream);
  if (upstream !== 0 || a.revision === undefined || b.revision === undefined) return upstream;
  return compare(a.revision, b.revision);
}

function splitVersion(text: string): { epoch: number | undefined; upstream: string; revision: string | undefined } {
  const [, epoch, rest = ""] = /^(?:(\d+):)?(.*)$/s.exec(text.trim())!;
  const dash = rest.lastIndexOf("-");
  return {
    epoch: epoch === undefined ? undefined : Number(epoch),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? undefined : rest.slice(dash + 1),
  };
}

/** Compares text and numbers in turn. In text, `~` comes before the end, and letters before everything else. */
function compareDebian(left: string, right: string): number {
  let [a, b] = [left, right];
  while (a !== "" || b !== "") {
    const [textA, textB] = [/^\D*/.exec(a)![0], /^\D*/.exec(b)![0]];
    for (let index = 0; index < Math.max(textA.length, textB.length); index++) {
      const order = weight(textA[index]) - weight(textB[index]);
      if (order !== 0) return Math.sign(order);
    }
    [a, b] = [a.slice(textA.length), b.slice(textB.length)];
    const [numberA, numberB] = [/^\d*/.exec(a)![0], /^\d*/.exec(b)![0]];
    const order = compareNumbers(numberA, numberB);
    if (order !== 0) return order;
    [a, b] = [a.slice(numberA.length), b.slice(numberB.length)];
  }
  return 0;
}

function weight(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === "~") return -1;
  return /[a-z]/i.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

/** Compares segments of digits or letters. Digits are newer than letters. `~` comes before the end, and `^` after it. */
function compareRpm(left: string, right: string): number {
  const segments = (text: string) => text.match(/\d+|[a-z]+|~|\^/gi) ?? [];
  const [a, b] = [segments(left), segments(right)];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [one, other] = [a[index], b[index]];
    if (one === other) continue;
    if (one === "~" || other === "~") return one === "~" ? -1 : 1;
    if (one === "^" || other === "^") {
      if (one === undefined) return -1;
      if (other === undefined) return 1;
      return one === "^" ? -1 : 1;
    }
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const [isNumber, isOtherNumber] = [/\d/.test(one), /\d/.test(other)];
    if (isNumber !== isOtherNumber) return isNumber ? 1 : -1;
    const order = isNumber ? compareNumbers(one, other) : one < other ? -1 : 1;
    if (order !== 0) return order;
  }
  return 0;
}

/** Whole numbers of any length; an empty text counts as zero. */
function compareNumbers(left: string, right: string): number {
  const [a, b] = [left.replace(/^0+/, ""), right.replace(/^0+/, "")];
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
