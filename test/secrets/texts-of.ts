/** More hangs on no message, error or log entry. */
const most = 100_000;

/** The language's own, which hold nothing of anybody's. */
const builtIn = new Set<unknown>(
  Object.getOwnPropertyNames(globalThis)
    .map((name) => (globalThis as Record<string, unknown>)[name])
    .filter((one) => typeof one === "function")
    .flatMap((one) => [one, (one as { prototype?: unknown }).prototype]),
);

/**
 * All texts that code can get at from a value: hidden, symbol and inherited properties, getters, causes, collections and
 * bytes; and the names of classes.
 * @throws Error if there is no end to it, such as behind a socket
 */
export const textsOf = (value: unknown): string[] => {
  const texts: string[] = [];
  const met = new Set<unknown>();
  const left: unknown[] = [value];
  const add = (one: unknown): void => {
    if (typeof one === "string" || typeof one === "symbol" || typeof one === "bigint") texts.push(String(one));
    else if ((typeof one === "object" && one !== null) || typeof one === "function") left.push(one);
  };
  add(value);
  while (left.length > 0) {
    const one = left.pop() as object;
    if (met.has(one) || builtIn.has(one)) continue;
    met.add(one);
    if (met.size > most) throw new Error(`more than ${most} objects hang on it`);
    if (ArrayBuffer.isView(one)) {
      texts.push(Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString("latin1"));
      continue;
    }
    if (one instanceof Map || one instanceof Set) for (const entry of one.entries()) add(entry);
    // Inherited getters tell what the object has, and not its prototype.
    for (let holder: object | null = one; holder && !builtIn.has(holder); holder = Object.getPrototypeOf(holder)) {
      for (const name of Reflect.ownKeys(holder)) {
        add(name);
        try {
          add((one as Record<PropertyKey, unknown>)[name]);
        } catch (error) {
          add(error);
        }
      }
    }
  }
  return texts;
};
