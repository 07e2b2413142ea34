import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import helper from "node-red-node-test-helper";
import type { Target } from "./target";

/** What a route of the editor's answered. */
export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the route makes of it
  body: any;
}

/** Posts to the admin routes of the flow that is deployed, on loopback, with a listener for this request alone. */
export const postAdmin = async (
  path: string,
  body: unknown,
  {
    signal,
    contentType = "application/json",
    token,
    chunked = false,
  }: { signal?: AbortSignal; contentType?: string; token?: string | undefined; chunked?: boolean } = {},
): Promise<Answered> => {
  const server: Server = createServer(helper._httpAdmin).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const sent = typeof body === "string" ? body : JSON.stringify(body);
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers: {
        "content-type": contentType,
        connection: "close",
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      // A stream's length is not known, so it goes in chunks.
      ...(chunked ? { body: new Blob([sent]).stream(), duplex: "half" } : { body: sent }),
      ...(signal ? { signal } : {}),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : text,
    };
  } finally {
    server.close();
    server.closeAllConnections();
  }
};

/** The fields of the connection's form, as the editor has them when only the secret was not touched. */
export const formFields = ({ endpoint, accessKey, region }: Target, more: object = {}): Record<string, unknown> => ({
  name: "",
  auth: "keys",
  endpoint,
  pathStyle: "auto",
  accessKey,
  secretKey: "__PWRD__",
  sessionToken: "",
  region,
  bucket: "bucket",
  requesterPays: false,
  ...more,
});
