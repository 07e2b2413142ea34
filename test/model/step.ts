import fc from "fast-check";
import type { Bucket } from "./bucket";
import { type Fault, plans } from "./faults";
import { judge } from "./judge";
import { pool } from "./pool";
import type { Stage } from "./stage";
import type { Wish } from "./wish";

/** The model that goes along with a sequence. */
export interface Model {
  bucket: Bucket;
  /** How each operation ended, for the figures. */
  ends: string[];
}

export type Step = fc.AsyncCommand<Model, Stage>;

/** An operation with its input and the faults that it meets, checked against the model. */
export const step = <Input>(
  name: string,
  inputs: fc.Arbitrary<Input>,
  wishOf: (input: Input, bucket: Bucket) => Wish,
): fc.Arbitrary<Step> =>
  fc.tuple(inputs, plans).map(([input, plan]: [Input, readonly Fault[]]) => ({
    check: () => true,
    toString: () => `${name} ${fc.stringify(input)}${plan.length > 0 ? ` through ${plan.join(", ")}` : ""}`,
    async run(model, stage) {
      const before = model.bucket;
      const wish = wishOf(input, before);
      const { outcome, met } = await stage.run(wish, plan);
      const now = { ...before, objects: stage.look([...pool, ...before.objects.keys()]) };
      judge(before, wish, outcome, now, met);
      // Of what failed, only the store knows whether it happened.
      model.bucket = now;
      const how = `${outcome.code ?? "success"}${wish.large ? " of many bytes" : ""}`;
      model.ends.push(met.count + met.twice > 0 ? `${how} through faults` : how);
    },
  }));
