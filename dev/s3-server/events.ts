/** Event notifications: what happened to objects, as messages in queues ("Event message structure"). */
import { HOST_ID } from "./error-reply";
import type { Exchange } from "./exchange";
import { type MessageQueue, messageQueue } from "./message-queue";
import type { Bucket, Version } from "./model";
import { covers, type QueueTarget, queueTargets } from "./notification-configuration";
import { OWNER_ID } from "./owner";
import type { State } from "./state";
import { listingEncode } from "./uri";
import type { Deletion } from "./versions";

/** The events that this server knows to happen. */
export type EventName =
  | "ObjectAcl:Put"
  | "ObjectCreated:CompleteMultipartUpload"
  | "ObjectCreated:Copy"
  | "ObjectCreated:Post"
  | "ObjectCreated:Put"
  | "ObjectRemoved:Delete"
  | "ObjectRemoved:DeleteMarkerCreated"
  | "ObjectTagging:Delete"
  | "ObjectTagging:Put";

/** What an event tells of its object beside the key. */
type Told = Partial<Pick<Version, "versionId" | "etag">> & { size?: number };

/** The queue with this ARN; made when it is first asked for. */
export function queueOf(state: State, arn: string): MessageQueue {
  let queue = state.queues.get(arn);
  if (!queue) {
    queue = messageQueue(arn);
    state.queues.set(arn, queue);
  }
  return queue;
}

/** Tells of `version` of a key in the request's bucket. To be called in the step that makes it so. */
export function notify(exchange: Exchange, bucket: Bucket, name: EventName, key: string, version: Version): void {
  if (bucket.configurations?.notification === undefined) return;
  const { versionId, etag, body } = version;
  deliver(exchange, bucket, name, key, { versionId, etag, size: body.size });
}

/**
 * Tells of a deletion: of `versionId` when one was named, else of the key. `existed` says whether there was anything:
 * where nothing was, nothing was removed, and no event tells of it.
 */
export function notifyRemoval(
  exchange: Exchange,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  existed: boolean,
  done: Deletion,
): void {
  if (bucket.configurations?.notification === undefined) return;
  const told: Told = done.versionId === undefined ? {} : { versionId: done.versionId };
  if (versionId === undefined && done.deleteMarker) {
    deliver(exchange, bucket, "ObjectRemoved:DeleteMarkerCreated", key, { ...told, etag: EMPTY_MD5 });
  } else if (existed) {
    deliver(exchange, bucket, "ObjectRemoved:Delete", key, told);
  }
}

const EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e";

function deliver(exchange: Exchange, bucket: Bucket, name: EventName, key: string, told: Told): void {
  const configuration = bucket.configurations?.notification;
  if (!configuration) return;
  for (const target of queueTargets(configuration.root)) {
    if (!key.startsWith(target.prefix) || !key.endsWith(target.suffix)) continue;
    if (!target.events.some((one) => covers(one, `s3:${name}`))) continue;
    const Records = [record(exchange, bucket, name, key, told, target)];
    queueOf(exchange.state, target.arn).send(JSON.stringify({ Records }));
  }
}

function record(
  exchange: Exchange,
  bucket: Bucket,
  eventName: EventName,
  key: string,
  told: Told,
  target: QueueTarget,
): object {
  const { accessKey } = exchange.identity;
  return {
    // 2.3 is of ACLs and tags, 2.1 of what creates and removes
    eventVersion: /^Object(?:Acl|Tagging)/.test(eventName) ? "2.3" : "2.1",
    eventSource: "aws:s3",
    awsRegion: bucket.region,
    eventTime: new Date(exchange.state.now()).toISOString(),
    eventName,
    userIdentity: { principalId: accessKey === undefined ? "Anonymous" : `AWS:${accessKey}` },
    requestParameters: { sourceIPAddress: exchange.socket?.remoteAddress ?? "" },
    responseElements: { "x-amz-request-id": exchange.id, "x-amz-id-2": HOST_ID },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: target.id,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: OWNER_ID },
        arn: `arn:aws:s3:::${bucket.name}`,
      },
      object: {
        key: listingEncode(key),
        ...(told.size !== undefined && { size: told.size }),
        ...(told.etag !== undefined && { eTag: told.etag }),
        ...(bucket.versioning !== undefined && told.versionId !== undefined && { versionId: told.versionId }),
        sequencer: sequencer(),
      },
    },
  };
}

let last = 0n;

/** Grows from event to event, over restarts too: nanoseconds since 1970, never the same twice. */
function sequencer(): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  last = now > last ? now : last + 1n;
  return last.toString(16).toUpperCase().padStart(18, "0");
}

/** The message by which S3 tries the queues of a configuration when it is put. */
export function sendTestEvents(exchange: Exchange, bucket: Bucket): void {
  const configuration = bucket.configurations?.notification;
  const arns = configuration ? queueTargets(configuration.root).map((one) => one.arn) : [];
  const body = JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: new Date(exchange.state.now()).toISOString(),
    Bucket: bucket.name,
    RequestId: exchange.id,
    HostId: HOST_ID,
  });
  for (const arn of new Set(arns)) queueOf(exchange.state, arn).send(body);
}
