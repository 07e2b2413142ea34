import { flag, integer } from "../core/parameter";

/**
 * The settings of a node that takes the messages of a sequence together: see `joins` in core/operation.ts.
 * @param text what becomes of them
 */
export const sequenceSettings = (text: string) => ({
  sequence: flag(false, { label: "Sequence", icon: "list-ol", text }),
  sequenceTimeout: integer(3600, {
    label: "Time limit",
    icon: "hourglass-half",
    min: 0,
    text: "seconds to wait for the next message of a sequence; <code>0</code> waits for ever",
  }),
});
