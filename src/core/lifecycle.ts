import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  type TransitionDefaultMinimumObjectSize,
} from "@aws-sdk/client-s3";
import type { Attempts } from "./attempts";
import { invalidResponse, S3Error } from "./error";
import { checkLifecycleReply, textsOf } from "./lifecycle-reply";
import type { Context } from "./operation";
import { codeOf } from "./to-error";
import { createTurns } from "./turns";

/** A bucket's configuration, as far as it is written again. */
interface Lifecycle {
  rules: LifecycleRule[];
  /** Of transitions; a configuration that is written without it gets S3's default. */
  transitionSize: TransitionDefaultMinimumObjectSize | undefined;
}

/** Rules that S3 takes in one configuration. */
const mostRules = 1000;

/** A bucket's configuration is one document: two that change it at once would undo each other's change. */
const turns = createTurns();

const read = async (context: Context): Promise<Lifecycle> => {
  const { connection, bucket, signal } = context;
  let sent: ReturnType<typeof checkLifecycleReply> | undefined;
  const attempts: Attempts = {
    doubtful: false,
    body(bytes) {
      // Before the SDK reads it, which is less strict.
      sent = checkLifecycleReply(bytes.toString("utf8"));
    },
  };
  const command = new GetBucketLifecycleConfigurationCommand({ Bucket: bucket });
  try {
    const { Rules = [], TransitionDefaultMinimumObjectSize } = await connection.send(command, signal, attempts);
    if (sent?.count !== Rules.length || !isDeepStrictEqual(sent.texts, textsOf(Rules))) {
      throw invalidResponse("the bucket's lifecycle configuration was not read whole: nothing was written");
    }
    return { rules: Rules, transitionSize: TransitionDefaultMinimumObjectSize };
  } catch (error) {
    if (codeOf(error) !== "NoSuchLifecycleConfiguration") throw error;
    return { rules: [], transitionSize: undefined };
  }
};

const write = async (context: Context, { rules, transitionSize }: Lifecycle): Promise<void> => {
  const { connection, bucket, signal } = context;
  // S3 takes none without rules.
  if (rules.length === 0) {
    await connection.send(new DeleteBucketLifecycleCommand({ Bucket: bucket }), signal);
    return;
  }
  const command = new PutBucketLifecycleConfigurationCommand({
    Bucket: bucket,
    LifecycleConfiguration: { Rules: rules },
    ...(transitionSize === undefined ? {} : { TransitionDefaultMinimumObjectSize: transitionSize }),
  });
  await connection.send(command, signal);
};

const byId = (rules: readonly LifecycleRule[]): LifecycleRule[] =>
  [...rules].sort((a, b) => ((a.ID ?? "") < (b.ID ?? "") ? -1 : 1));

/** What a rule does, whichever way a store tells what it is for. */
const actions = ({ ID, Status, Expiration, NoncurrentVersionExpiration }: LifecycleRule): unknown => [
  ID,
  Status,
  Expiration?.Days,
  Expiration?.ExpiredObjectDeleteMarker ?? false,
  NoncurrentVersionExpiration?.NoncurrentDays,
  NoncurrentVersionExpiration?.NewerNoncurrentVersions,
];

const sameRules = (a: readonly LifecycleRule[], b: readonly LifecycleRule[]): boolean =>
  isDeepStrictEqual(byId(a), byId(b));

/** Pauses before the configuration is read back, in ms: what is told of it may be old for a moment. */
const pauses = [0, 200, 1000, 3000];

export interface RuleChange {
  /** Which rules are replaced; no other is touched. */
  own(rule: LifecycleRule): boolean;
  /** What stands in their place; none removes them. */
  rules: readonly LifecycleRule[];
}

/**
 * Replaces some rules of the bucket's lifecycle configuration, and reads it back.
 * @param force without it, nothing is written
 * @returns the rules that were there in their place, and whether there is, or was, anything to write
 * @throws whatever keeps the configuration from being read: nothing is written then
 */
export const changeRules = (
  context: Context,
  { own, rules }: RuleChange,
  force: boolean,
): Promise<{ before: LifecycleRule[]; changed: boolean }> => {
  const { connection, bucket, signal } = context;
  return turns(`${connection.settings.endpoint} ${bucket}`, signal, async () => {
    const found = await read(context);
    const before = found.rules.filter(own);
    const others = found.rules.filter((rule) => !own(rule));
    const changed = !sameRules(before, rules);
    if (others.length + rules.length > mostRules) {
      const text = `the bucket's lifecycle configuration has ${found.rules.length} rules, and may have ${mostRules}: nothing was written; remove one first`;
      throw new S3Error("InvalidRequest", text);
    }
    if (!changed || !force) return { before, changed };
    await write(context, { ...found, rules: [...others, ...rules] });
    for (const ms of pauses) {
      await pause(ms, undefined, { signal });
      const now = await read(context);
      const ours = now.rules.filter(own);
      const good =
        isDeepStrictEqual(byId(ours).map(actions), byId(rules).map(actions)) &&
        sameRules(
          now.rules.filter((rule) => !own(rule)),
          others,
        );
      if (good) return { before, changed };
    }
    throw invalidResponse(
      "the bucket's lifecycle configuration was written, but is not what was written: look at it in the store",
      { retryable: false },
    );
  });
};
