/** A node of the parser, with the fields that every node has. */
export interface ShellNode {
  type: string;
  pos: number;
  end: number;
  [key: string]: unknown;
}

export interface ShellWord extends ShellNode {
  text: string;
  value?: string;
  parts?: ShellNode[];
}

export const deepestSyntax = 200;

export function each(node: ShellNode, visit: (node: ShellNode) => void, depth = 0): void {
  if (depth > deepestSyntax) return;
  visit(node);
  for (const child of childrenOf(node)) each(child, visit, depth + 1);
}

export function childrenOf(node: ShellNode): ShellNode[] {
  const found = new Set<ShellNode>();
  // Some children are behind getters, which `Object.values` does not list.
  const values: unknown[] = [
    ...Object.values(node),
    node["parts"],
    node["script"],
    node["body"],
    node["commands"],
    node["value"],
    node["elements"],
    node["expression"],
    node["left"],
    node["right"],
    node["operand"],
  ];
  for (const value of values)
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value])
      if (typeof item === "object" && item !== null && typeof (item as ShellNode).type === "string")
        found.add(item as ShellNode);
  return [...found].sort((left, right) => left.pos - right.pos);
}

export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

export function lineOf(starts: readonly number[], position: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= position) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
