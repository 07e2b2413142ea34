import { setImmediate as nextTurn } from "node:timers/promises";
import type { Connection } from "../connection";
import type { Joined } from "../joined";
import { pathOf } from "../key";
import { atOnce, batchSize, type Named } from "./named";
import { checkVersion, readItem } from "./of-array";

/** What the messages of a sequence name, read already: nothing that a flow could still change. */
export class Gathered {
  constructor(private readonly items: readonly Named[]) {}

  /** In batches as large as a page. */
  async *batches(): AsyncGenerator<Named[], void, undefined> {
    for (let at = 0; at < this.items.length; at += batchSize) yield this.items.slice(at, at + batchSize);
  }
}

/**
 * Reads what one message of a sequence names: a path, an entry, or an array of these. Nothing is a path in an empty text, as in
 * an empty line. Only what is read is kept, so that neither the flow can change it, nor what else an entry has fills the memory.
 * @returns undefined where it names nothing
 * @throws InvalidParameter that says which of them is wrong
 */
export const readNamed = async (connection: Connection, found: unknown): Promise<readonly Named[] | undefined> => {
  if (found === "") return undefined;
  if (!Array.isArray(found)) return [readItem(connection, "listing", found)];
  // Unlike slice, this shows holes.
  const items: readonly unknown[] = Array.from(found);
  const read: Named[] = [];
  for (let index = 0; index < items.length; index++) {
    if (index > 0 && index % atOnce === 0) await nextTurn();
    if (items[index] !== "") read.push(readItem(connection, `listing[${index}]`, items[index]));
  }
  return read;
};

/**
 * Makes one listing of what the messages of a sequence name, each as `readNamed` gives it.
 * @param versions each must name its version
 * @throws InvalidParameter as soon as one is taken up that does not
 */
export const gather = async (connection: Connection, { pieces }: Joined, versions: boolean): Promise<Gathered> => {
  const items: Named[] = [];
  for await (const piece of pieces as AsyncIterable<readonly Named[]>) {
    // One by one: of many, no call could be made with all as its arguments.
    for (const item of piece) {
      if (versions) checkVersion(item.versionId, "listing", pathOf(connection, item.key));
      items.push(item);
    }
  }
  return new Gathered(items);
};
