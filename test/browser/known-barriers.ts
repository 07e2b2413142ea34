/** What axe finds in Node-RED's own widgets, and this package cannot mend: rule, selector, and why. */
export interface KnownBarrier {
  rule: string;
  at: RegExp;
  why: string;
}

export const knownBarriers: readonly KnownBarrier[] = [
  {
    rule: "label",
    at: /^#red-ui-trap-(user|username|password)$/,
    why: "far outside of the window, so that browsers fill in passwords there and not in the form",
  },
];
