import type { IncomingMessage, ServerResponse } from "node:http";
import type { NodeAPI } from "node-red";
import { S3Error } from "../core/error";
import { fairShare } from "./fair-share";
import { userMay } from "./user-may";

/** Express's, as far as it is used here. */
interface Request extends IncomingMessage {
  body: unknown;
  /** Node-RED's, where it asks who somebody is. */
  user?: { username?: string; anonymous?: boolean };
  is(type: string): string | false | null;
}
interface Response extends ServerResponse {
  set(name: string, value: string): void;
  status(code: number): Response;
  json(body: unknown): void;
}

/** Below the editor's own address. */
const adminPath = "/amazon-s3";

/**
 * Requests of editors: each may hold sockets for as long as nobody answers. A browser sends no more than six at a time, and
 * a person who types or opens folders is far from ten in a second.
 */
const limits = { all: 12, each: 6, often: 100, span: 10_000 };

/** Bytes: a form has a few hundred. */
const largest = 100_000;

/** What Node-RED lets a user of the editor do: those who may read see the flows, those who may write deploy. */
export type Permission = "amazon-s3.read" | "amazon-s3.write";

/**
 * Takes a request's body apart.
 * @throws S3Error for what none of our forms sends; it is answered 404 if it is a NoConnection, else 400
 */
type Read<Question> = (body: unknown) => Question;

/**
 * @param signal aborted when nobody waits for the answer any more
 * @throws S3Error where the answer is a refusal: the store's, or of a form that is not filled in right
 */
type Answer<Question> = (question: Question, signal: AbortSignal) => Promise<object>;

/** What a user must have beside the route's permission for what is asked; undefined if nothing. */
type Extra<Question> = (question: Question) => Permission | undefined;

/**
 * Adds a route. `permission` is what an editor's user must have, `extra` what some questions take. A refusal is an answer
 * like any other, of status 200 with `{ refused: { code, message } }`: the forms show it, and the browser's console need
 * not.
 */
export type AddPost = <Question>(
  path: string,
  permission: Permission,
  read: Read<Question>,
  answer: Answer<Question>,
  extra?: Extra<Question>,
) => void;

type Reply = [status: number, body: object];

const problem = (code: string, message: string): object => ({ code, message });

/** What may go to the browser of an error: of ours, the sentence; of all others, that it is a fault. */
const failure = (error: unknown, reply: (told: S3Error) => Reply): Reply =>
  error instanceof S3Error ? reply(error) : [500, problem("Error", "the server has a fault")];

const forbidden: Reply = [403, problem("Forbidden", "this takes a user of the editor who may deploy")];

const replyTo = async <Question>(
  body: unknown,
  read: Read<Question>,
  answer: Answer<Question>,
  may: (question: Question) => Promise<boolean>,
  signal: AbortSignal,
): Promise<Reply> => {
  let question: Question;
  try {
    question = read(body);
    if (!(await may(question))) return forbidden;
  } catch (error) {
    return failure(error, ({ code, message }) => [code === "NoConnection" ? 404 : 400, problem(code, message)]);
  }
  try {
    return [200, await answer(question, signal)];
  } catch (error) {
    return failure(error, ({ code, message }) => [200, { refused: problem(code, message) }]);
  }
};

const sizeOf = (body: unknown): number => {
  try {
    return Buffer.byteLength(JSON.stringify(body));
  } catch {
    // Arrays in arrays, so deep that they can be read but not be written.
    return Number.POSITIVE_INFINITY;
  }
};

const turnedAway = (request: Request): Reply | undefined => {
  // A form on a page elsewhere can make a browser send all but this, where Node-RED asks for no password.
  if (!request.is("application/json")) return [415, problem("NotJson", "the request must be JSON")];
  // What comes in chunks tells no length, and Node-RED has read all of it by now, up to a limit of its own.
  if (Number(request.headers["content-length"] ?? 0) > largest || sizeOf(request.body) > largest)
    return [413, problem("TooLarge", "the request is too large")];
  return undefined;
};

/** Whoever has no name is known by the address. */
const askerOf = ({ user, socket }: Request): string =>
  user?.username && !user.anonymous ? `user ${user.username}` : `address ${socket.remoteAddress}`;

/** Makes the routes of this package. All of them share their limits. */
export const adminPosts = (RED: NodeAPI): AddPost => {
  const begin = fairShare(limits);
  const add: AddPost = <Question>(
    path: string,
    permission: Permission,
    read: Read<Question>,
    answer: Answer<Question>,
    extra?: Extra<Question>,
  ) => {
    const handle = async (request: Request, response: Response): Promise<void> => {
      response.set("Cache-Control", "no-store");
      const away = turnedAway(request);
      if (away) {
        response.status(away[0]).json(away[1]);
        return;
      }
      const end = begin(askerOf(request));
      if (typeof end === "string") {
        response.status(429).json(problem("TooMany", end));
        return;
      }
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      if (response.destroyed) gone.abort();
      const may = async (question: Question): Promise<boolean> => {
        const needed = extra?.(question) ?? permission;
        return needed === permission || userMay(RED, request, needed);
      };
      const [status, body] = await replyTo(request.body, read, answer, may, gone.signal);
      end();
      response.status(status).json(body);
    };
    RED.httpAdmin.post(`${adminPath}${path}`, RED.auth.needsPermission(permission), handle as never);
  };
  return add;
};
