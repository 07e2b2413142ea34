import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

/** What a server that means no good answers. */
export interface Reply {
  name: string;
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** Operations that may take it for what it says. */
  passes?: readonly string[];
}

export const etag = { etag: `"${"0".repeat(32)}"`, "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT" };

/** A whole answer, that is large only on the wire. */
export const whole =
  (status: number, headers: Record<string, string>, body: string | Buffer): Reply["answer"] =>
  (request, response) => {
    request.resume();
    response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
    response.end(request.method === "HEAD" ? undefined : body);
  };

export const xml = { "content-type": "application/xml" };

/** Writes pieces for ever, or until nobody wants them any more. */
const endless = (response: ServerResponse, piece: (index: number) => string | Buffer): void => {
  const socket = response.socket;
  let index = 0;
  const more = (): void => {
    while (socket?.writable && socket.write(piece(index++)));
  };
  socket?.on("drain", more);
  more();
};

const raw =
  (text: string | Buffer, end = true): Reply["answer"] =>
  (request, response) => {
    request.resume();
    response.socket?.write(text);
    if (end) response.socket?.end();
  };

const lol = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join("");
const bomb = (root: string): string =>
  `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">${lol}]><${root}><Code>&l9;</Code><Message>&l9;</Message></${root}>`;
const external = (root: string): string =>
  `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY h SYSTEM "http://127.0.0.1:9/">]><${root}><Code>&f;</Code><Message>&h;</Message></${root}>`;
const deep = (root: string): string => `<${root}>${"<a>".repeat(1_000_000)}${"</a>".repeat(1_000_000)}</${root}>`;
const named = (root: string): string =>
  `<${root}><__proto__><polluted>1</polluted></__proto__><constructor><prototype><polluted>1</polluted></prototype></constructor><Code>__proto__</Code><Message>x</Message></${root}>`;
const prefixes = (root: string): string =>
  `<${root}><Name>bucket</Name><IsTruncated>false</IsTruncated>${Array.from({ length: 1_000_000 }, (_, at) => `<CommonPrefixes><Prefix>there/${at}/</Prefix></CommonPrefixes>`).join("")}</${root}>`;

const html = "<!DOCTYPE html><html><body>Please sign in</body></html>";
const bytes = Buffer.alloc(65_536, "x");

/** Roots that are asked for, and that of errors. */
const someRoots = ["ListBucketResult", "DeleteResult", "Error"];

const inXml = (roots: readonly string[], name: string, make: (root: string) => string): Reply[] =>
  roots.flatMap((root) => {
    const body = make(root);
    return [root === "Error" ? 400 : 200, 500].map((status) => ({
      name: `${name} in <${root}>, status ${status}`,
      answer: whole(status, { ...xml, ...etag }, body),
      // To a GET of an object, it is what the object holds.
      passes: status === 200 ? ["read", "download", "exist"] : [],
    }));
  });

const redirects = (elsewhere: string): Reply[] =>
  [301, 302, 303, 307, 308].flatMap((status) => {
    const body = `<Error><Code>PermanentRedirect</Code><Message>x</Message><Endpoint>${elsewhere.replace("http://", "")}</Endpoint></Error>`;
    const headers = { location: `${elsewhere}/bucket/x`, "x-amz-bucket-region": "elsewhere-1" };
    return [
      { name: `a redirect ${status}`, answer: whole(status, { ...xml, ...headers }, body) },
      { name: `a redirect ${status} without a body`, answer: whole(status, headers, "") },
    ];
  });

/** A page without an entry, that always has a next one. */
const emptyPage: Reply["answer"] = (request, response) => {
  const token = `${Date.now()}-${Math.random()}`;
  const body = `<ListBucketResult><IsTruncated>true</IsTruncated><KeyCount>0</KeyCount><NextContinuationToken>${token}</NextContinuationToken></ListBucketResult>`;
  whole(200, { ...xml, ...etag }, body)(request, response);
};

const samePage = `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken><Contents><Key>there/a</Key><Size>1</Size><ETag>"0"</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents></ListBucketResult>`;

const readable = ["read", "download", "exist"];

/** Documents that are made to do harm in whoever reads them. */
export const hostileXml = (roots: readonly string[] = someRoots): Reply[] => [
  ...inXml(roots, "entities that grow a billionfold", bomb),
  ...inXml(roots, "entities from elsewhere", external),
  ...inXml(roots, "a million levels", deep),
  ...inXml(roots, "elements called __proto__", named),
];

