import { type Lock, production } from "./lock";

/** They ask for their text to go along, which npm sees to, and for nothing else. */
const allowed = new Set(["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"]);

/** Whether an SPDX expression can be met by allowed licences alone; brackets and exceptions are for a person to read. */
const isAllowed = (expression: string): boolean =>
  expression.split(" OR ").some((choice) => choice.split(" AND ").every((one) => allowed.has(one)));

/** What may not be handed on with the package, or nobody can say. */
export const licenceFaults = (lock: Lock): string[] =>
  production(lock)
    .filter(({ license }) => typeof license !== "string" || !isAllowed(license))
    .map(({ path, license }) => `${path} has the licence ${license === undefined ? "none" : JSON.stringify(license)}`);
