import type { IncomingMessage, ServerResponse } from "node:http";
import type { NodeAPI } from "node-red";
import { S3Error } from "../core/error";

/** Express's, as far as it is used here. */
interface Request extends IncomingMessage {
  body: unknown;
  is(type: string): string | false | null;
}
interface Response extends ServerResponse {
  set(name: string, value: string): void;
  status(code: number): Response;
  json(body: unknown): void;
}

/** Below the editor's own address. */
const adminPath = "/amazon-s3";

/** Requests of editors that are answered at a time: each may hold sockets for as long as nobody answers. */
const widest = 8;

/** Bytes: a form has a few hundred. */
const largest = 100_000;

/** @param signal aborted when nobody waits for the answer any more */
type Answer = (body: unknown, signal: AbortSignal) => Promise<unknown>;

/** Adds a route. `permission` is what an editor's user must have. */
export type AddPost = (path: string, permission: string, answer: Answer) => void;

/** What may go to the browser of an error: of ours, the sentence; of all others, that it is a fault. */
const told = (error: unknown): { status: number; body: object } => {
  if (!(error instanceof S3Error)) return { status: 500, body: { code: "Error", message: "the server has a fault" } };
  return { status: 400, body: { code: error.code, message: error.message } };
};

const refusal = (request: Request, running: number): [status: number, code: string, message: string] | undefined => {
  // A form on a page elsewhere can make a browser send all but this, where Node-RED asks for no password.
  if (!request.is("application/json")) return [415, "NotJson", "the request must be JSON"];
  if (Number(request.headers["content-length"] ?? 0) > largest) return [413, "TooLarge", "the request is too large"];
  if (running >= widest) return [429, "TooMany", `${widest} requests are under way: wait for them`];
  return undefined;
};

/** Makes the routes of this package. All of them share one limit. */
export const adminPosts = (RED: NodeAPI): AddPost => {
  let running = 0;
  return (path, permission, answer) => {
    const handle = async (request: Request, response: Response): Promise<void> => {
      response.set("Cache-Control", "no-store");
      const refused = refusal(request, running);
      if (refused) {
        const [status, code, message] = refused;
        response.status(status).json({ code, message });
        return;
      }
      running++;
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      try {
        response.json(await answer(request.body, gone.signal));
      } catch (error) {
        const { status, body } = told(error);
        response.status(status).json(body);
      } finally {
        running--;
      }
    };
    RED.httpAdmin.post(`${adminPath}${path}`, RED.auth.needsPermission(permission), handle as never);
  };
};
