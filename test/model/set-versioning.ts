import fc from "fast-check";
import type { Step } from "./step";

/** Somebody turns versioning on, or suspends it. */
export const setVersioning: fc.Arbitrary<Step> = fc
  .constantFrom("Enabled" as const, "Suspended" as const)
  .map((status) => ({
    check: () => true,
    toString: () => `versioning ${status}`,
    async run(model, stage) {
      stage.setVersioning(status);
      model.bucket = { ...model.bucket, versioning: status };
    },
  }));
