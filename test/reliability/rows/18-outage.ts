import { setTimeout as pause } from "node:timers/promises";
import type { Core } from "../../support/context";
import { outcomeOf } from "../../support/outcome";
import { withFolder } from "../../support/with-folder";
import type { Row } from "../row";
import { shown } from "../shown";
import type { Stage } from "../stage";

const outage = 5000;

type Work = (core: Core, path: string, home: string) => Promise<unknown>;

const works: readonly Work[] = [
  (core, path) => core.run("create", { path }),
  (core, path) => core.run("delete", { path, ifMissing: "ignore" }),
  (core, path, home) => core.run("download", { path: "there", target: `${home}/${path}` }),
  (core) => core.run("exist", { path: "there" }),
  (core) => core.run("list", { path: "/" }),
  (core, path) => core.run("purge", { path: `${path}/`, force: true }),
  (core) => core.run("read", { path: "there" }),
  (core, path) => core.run("upload", { source: __filename, path }),
  (core, path) => core.run("write", { path, data: "x" }),
  (core, path) => core.run("write", { path, data: "x", overwrite: true }),
];

/** Begins an outage; gives what ends it. */
const outages: Readonly<Record<string, (stage: Stage) => Promise<() => Promise<void>>>> = {
  async refused({ proxy }) {
    await proxy.refuse();
    return () => proxy.accept();
  },
  async reset({ proxy }) {
    proxy.setPlan(() => ({ reset: true }));
    return async () => proxy.setPlan(undefined);
  },
  async "503"({ proxy }) {
    proxy.setPlan(() => ({ error: { code: "ServiceUnavailable", status: 503 }, handle: false }));
    return async () => proxy.setPlan(undefined);
  },
};

export const row: Row = {
  number: 18,
  hazard: "the store is gone for 5 s: connections are refused or reset, or all is answered with 503",
  required: "retried with a budget of seconds: recovered after 5 s of outage: 100 % of idempotent operations",
  measure: (stage) =>
    withFolder("reliability-", async (home) => {
      await stage.store.put("bucket", "there", "A");
      const times = stage.count(600, 60);
      const codes: (string | undefined)[] = [];
      for (const [kind, begin] of Object.entries(outages)) {
        // As it is when nothing is set, but for the time that a store may keep silent.
        const core = stage.open({ maxAttempts: 5, timeout: 60 });
        await core.run("exist", { path: "there" });
        const end = await begin(stage);
        const running = Array.from({ length: Math.ceil(times / 3) }, (_, at) =>
          outcomeOf(() => (works[at % works.length] as Work)(core, `${kind}-${at}`, home)),
        );
        await pause(outage);
        await end();
        codes.push(...(await Promise.all(running)));
      }
      const lost = codes.filter((code) => code !== undefined);
      return {
        held: lost.length === 0,
        figure: `${shown(codes.length - lost.length)} of ${shown(codes.length)}${lost[0] ? `; ${[...new Set(lost)].join(", ")}` : ""}`,
      };
    }),
  mutants: [{ file: "src/core/retry.ts", from: "200 * 3 ** (attempts - 1)", to: "20 * 3 ** (attempts - 1)" }],
};
