import dns from "node:dns";

/** The name of a store that this process alone knows, so that no other machine is asked for it. */
export const storeName = "store.invalid";

/** There is no such name, or nobody says whether there is. */
const failures = ["ENOTFOUND", "EAI_AGAIN"] as const;

type Found = (error: Error | null, address?: unknown, family?: number) => void;

/** How the name of a store is looked up: as that of this machine. */
export interface NamedStore {
  /** Whether it is found. */
  isKnown: boolean;
  /** How often it was looked for, and not found. */
  readonly missed: number;
  /** All names are looked up as ever. */
  end(): void;
}

/** Answers for the store's name in the one place where Node.js looks up names for its sockets. */
export const nameStore = (): NamedStore => {
  const { lookup } = dns;
  let missed = 0;
  const named: NamedStore = {
    isKnown: true,
    get missed() {
      return missed;
    },
    end() {
      dns.lookup = lookup;
    },
  };
  const find = (host: string, options: { all?: boolean }, found: Found): void => {
    if (host !== storeName) return void (lookup as (...args: unknown[]) => void)(host, options, found);
    process.nextTick(() => {
      if (named.isKnown && options.all) return found(null, [{ address: "127.0.0.1", family: 4 }]);
      if (named.isKnown) return found(null, "127.0.0.1", 4);
      const code = failures[missed++ % failures.length] as string;
      found(Object.assign(new Error(`getaddrinfo ${code} ${host}`), { code, syscall: "getaddrinfo", hostname: host }));
    });
  };
  dns.lookup = find as never;
  return named;
};
