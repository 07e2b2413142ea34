import { choice, flag } from "../parameter";
import { isNewer } from "./modified-time";

/** What is done about a target that is there already. */
export type OnConflict = "error" | "skip" | "rename" | "newer" | "different";

/** The parameters that decide over it. */
export interface ConflictRules {
  overwrite: boolean;
  onConflict: OnConflict;
}

/**
 * The declarations of both parameters.
 * @param target "an object" or "a file"
 * @param code of the error when it is there
 */
export const conflictParameters = (target: "an object" | "a file", code: "ObjectExists" | "FileExists") => ({
  overwrite: flag(false, { label: "Overwrite", icon: "refresh", text: `replace ${target} that exists, always` }),
  onConflict: choice(
    {
      error: `fail with <code>${code}</code>`,
      skip: "leave it, and go on",
      rename: "write <code>name (1).ext</code>",
      newer: "replace it if the source is newer",
      different: "replace it if its content is different",
    },
    "error",
    {
      label: "If it exists",
      icon: "exclamation-triangle",
      literal: "error",
      text: `what to do about ${target} that is there already, without <i>Overwrite</i>`,
    },
  ),
});

/** What is known of source and target. */
export interface Comparison {
  /** ms since 1970; undefined where nobody tells: then nothing is newer. */
  sourceTime: number | undefined;
  targetTime: number | undefined;
  /** Whether both have the same content. */
  isSame(): Promise<boolean>;
}

/** What becomes of a target that is there. */
export type Decision = "replace" | "skip" | "rename" | "error";

/**
 * Decides over a target that is there already.
 * @param compare is asked only where the rules need it
 */
export const decide = async (
  { overwrite, onConflict }: ConflictRules,
  compare: () => Promise<Comparison>,
): Promise<Decision> => {
  if (overwrite) return "replace";
  if (onConflict !== "newer" && onConflict !== "different") return onConflict;
  const { sourceTime, targetTime, isSame } = await compare();
  if (onConflict === "different") return (await isSame()) ? "skip" : "replace";
  if (sourceTime === undefined || targetTime === undefined) return "skip";
  return isNewer(sourceTime, targetTime) ? "replace" : "skip";
};
