/**
 * Caches what a function finds in a node, or in a list of nodes, because every test reads the same parsed files. The result is a
 * property of the node itself.
 */
export function oncePerNode<Node extends object, T>(find: (node: Node) => T): (node: Node) => T {
  const key = Symbol("once per node");
  return (node) => {
    const holder = node as { [key]?: { found: T } };
    return (holder[key] ??= { found: find(node) }).found;
  };
}
