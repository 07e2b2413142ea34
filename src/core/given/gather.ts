import type { Connection } from "../connection";
import type { Joined } from "../joined";
import { checkItem } from "./of-array";

/**
 * Makes one listing of what the messages of a sequence name: each a path, an entry, or an array of these. Nothing is a path
 * in an empty text, as in an empty line.
 * @param versions each must name its version
 * @returns an array that nobody can change, for it need not be copied
 * @throws InvalidParameter as soon as one is taken up that is wrong
 */
export const gather = async (
  connection: Connection,
  { pieces }: Joined,
  versions: boolean,
): Promise<readonly unknown[]> => {
  const items: unknown[] = [];
  for await (const piece of pieces) {
    if (piece === "") continue;
    if (!Array.isArray(piece)) {
      checkItem(connection, "listing", piece, versions);
      items.push(piece);
      continue;
    }
    // One by one: of many, no call could be made with all as its arguments.
    let index = 0;
    for (const item of piece) {
      checkItem(connection, `listing[${index++}]`, item, versions);
      items.push(item);
    }
  }
  return Object.freeze(items);
};
