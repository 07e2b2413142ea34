import type { S3Server } from "../../dev/s3-server";
import { inByteOrder } from "./keys";

/** A page of a listing, as the server answered it. */
interface SeenPage {
  /** It has what comes behind this key. */
  after: string;
  keys: string[];
  /** The last key that it speaks of; undefined where it tells that nothing follows. */
  until: string | undefined;
}

const texts = (xml: string, name: string): string[] =>
  Array.from(xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "gs")), ([, text]) => text as string);

/**
 * Sees what pages of whole listings have, one way or another: a key whose place they went over while it was there must be
 * found, and none that they had not can be.
 * @param onLast is told the last key of a page that is made, and not on its way yet
 */
export const seePages = (server: S3Server, onLast: (key: string) => void) => {
  const seen: SeenPage[] = [];
  const ends = new Map<string, string>();
  server.hook(({ operation, query }) => {
    // Below a prefix, it goes over no place but that.
    if (operation !== "ListObjectsV2" || query.prefix) return undefined;
    const token = query["continuation-token"];
    const after = (token === undefined ? query["start-after"] : ends.get(token)) ?? "";
    return {
      body(body) {
        const xml = body.toString();
        const keys = texts(xml, "Key").map((key) => decodeURIComponent(key.replaceAll("+", " ")));
        const [next] = texts(xml, "NextContinuationToken");
        const last = keys.at(-1);
        if (next !== undefined && last !== undefined) ends.set(next, last);
        seen.push({ after, keys, until: next === undefined ? undefined : last });
        if (last !== undefined) onLast(last);
        return body;
      },
    };
  });
  return {
    /** All keys that any page had. */
    listed: (): Set<string> => new Set(seen.flatMap(({ keys }) => keys)),
    /** The keys that each page had which went over their places. */
    alwaysListed(): string[] {
      const all = inByteOrder(new Set(seen.flatMap(({ after, keys }) => [after, ...keys])));
      const places = new Map(all.map((key, place) => [key, place]));
      const placeOf = (key: string): number => places.get(key) as number;
      const missed = new Set<string>();
      for (const { after, keys, until } of seen) {
        const has = new Set(keys);
        const end = until === undefined ? all.length : placeOf(until) + 1;
        for (const key of all.slice(placeOf(after) + 1, end)) if (!has.has(key)) missed.add(key);
      }
      const listed = this.listed();
      return all.filter((key) => listed.has(key) && !missed.has(key));
    },
  };
};
