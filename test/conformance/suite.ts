/** Runs checks against a server, and clears up. */
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Check } from "./check";
import { clientFor, contextFor, type Target, unique } from "./context";
import { deviations } from "./deviations";
import { Deviation } from "./expect";

/** `pass`; `known`: deviates as the table says; `fail`: deviates otherwise; `stale`: the table says that it deviates, and it does not. */
export type Verdict = "pass" | "known" | "fail" | "stale";

export interface Outcome {
  check: Check;
  verdict: Verdict;
  /** what was found, when it deviates */
  found?: string;
}

const SIDE_BY_SIDE = 8;
/** against servers that answer and never end; a busy machine takes its time */
const PATIENCE_MS = 300_000;

/** Runs all checks, some side by side; the outcomes in the order of the checks. Never rejects for a check. */
export async function runChecks(
  target: Target,
  checks: readonly Check[],
  onOutcome: (outcome: Outcome) => void = () => {},
): Promise<Outcome[]> {
  // the work of clearing up is no check: it may be repeated
  const keeper = clientFor(target, { maxAttempts: 4 });
  const client = clientFor(target);
  const bucket = `conformance-${unique()}`;
  await keeper.send(new CreateBucketCommand({ Bucket: bucket }));
  const outcomes: Outcome[] = new Array(checks.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < checks.length; at = next++) {
      const check = checks[at] as Check;
      if (deviations[target.name]?.[check.id]?.ends) {
        const outcome: Outcome = { check, verdict: "known", found: "not run: it ends this server" };
        outcomes[at] = outcome;
        onOutcome(outcome);
        continue;
      }
      const made = { buckets: [] as string[], clients: [] as S3Client[] };
      const found = await attempt(check, () => check.run(contextFor(target, { client, bucket }, made)));
      const outcome = judge(target.name, check, found);
      outcomes[at] = outcome;
      onOutcome(outcome);
      for (const one of made.clients) one.destroy();
      await Promise.all(made.buckets.map((one) => remove(keeper, one)));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  await remove(keeper, bucket);
  client.destroy();
  keeper.destroy();
  return outcomes;
}

/** What was found; undefined when it is as S3 does it. */
async function attempt(check: Check, run: () => Promise<void>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Deviation(`came to no end in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  });
  try {
    await Promise.race([run(), patience]);
    return undefined;
  } catch (error) {
    if (error instanceof Deviation) return error.message;
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    // a request that the check needs and the server does not answer is a deviation as well
    if ($metadata?.httpStatusCode) return `answered ${$metadata.httpStatusCode} ${name}`;
    return `${name}: ${message} (in ${check.id})`;
  } finally {
    clearTimeout(timer);
  }
}

function judge(server: string, check: Check, found: string | undefined): Outcome {
  const known = deviations[server]?.[check.id];
  if (found === undefined) return { check, verdict: known ? "stale" : "pass" };
  const fits = known && (typeof known.found === "string" ? found.includes(known.found) : known.found.test(found));
  return { check, verdict: fits ? "known" : "fail", found };
}

/** Empties and deletes a bucket; what cannot be deleted (a lock) stays, for the server is thrown away. */
async function remove(client: S3Client, bucket: string): Promise<void> {
  const Bucket = bucket;
  try {
    let before = "";
    for (;;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket }));
      const all = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
      // what a server says is deleted may still be there: keys that XML cannot carry are told as others
      const now = JSON.stringify(all.map(({ Key, VersionId }) => [Key, VersionId]));
      if (all.length === 0 || now === before) break;
      before = now;
      const Objects = all.map(({ Key = "", VersionId }) => ({ Key, ...(VersionId && { VersionId }) }));
      const done = await client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true }, BypassGovernanceRetention: true }),
      );
      if ((done.Errors?.length ?? 0) >= Objects.length) break;
    }
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    for (const { Key, UploadId } of Uploads) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    }
    await client.send(new DeleteBucketCommand({ Bucket }));
  } catch {
    // the checks are what counts
  }
}