/** @param elsewhere the address of another server, that nobody may ever come to */
export const hostileReplies = (elsewhere: string): Reply[] => [
  ...hostileXml(),
  {
    name: "a million common prefixes",
    answer: whole(200, { ...xml, ...etag }, prefixes("ListBucketResult")),
    passes: readable,
  },
  ...redirects(elsewhere),
  { name: "HTML with status 200", answer: whole(200, { "content-type": "text/html" }, html) },
  {
    name: "HTML with status 200 and an ETag",
    answer: whole(200, { "content-type": "text/html", ...etag }, html),
    passes: readable,
  },
  { name: "nothing with status 200", answer: whole(200, {}, "") },
  { name: "nothing with status 204", answer: whole(204, {}, ""), passes: ["delete"] },
  { name: "status 999", answer: whole(999, {}, "x") },
  { name: "status 418", answer: whole(418, {}, "x") },
  {
    name: "status 206 of another range",
    answer: whole(206, { ...etag, "content-range": "bytes 5-9/10" }, "x"),
    passes: ["exist"],
  },
  {
    name: "a length that is too short",
    answer: raw(`HTTP/1.1 200 OK\r\netag: "0"\r\ncontent-length: 3\r\n\r\n${html}`),
    passes: readable,
  },
  {
    name: "a length that is too long",
    answer: raw(`HTTP/1.1 200 OK\r\netag: "0"\r\ncontent-length: 9999\r\n\r\n${html}`),
    passes: ["exist"],
  },
  {
    name: "a length beyond all numbers",
    answer: raw(`HTTP/1.1 200 OK\r\netag: "0"\r\ncontent-length: ${"9".repeat(15)}\r\n\r\nx`),
    passes: ["exist"],
  },
  { name: "a length that is none", answer: raw('HTTP/1.1 200 OK\r\netag: "0"\r\ncontent-length: x\r\n\r\nx') },
  {
    name: "two lengths",
    answer: raw('HTTP/1.1 200 OK\r\netag: "0"\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx'),
  },
  { name: "no HTTP", answer: raw("SSH-2.0-OpenSSH_9.9\r\n") },
  { name: "zeros", answer: raw(Buffer.alloc(100_000)) },
  { name: "nothing, and the end", answer: raw("") },
  { name: "nothing, for ever", answer: raw("", false) },
  { name: "half a head, for ever", answer: raw("HTTP/1.1 200 OK\r\netag: ", false) },
  {
    name: "endless headers",
    answer(request, response) {
      request.resume();
      response.socket?.write("HTTP/1.1 200 OK\r\n");
      endless(response, (index) => `x-${index}: ${"y".repeat(1000)}\r\n`);
    },
  },
  {
    name: "an endless body",
    answer(request, response) {
      request.resume();
      response.socket?.write(`HTTP/1.1 200 OK\r\netag: "0"\r\ncontent-length: ${2 ** 50}\r\n\r\n`);
      if (request.method !== "HEAD") endless(response, () => bytes);
    },
    passes: ["exist"],
  },
  {
    name: "an endless error",
    answer(request, response) {
      request.resume();
      response.socket?.write("HTTP/1.1 400 Bad Request\r\ntransfer-encoding: chunked\r\n\r\n");
      endless(response, () => Buffer.concat([Buffer.from("10000\r\n"), bytes, Buffer.from("\r\n")]));
    },
  },
  {
    name: "a slow drip that ends in the middle",
    answer(request, response) {
      request.resume();
      response.writeHead(200, { ...etag, "content-length": "1000" });
      let left = 8;
      const timer = setInterval(() => {
        if (left-- > 0) response.write("<");
        else clearInterval(timer);
      }, 100);
    },
    passes: ["exist"],
  },
  {
    name: "a body that is a gigabyte in gzip",
    answer: whole(200, { ...etag, "content-encoding": "gzip" }, gzipSync(Buffer.alloc(64 * 1024 * 1024))),
    passes: ["read", "download", "exist"],
  },
  {
    name: "metadata called __proto__",
    answer: whole(200, { ...etag, "x-amz-meta-__proto__": "polluted", "x-amz-meta-constructor": "x" }, "x"),
    passes: readable,
  },
  { name: "a listing of nothing that never ends", answer: emptyPage, passes: readable },
  { name: "the same page for ever", answer: whole(200, { ...xml, ...etag }, samePage), passes: readable },
];
