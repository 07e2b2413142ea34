import type { Node, NodeAPI, NodeDef } from "node-red";
import { bucketParameter } from "../core/bucket";
import { aborted } from "../core/connection";
import { S3Error } from "../core/error";
import type { Joined } from "../core/joined";
import type { Context, Operation } from "../core/operation";
import { toS3Error, type Where } from "../core/to-error";
import { unlessAborted } from "../core/unless-aborted";
import { type Evaluate, prepareParameters, readSettings } from "./evaluate";
import { fieldOf } from "./field";
import { checkBucket, findConnection } from "./find-connection";
import type { Incoming } from "./incoming";
import { createJobs } from "./jobs";
import { createPieceField } from "./piece-field";
import { checkPlace, outputOf } from "./place";
import { createPulls } from "./pulls";
import { createQueue, type Ticket } from "./queue";
import { type Sending, sendAside, sendReply } from "./reply";
import { createSequenceEnds } from "./sequence-ends";
import { createSequences, isReset, type Sequences, sequenceIdOf } from "./sequences";
import { createStatus } from "./status";
import { createStops } from "./stops";
import { tellDone } from "./tell-done";
import { ownDirectoryOf, workingDirectoryOf } from "./working-directory";

type Values = Record<string, unknown>;

/** One run of the operation. */
interface Run {
  /** Its parameters are evaluated. */
  first: Incoming;
  /** Carries the result, where that is another message than the first. */
  last?: () => Promise<Incoming | undefined>;
  ticket: Ticket;
  signal: AbortSignal;
  /** Aborts the signal. */
  abort(reason: Error): void;
  /** For a run that is joined of the messages of a sequence. */
  sequence?: { id: unknown; joined: Joined };
}

/** What a setting has a node do. */
const isSet = (settings: () => Values, ask: (values: Values) => unknown): boolean => {
  try {
    return Boolean(ask(settings()));
  } catch {
    // Each message is told what is wrong with them.
    return false;
  }
};

