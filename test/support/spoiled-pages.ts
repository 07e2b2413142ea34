import type { HookAction } from "../../dev/s3-server";

/** Puts another text in the place of one that must be there. */
export const replacing = (from: string | RegExp, to: string) => (body: Buffer) => {
  const text = body.toString();
  const spoiled = text.replace(from, to);
  if (spoiled === text) throw new Error(`nothing to replace by ${to}`);
  return spoiled;
};

/** A page of a listing that is not as it was sent. */
interface SpoiledPage extends HookAction {
  /** The code of the error, where it is not InvalidResponse. */
  as?: string;
  /** Not of versions, whose pages do not say how many entries they have. */
  onlyV2?: true;
}

/** What may go wrong with a page of objects in the folder `page`, after which others come. */
export const spoiledPages: Readonly<Record<string, SpoiledPage>> = {
  "is empty": { body: "" },
  "is HTML": { body: "<html><body>Please sign in</body></html>" },
  "is JSON": { body: "{}" },
  "has another root element": { body: '<?xml version="1.0"?><ListAllMyBucketsResult></ListAllMyBucketsResult>' },
  "is an empty root element": {
    body: (body) => (body.includes("<ListB") ? "<ListBucketResult/>" : "<ListVersionsResult/>"),
  },
  "is an error": { error: "InternalError", status: 200 },
  "ends in the middle, with a length that fits": { body: (body) => body.subarray(0, body.length / 2) },
  "ends after an entry": { body: (body) => body.subarray(0, body.lastIndexOf("<Key>")) },
  "is cut off on the wire": { cut: 5000 },
  "lacks an entry": { body: replacing(/<Contents>.*?<\/Contents>/, ""), onlyV2: true },
  "has no count": { body: replacing(/<KeyCount>.*?<\/KeyCount>/, ""), onlyV2: true },
  "does not say whether it is the last": { body: replacing(/<IsTruncated>.*?<\/IsTruncated>/, "") },
  "is not the last and does not say where to go on": {
    body: replacing(/<(NextContinuationToken|NextKeyMarker)>.*?<\/\1>/, ""),
  },
  "goes on at an empty place": { body: replacing(/<(NextContinuationToken|NextKeyMarker)>.*?<\/\1>/, "<$1></$1>") },
  "has an entity of its own": { body: replacing("&quot;", "&secret;") },
  "defines entities": { body: replacing(/(\?>\s*)</, '$1<!DOCTYPE x [<!ENTITY a "aaaa">]><') },
  "has more after its end": { body: (body) => `${body}<html></html>` },
  "has a key that is no UTF-8": {
    body: (body) => Buffer.from(body.toString("latin1").replace("<Key>page/", "<Key>page/\xff"), "latin1"),
  },
  "is nested without end": { body: replacing("<Key>", "<Key>".repeat(100_000)) },
  "has a key that lies elsewhere": { body: replacing("<Key>page/", "<Key>elsewhere/") },
};
