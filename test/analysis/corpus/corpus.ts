/** A small source, and what the analysis must find in it. */
export interface CorpusCase {
  name: string;
  files: Record<string, string>;
  command: string;
  code?: string[];
  /** Exactly these requirements. */
  requires: string[];
  /** For some requirements: the chain as `name file:line`. */
  chains?: Record<string, string[]>;
  /** Exactly these places, as `file:line`. */
  notUnderstood?: string[];
  unread?: boolean;
}

/** Files that most cases share. */
export const nfs =
  "/** @requires service:nfs */\nexport function mount(): void {}\n/** @requires service:db */\nexport function query(): void {}\nexport function free(): void {}\n";

type More = Partial<CorpusCase> & { others?: Record<string, string> };

/** Makes cases of one language: each has a file that is run, and other files that all of them share. */
export function casesOf(label: string, file: string, shared: Record<string, string>, command: string) {
  return (name: string, text: string, requires: string[], more: More = {}): CorpusCase => ({
    name: `${label}${name}`,
    files: { [file]: text, ...shared, ...more.others },
    command,
    requires,
    notUnderstood: [],
    ...more,
  });
}

/** Functions `a` to `d`, each of which requires the service of its name. */
export const servicesInTypescript =
  "/** @requires service:a */\nexport function a(): void {}\n/** @requires service:b */\nexport function b(): void {}\n/** @requires service:c */\nexport function c(): void {}\n/** @requires service:d */\nexport function d(): void {}\n";

/** Functions `a` to `d`, each of which requires the service of its name. */
export const servicesInCommonJs =
  '"use strict";\n/** @requires service:a */\nexports.a = function a() {};\n/** @requires service:b */\nexports.b = function b() {};\n/** @requires service:c */\nexports.c = function c() {};\n/** @requires service:d */\nexports.d = function d() {};\n';

/** Functions `a` to `d`, each of which requires the service of its name. */
export const servicesInPython =
  'def a():\n    """:requires: service:a"""\n\ndef b():\n    """:requires: service:b"""\n\ndef c():\n    """:requires: service:c"""\n\ndef d():\n    """:requires: service:d"""\n\n';