/** Makes a node do its operation: the one way of a message through this package. */
export const runOperation = (RED: NodeAPI, node: Node, config: NodeDef & Values, operation: Operation): void => {
  const { label } = operation;
  const status = createStatus(node, `${label} …`, () => sequences?.collects() ?? false);
  const connection = findConnection(RED, config);
  if (connection instanceof S3Error) {
    status.deployed(connection.code);
    const error = toS3Error(connection, { operation: label });
    node.on("input", (msg, send, done) => tellDone(node, { msg, send, done } as Incoming, error));
    return;
  }
  const output = outputOf(config);
  const jobs = createJobs(connection.closing);
  const queue = createQueue(connection.settings.concurrency);
  const parameters = { ...operation.parameters, bucket: bucketParameter };
  const evaluate = prepareParameters(RED, node, config, parameters);
  const settings = readSettings(config, operation.settings);
  /** How it takes the messages of a sequence together, where it does. */
  const joins = isSet(settings, (values) => operation.joins && values[operation.joins.setting])
    ? operation.joins
    : undefined;
  /** What the joined parameter is in one message of a sequence, where that is another than in a message of its own. */
  const piece = joins?.piece && { [joins.parameter]: joins.piece };
  const pieceField =
    joins?.piece && createPieceField(RED, fieldOf(config, joins.parameter, joins.piece), "untick Sequence in the node");
  const evaluateFirst = piece
    ? prepareParameters(RED, node, config, { ...parameters, ...piece }, pieceField?.within)
    : evaluate;
  const pulls = isSet(settings, (values) => operation.pulled?.(values as never))
    ? createPulls(node.id, label)
    : undefined;
  // What the flow asks for message by message is given up: it waits for one that need not come back any more.
  const stops = operation.stops && !pulls ? createStops() : undefined;
  let arrived: Promise<unknown> = Promise.resolve();
  let closed = false;
  const unwatch = connection.health.watch(status.condition);

  const here: Where = {
    operation: label,
    bucket: connection.settings.bucket || undefined,
    redact: connection.redact,
  };

  /** The only place where a message that asks for something ends. */
  const end = (incoming: Incoming, error?: S3Error): void => {
    status.end(error?.code);
    tellDone(node, incoming, error && error.operation === undefined ? toS3Error(error, here) : error);
  };

  /** Evaluates the parameters into `found`, in the order of arrival even where some take longer. */
  const valuesOf = async ({ msg }: Incoming, evaluate: Evaluate, found: Values): Promise<Values> => {
    const evaluated = evaluate(msg, found);
    const before = arrived;
    // Gives nothing: else each would hold what all before it gave, with their data, for ever.
    arrived = Promise.all([before, evaluated.catch(() => {})]).then(() => {});
    await evaluated;
    await before;
    return Object.assign(found, settings());
  };

  /** From a message to its result. Rejects with an S3Error and nothing else. */
  const perform = async ({ first, last, ticket, signal, abort, sequence }: Run): Promise<void> => {
    const found: Values = {};
    const stop = stops?.open(sequence?.id);
    /** The message that goes out. */
    let carrier = first;
    try {
      const values = await unlessAborted(signal, valuesOf(first, sequence ? evaluateFirst : evaluate, found));
      if (sequence && joins) values[joins.parameter] = sequence.joined;
      const path = values.path as string | readonly string[];
      const bucket = (values.bucket as string) || connection.settings.bucket;
      checkBucket(bucket, connection);
      checkPlace(RED, first.msg, output);
      const workingDirectory = workingDirectoryOf(RED);
      const ownDirectory = ownDirectoryOf(RED);
      const identity = { operation: label, bucket, path };
      const sendingOf = ({ send }: Incoming): Sending => ({ RED, node, output, identity, signal, abort, send, pulls });
      const context: Context = {
        connection,
        bucket,
        workingDirectory,
        ownDirectory,
        signal,
        stop: stop?.signal,
        progress: status.progress,
        tell: (port, told) => sendAside(sendingOf(carrier), carrier.msg, port, told),
      };
      const gathers = sequence && joins?.gather;
      if (gathers) {
        values[joins.parameter] = await gathers(values as never, sequence.joined, context);
        carrier = (await last?.()) ?? first;
        checkPlace(RED, carrier.msg, output);
      }
      const paths = operation.paths?.(values as never) ?? [path as string];
      const turns = paths.map((one) => `${bucket}/${one}`);
      const waits = pulls !== undefined || (sequence !== undefined && !gathers);
      const reply = await ticket.run(turns, signal, waits, async () => {
        const answer = await operation.run(values as never, context);
        const region = bucket === connection.settings.bucket ? connection.regionOf(bucket) : undefined;
        if (region !== undefined) status.caveat(`in ${region}`);
        if ("caveat" in answer && answer.caveat) status.caveat(answer.caveat);
        const requestId = connection.requestId(signal);
        if (requestId !== undefined) answer.about.requestId ??= requestId;
        carrier = (await last?.()) ?? first;
        await sendReply(sendingOf(carrier), carrier.msg, answer);
        // Of a sequence, it is known when all of it was sent.
        if (stop?.signal.aborted) status.caveat("stopped");
        return answer;
      });
      if ("ended" in reply) await reply.ended;
    } catch (error) {
      ticket.leave();
      const { path, bucket } = found as { path?: string | readonly string[]; bucket?: string };
      const requestId = connection?.requestId(signal);
      throw toS3Error(error, { ...here, bucket: bucket || here.bucket, path, requestId });
    } finally {
      stop?.close();
    }
  };

  const whole = (incoming: Incoming): void => {
    const ticket = queue.admit();
    jobs.start(async (signal, abort) => {
      await perform({ first: incoming, ticket, signal, abort }).then(
        () => end(incoming),
        (error: S3Error) => end(incoming, error),
      );
    });
  };

  const sequencesOf = ({ parameter, timeout, done, read, gather }: NonNullable<Operation["joins"]>): Sequences => {
    const declared = operation.parameters[parameter] as never;
    const evaluateOne = prepareParameters(RED, node, config, piece ?? { [parameter]: declared });
    return createSequences({
      admit: () => queue.admit(true),
      warn: (text) => node.warn(text),
      tell(incoming, error) {
        status.begin();
        end({ ...incoming, done: (error) => node.error(error, incoming.msg) }, error);
      },
      patience() {
        try {
          return settings()[timeout] as number;
        } catch {
          // The run says what is wrong with them, at once.
          return 0;
        }
      },
      end,
      async dataOf({ msg }) {
        pieceField?.checkVaries();
        const found = (await evaluateOne(msg))[parameter];
        return read ? read(connection, found) : found;
      },
      run({ id, first, ticket, data, last, over }) {
        jobs.start(async (signal, abort) => {
          const sequence = { id, joined: data(signal) };
          await perform({ first, last: () => last(signal), ticket, signal, abort, sequence }).then(() => over(), over);
        });
      },
      ends: createSequenceEnds(done, gather !== undefined),
    });
  };
  const sequences = joins && sequencesOf(joins);

  node.on("input", (msg, send, done) => {
    const incoming = { msg, send, done } as Incoming;
    const taken = stops?.take(msg, sequences && sequenceIdOf(msg)) || pulls?.take(msg);
    // No work of its own, and nothing to show; but what ends work gives up sequences too.
    if (taken && !(sequences && isReset(msg))) return tellDone(node, incoming);
    status.begin();
    try {
      if (closed) throw aborted();
      pulls?.checkNew(msg);
      if (!sequences?.take(incoming)) whole(incoming);
    } catch (error) {
      end(incoming, toS3Error(error, here));
    }
  });
  node.on("close", (done: () => void) => {
    closed = true;
    unwatch();
    status.close();
    sequences?.close();
    void jobs.close().finally(done);
  });
  status.deployed();
  // Other nodes may have found out already.
  if (connection.health.condition.state !== "connected") status.condition(connection.health.condition);
};
