import type { Context } from "../operation";
import type { Listed } from "../reply-pages";
import type { Selector } from "../selector";
import type { Given } from "./given";
import { type Differences, looker } from "./look-at";
import type { Named } from "./named";
import { createRecent } from "./recent";

/** What is meant of what a listing names. */
export interface Meant {
  given: Given;
  /** What keys begin with; others are outside. */
  prefix: string;
  /** Each version that it names, and not what is current alone. */
  versions: boolean;
  selector: Pick<Selector, "byClass" | "byObject" | "wants">;
  /** Whether a name below the prefix is meant, whatever is told of it. */
  wantsName(below: string): boolean;
  /** What it says may be old: all that may have changed is asked for, and must be as it says. */
  fresh: boolean;
}

export interface Told extends Differences {
  /** It names what does not lie below the prefix. */
  outside(): void;
}

/** Tells of what is to be deleted whether a name is meant. The marker of the folder itself goes only with everything. */
export const mayGo =
  ({ everything, wantsName }: Selector) =>
  (below: string): boolean =>
    everything || (below !== "" && wantsName(below));

/** What a listing says of an object, where that is all that is wanted of it. */
const asTold = ({ size = 0, deleteMarker, ...named }: Named): Listed => ({
  ...named,
  size,
  ...(deleteMarker ? { deleteMarker } : {}),
});

/** A version never changes, but for that of an object that was there before its bucket had any. */
const isFixed = ({ versionId }: Named): boolean => versionId !== undefined && versionId !== "null";

const isDescribed = ({ size, lastModified, deleteMarker }: Named): boolean =>
  lastModified !== undefined && (size !== undefined || deleteMarker === true);

/** Which of them have to be asked for. */
const questionOf = ({ versions, fresh, selector }: Meant): ((named: Named) => boolean) => {
  const lacksFacts = (named: Named): boolean =>
    !isDescribed(named) || (selector.byClass && named.storageClass === undefined && !named.deleteMarker);
  if (!fresh) return lacksFacts;
  return (named) => !(versions && isFixed(named)) || (selector.byObject && lacksFacts(named));
};

/**
 * What is meant of what a listing names, in its order, a batch at a time. What it names again soon comes once.
 * @throws InvalidListing and InvalidParameter where the listing turns out to be wrong
 */
export async function* givenBelow(
  context: Context,
  meant: Meant,
  told: Told,
): AsyncGenerator<Listed[], void, undefined> {
  const { given, prefix, versions, selector, wantsName, fresh } = meant;
  const isNew = createRecent(given.held);
  const isAsked = questionOf(meant);
  const look = looker(context, versions, told);
  const wants = ({ key, ...named }: Named): boolean => {
    if (!versions && (named.isLatest === false || named.deleteMarker)) return false;
    if (!isNew(versions ? `${named.versionId ?? ""} ${key}` : key)) return false;
    if (!key.startsWith(prefix)) {
      told.outside();
      return false;
    }
    return wantsName(key.slice(prefix.length));
  };
  /** What is only listed is told as it is now, where it has to be asked for. */
  const expected = (named: Named): Named => {
    if (fresh) return named;
    const { key, versionId, isLatest } = named;
    return versions
      ? { key, ...(versionId === undefined ? {} : { versionId }), ...(isLatest === undefined ? {} : { isLatest }) }
      : { key };
  };
  for await (const batch of given.batches(context)) {
    const wanted = batch.filter(wants);
    const asked = wanted.filter(isAsked);
    const seen = (await look(asked.map(expected)))[Symbol.iterator]();
    const objects: Listed[] = [];
    for (const named of wanted) {
      const object = isAsked(named) ? seen.next().value : asTold(named);
      if (object && selector.wants(object.key.slice(prefix.length), object)) objects.push(object);
    }
    if (objects.length > 0) yield objects;
  }
}
