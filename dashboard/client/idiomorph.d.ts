declare module "idiomorph/dist/idiomorph.esm.js" {
  export const Idiomorph: {
    morph(
      old: Element,
      fresh: Element,
      options: {
        morphStyle: "outerHTML" | "innerHTML";
        ignoreActiveValue: boolean;
        callbacks: {
          beforeNodeMorphed: (node: Node) => boolean;
          beforeAttributeUpdated: (name: string, node: Element) => boolean;
        };
      },
    ): void;
  };
}
