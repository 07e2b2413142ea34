import type { S3Client } from "@aws-sdk/client-s3";
import { type Along, along, type Made } from "./attempts";
import { believe, discard, type HttpReply } from "./proof";
import type { Page } from "./reply-pages";
import type { Request } from "./request-handler";
import { type Asked, addTransport, type Transport } from "./transport";

/**
 * The pages of a listing differ in their query alone. Once the SDK has sent one, those that follow are signed by its signer
 * and sent as it was, without what it does for each request in between: a fifth of the time that a page takes. What is
 * answered with anything but a whole page goes the SDK's way after all, as the first attempt of it.
 */

/** Where in the query the input of a listing goes (API_ListObjectsV2, API_ListObjectVersions). */
const shared = { Prefix: "prefix", Delimiter: "delimiter", EncodingType: "encoding-type", MaxKeys: "max-keys" };
const queries: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ListObjectsV2Command: { ...shared, ContinuationToken: "continuation-token", StartAfter: "start-after" },
  ListObjectVersionsCommand: { ...shared, KeyMarker: "key-marker", VersionIdMarker: "version-id-marker" },
};

/** Headers that are another in each request. */
const own = [
  ...["amz-sdk-invocation-id", "amz-sdk-request"],
  ...["authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"],
];

interface Signer {
  sign(request: Request, how: { signingDate: Date; signingRegion: string; signingService: string }): Promise<Request>;
}

/** What a listing is asked for besides its bucket, as a query; undefined where that is not all, or it is no listing. */
const queryOf = (command: string, input: object): Record<string, string> | undefined => {
  const fields = queries[command];
  if (!fields) return undefined;
  const query: Record<string, string> = {};
  for (const [field, value] of Object.entries(input)) {
    if (field === "Bucket" || value === undefined) continue;
    const name = fields[field];
    if (name === undefined) return undefined;
    query[name] = String(value);
  }
  return query;
};

/** What all requests for pages of one bucket have in common. */
interface Known {
  request: Request;
  signer: Promise<Signer>;
  region: string;
}

/** The region that a request was signed for; "" for one that is not signed; undefined where it was in a way of its own. */
const regionOf = ({ headers: { authorization } }: Request): string | undefined =>
  authorization === undefined
    ? ""
    : /^AWS4-HMAC-SHA256 Credential=[^,]*\/\d{8}\/([^/,]+)\/s3\/aws4_request,/.exec(authorization)?.[1];

/** So many buckets are known. */
const most = 1000;

interface Command {
  input: object;
}

/** Sends commands through a client of the SDK. */
export interface Sender {
  send(command: Command): Promise<object>;
  destroy(): void;
}

/** Puts the transport below a client, and has pages of listings take the short way through it. */
export const withShortWay = (client: S3Client, transport: Transport): Sender => {
  const { config } = client;
  const known = new Map<string, Known>();
  const nameOf = (command: string, { Bucket = "" }: Asked): string => `${command} ${Bucket}`;

  addTransport(client, transport, (command, input, request) => {
    // Of what is asked for by a header, the next ones would have it too.
    const query = queryOf(command, input);
    if (!query) return;
    const name = nameOf(command, input);
    if (known.has(name)) return;
    const region = regionOf(request);
    if (region === undefined) return;
    if (known.size >= most) known.clear();
    const bare = request.clone();
    for (const header of own) delete bare.headers[header];
    for (const field of Object.keys(query)) delete bare.query[field];
    const scheme = { name: "sigv4", signingName: "s3", signingRegion: region, properties: {} };
    known.set(name, { request: bare, region, signer: config.signer(scheme as never) as never });
  });

  /** undefined where this is none, or nothing like it has been sent yet. */
  const requestOf = (command: string, input: Asked): { request: Request; one: Known } | undefined => {
    const query = queryOf(command, input);
    const one = query && known.get(nameOf(command, input));
    if (!one) return undefined;
    const request = one.request.clone();
    Object.assign(request.query, query);
    return { request, one };
  };

  const sign = async (request: Request, { signer, region }: Known): Promise<Request | undefined> => {
    const signingDate = new Date(Date.now() + config.systemClockOffset);
    try {
      return await (await signer).sign(request, { signingDate, signingRegion: region, signingService: "s3" });
    } catch {
      // There are no keys: the SDK will be told so as well.
      return undefined;
    }
  };

  const attempt = async (command: string, input: Asked, request: Request): Promise<Page | Made> => {
    const made = { request, began: performance.now() };
    const goesAlong = input[along];
    try {
      const answer = await transport.carry(request, goesAlong);
      const reply: HttpReply = answer.response;
      if (reply.statusCode !== 200) return { ...made, answer };
      await believe(command, reply, input);
      transport.end(request, goesAlong, made.began);
      return reply.page as Page;
    } catch (error) {
      return { ...made, error };
    }
  };

  const goOn = async (command: Command, goesAlong: Along, made: Made): Promise<object> => {
    goesAlong.made = made;
    try {
      return await client.send(command as never);
    } finally {
      // The SDK did not come so far, since the keys have ended: it must not hold its place in the window.
      if (goesAlong.made) discard(made.answer?.response.body);
      delete goesAlong.made;
    }
  };

  return {
    async send(command) {
      const input: Asked = command.input;
      const { name } = command.constructor;
      const goesAlong = input[along];
      const short = goesAlong && requestOf(name, input);
      const signed = short && (await sign(short.request, short.one));
      if (signed) {
        const came = await attempt(name, input, signed);
        if ("objects" in came) return { page: came };
        return goOn(command, goesAlong, came);
      }
      return client.send(command as never);
    },
    destroy: () => client.destroy(),
  };
};
