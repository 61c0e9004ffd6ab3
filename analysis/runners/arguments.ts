import { inSource } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";
/** The files that names, folders and patterns mean. A name can lack its extension. */
export function files(view: SourceView, names: readonly string[], folder: string, wanted: RegExp): string[] {
  return [
    ...new Set(
      names.flatMap((name) => {
        const own = inSource(folder, name);
        if (view.isFolder(own)) {
          const index = ["index.js", "index.ts", "index.mjs", "index.cjs"]
            .map((each) => `${own}/${each}`)
            .find((each) => view.isFile(each));
          const inside = view.within(own).filter((file) => wanted.test(file));
          return index !== undefined && names.length === 1 && !inside.some((file) => /test|spec|bats/.test(file))
            ? [index]
            : inside;
        }
        const found = view.expand(own);
        if (found.length > 0) return found;
        const completed = ["js", "ts", "mjs", "cjs", "mts", "cts"]
          .map((end) => `${own}.${end}`)
          .find((each) => view.isFile(each));
        if (completed !== undefined) return [completed];
        return builtFrom(view, own, wanted);
      }),
    ),
  ];
}

/** The sources of files that are compiled from TypeScript before the test: `dist`, `build/a.test.js`, `out/**\/*.test.js`. */
function builtFrom(view: SourceView, path: string, wanted: RegExp): string[] {
  const places = [path, ...["src/", ""].map((place) => path.replace(/(?<=^|\/)(?:dist|build|out|lib)(?:\/|$)/, place))];
  for (const place of places.map((each) => each.replace(/\/$/, ""))) {
    if (place !== path && view.isFolder(place)) return view.within(place).filter((file) => wanted.test(file));
    const sources = [place.replace(/\.([cm]?)js$/, ".$1ts"), place.replace(/\.js$/, ".tsx")].filter(
      (each) => each !== path,
    );
    const found = [...new Set(sources)].flatMap((each) => view.expand(each));
    if (found.length > 0) return found;
  }
  return [];
}

export function afterOptions(args: readonly string[]): string[] {
  let index = 0;
  while (index < args.length && args[index]!.startsWith("-")) {
    const takesValue = ["-p", "--package", "--with", "--python", "--extra", "--group", "-c"].includes(args[index]!);
    index += takesValue ? 2 : 1;
  }
  return args.slice(index);
}

export function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf("=");
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

export function escapeText(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

export function matchesText(pattern: string, file: string): boolean {
  try {
    return pattern.length < 200 && new RegExp(pattern).test(file);
  } catch {
    return false;
  }
}
