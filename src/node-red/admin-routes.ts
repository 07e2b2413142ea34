import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";
import { S3Error } from "../core/error";
import { listBuckets } from "../core/trial/list-buckets";
import { tryConnection } from "../core/trial/try-connection";
import { formSettings, readForm } from "./form-settings";

/** Below the editor's own address. */
export const adminPath = "/amazon-s3";

/** Requests of editors that are answered at a time: each may hold sockets for as long as nobody answers. */
const widest = 8;

/** Bytes: a form has a few hundred. */
const largest = 100_000;

type Answer = (request: Request, signal: AbortSignal) => Promise<unknown>;

/** What may go to the browser of an error: of ours, the sentence; of all others, that it is a fault. */
const told = (error: unknown): { status: number; body: object } => {
  if (!(error instanceof S3Error)) return { status: 500, body: { code: "Error", message: "the server has a fault" } };
  return { status: 400, body: { code: error.code, message: error.message } };
};

/**
 * Adds what the forms ask of the server. Each route names the permission that it needs; none gives a secret away. Hosts
 * that no deployed connection names are asked for those alone who could deploy one.
 */
export const addAdminRoutes = (RED: NodeAPI): void => {
  let running = 0;
  const post = (path: string, permission: string, answer: Answer): void => {
    RED.httpAdmin.post(`${adminPath}${path}`, RED.auth.needsPermission(permission), (async (
      request: Request,
      response: Response,
    ) => {
      response.set("Cache-Control", "no-store");
      // A form on a page elsewhere can make a browser send all but this, where Node-RED asks for no password.
      if (!request.is("application/json")) {
        response.status(415).json({ code: "NotJson", message: "the request must be JSON" });
        return;
      }
      if (Number(request.headers["content-length"] ?? 0) > largest) {
        response.status(413).json({ code: "TooLarge", message: "the request is too large" });
        return;
      }
      if (running >= widest) {
        response.status(429).json({ code: "TooMany", message: `${widest} requests are under way: wait for them` });
        return;
      }
      running++;
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      try {
        response.json(await answer(request, gone.signal));
      } catch (error) {
        const { status, body } = told(error);
        response.status(status).json(body);
      } finally {
        running--;
      }
    }) as never);
  };

  post("/connection/buckets", "amazon-s3.write", async ({ body }, signal) => ({
    buckets: await listBuckets(formSettings(RED, readForm(body)), signal),
  }));

  post("/connection/try", "amazon-s3.write", async ({ body }, signal) => {
    const form = readForm(body);
    const { probe } = body as { probe?: unknown };
    return { findings: await tryConnection(formSettings(RED, form), { probe: probe === true }, signal) };
  });
};
