import { setTimeout as pause } from "node:timers/promises";
import { outcomeOf } from "../support/outcome";
import { eachOperation } from "./each-operation";
import { type NamedStore, storeName } from "./named-store";
import type { Stage } from "./stage";

const outage = 5000;

interface Outage {
  /** Of the connection. */
  settings?: (stage: Stage) => object;
  begin(stage: Stage, name: NamedStore): Promise<void>;
  end(stage: Stage, name: NamedStore): Promise<void>;
}

const planned = (plan: Parameters<Stage["proxy"]["setPlan"]>[0]): Outage => ({
  begin: async ({ proxy }) => proxy.setPlan(plan),
  end: async ({ proxy }) => proxy.setPlan(undefined),
});

/** The endpoint by the store's name. */
export const byName = ({ target }: Stage): { endpoint: string } => ({
  endpoint: `http://${storeName}:${new URL(target.endpoint).port}`,
});

const outages: Readonly<Record<string, Outage>> = {
  refused: {
    begin: ({ proxy }) => proxy.refuse(),
    end: ({ proxy }) => proxy.accept(),
  },
  reset: planned(() => ({ reset: true })),
  "503": planned(() => ({ error: { code: "ServiceUnavailable", status: 503 }, handle: false })),
  nameless: {
    settings: byName,
    async begin({ proxy }, name) {
      name.isKnown = false;
      // Of connections that are open, nobody asks for the name.
      await proxy.refuse();
      await proxy.accept();
    },
    end: async (_stage, name) => {
      name.isKnown = true;
    },
  },
};

/**
 * Has the store be gone for five seconds in each of the ways, in the middle of the work.
 * @param times operations in all
 * @returns how each of them ended: with the code of an error, or undefined
 */
export const outlastOutages = async (
  stage: Stage,
  name: NamedStore,
  home: string,
  times: number,
): Promise<(string | undefined)[]> => {
  const codes: (string | undefined)[] = [];
  const kinds = Object.entries(outages);
  for (const [kind, { settings, begin, end }] of kinds) {
    // As it is when nothing is set, but for the time that a store may keep silent.
    const core = stage.open({ maxAttempts: 5, timeout: 60, ...settings?.(stage) });
    await core.run("exist", { path: "there" });
    await begin(stage, name);
    const running = Array.from({ length: Math.ceil(times / kinds.length) }, (_, at) => {
      const all = eachOperation(`${kind}-${at}`, home);
      const [verb, values] = all[at % all.length] as (typeof all)[number];
      return outcomeOf(() => core.run(verb, values));
    });
    await pause(outage);
    await end(stage, name);
    codes.push(...(await Promise.all(running)));
  }
  return codes;
};
