import { appendFileSync } from "node:fs";
import { type Difference, differences } from "../servers";
import { chosenServer } from "./chosen-server";

/** Whether the table has it, for fixtures that must not ask for what the server does not have. Asserts nothing. */
export const isKnown = (difference: Difference): boolean => {
  const { servers }: { servers: readonly string[] } = differences[difference];
  return servers.includes(chosenServer.name);
};

/**
 * Whether the server differs from S3 in this. A spec that asks must assert what the server does instead, so that it
 * fails on the day on which the server changes. What was asked is noted in the file S3_DIFFERENCES_SEEN, for the end
 * of the run, where an entry of the table that nobody asked for is an error.
 */
export const differs = (difference: Difference): boolean => {
  const found = isKnown(difference);
  const { S3_DIFFERENCES_SEEN: file } = process.env;
  if (found && file) appendFileSync(file, `${difference}\n`);
  return found;
};
