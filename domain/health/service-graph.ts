/** For each service the services that it depends on: if one of them is down, it is down as well. */
export type DependsOn = Readonly<Record<string, readonly string[]>>;

/** A cycle, with its first name repeated at the end; undefined if there is none. */
export function dependencyCycle(dependsOn: DependsOn): string[] | undefined {
  const sound = new Set<string>();
  const walk = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (sound.has(name)) return undefined;
    for (const other of dependsOn[name] ?? []) {
      const cycle = walk(other, [...path, name]);
      if (cycle !== undefined) return cycle;
    }
    sound.add(name);
    return undefined;
  };
  for (const name of Object.keys(dependsOn)) {
    const cycle = walk(name, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/**
 * The service to fix first when a service is down: a service that it depends on, directly or indirectly, that is down
 * while none of its own dependencies is. Undefined if the service itself is the cause.
 */
export function rootCause(
  service: string,
  isDown: (service: string) => boolean,
  dependsOn: DependsOn,
): string | undefined {
  const seen = new Set([service]);
  const walk = (name: string): string | undefined => {
    for (const other of dependsOn[name] ?? []) {
      if (seen.has(other)) continue;
      seen.add(other);
      const deeper = walk(other);
      if (deeper !== undefined) return deeper;
      if (isDown(other)) return other;
    }
    return undefined;
  };
  return walk(service);
}

/** Every service that this one depends on, directly or indirectly. */
export function allDependencies(service: string, dependsOn: DependsOn): string[] {
  const seen = new Set<string>();
  const walk = (name: string): void => {
    for (const other of dependsOn[name] ?? []) {
      if (other === service || seen.has(other)) continue;
      seen.add(other);
      walk(other);
    }
  };
  walk(service);
  return [...seen];
}
