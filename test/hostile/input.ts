import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { bucketParameter } from "../../src/core/bucket";
import { operations } from "../../src/operations";
import { deployFlow, type Flow } from "./flow";
import { judgeEnding, judgeRequests } from "./judge";
import { anyHostile, type HostileValue, hostileValues } from "./values";
import { watchProcess } from "./watch";

/** Messages under way at a time. */
const width = 24;

/** After so many it is looked at what else has happened. */
const together = 240;

/** Far down in a folder of our own, so that no `..` leads out of it. */
export const makeHome = () => {
  const root = mkdtempSync(join(tmpdir(), "hostile-"));
  const home = join(root, ...Array.from({ length: 12 }, (_, level) => String(level)));
  mkdirSync(join(home, "source", "below"), { recursive: true });
  for (const name of ["a.txt", join("below", "b.txt")]) writeFileSync(join(home, "source", name), name);
  return { home, remove: () => rmSync(root, { recursive: true, force: true }) };
};

/** What each operation is given where it is not hostile. */
export const goodValues = (home: string): Record<string, Record<string, unknown>> => ({
  create: { path: "made" },
  delete: { path: "there/a", ifMissing: "ignore" },
  download: { path: "there/", target: join(home, "target") },
  exist: { path: "there/a" },
  list: { path: "there" },
  purge: { path: "there" },
  read: { path: "there/a" },
  upload: { source: join(home, "source"), path: "up/" },
  write: { path: "made/written", data: "x" },
});

/** One operation with hostile values for some of its parameters. */
export interface Attack {
  label: string;
  values: Readonly<Record<string, HostileValue>>;
}

export const shownAttack = ({ label, values }: Attack): string =>
  `${label} with ${Object.entries(values)
    .map(([name, { name: value }]) => `${name} ${value}`)
    .join(", ")}`;

export const parametersOf = (label: string): string[] => {
  const { parameters } = operations.find((one) => one.label === label) as (typeof operations)[number];
  return Object.keys({ ...parameters, bucket: bucketParameter });
};

/** Each parameter of each operation with each value. */
export const eachAttack = (): Attack[] =>
  operations.flatMap(({ label }) =>
    parametersOf(label).flatMap((name) => hostileValues.map((value) => ({ label, values: { [name]: value } }))),
  );

/** Several parameters of any operation at once. */
export const anyAttack: fc.Arbitrary<Attack> = fc.constantFrom(...operations.map(({ label }) => label)).chain((label) =>
  fc
    .dictionary(fc.constantFrom(...parametersOf(label)), anyHostile, {
      minKeys: 1,
      maxKeys: 4,
      noNullPrototype: true,
    })
    .map((values) => ({ label, values })),
);

/** Paths on the disk stay in our folder, whatever they are. */
export const confined = (home: string, name: string, value: unknown): unknown =>
  (name === "target" || name === "source") && typeof value === "string" && value !== "" ? `${home}/${value}` : value;

export interface Range {
  /**
   * Several side by side.
   * @returns how they ended
   * @throws Error that says what went wrong
   */
  attackAll(attacks: readonly Attack[]): Promise<string[]>;
  close(): Promise<void>;
}

/** What the values that are not hostile mean. */
export const seed = (s3: S3Server): void => void s3.seed("bucket", ["there/a", "there/b", "there/c/d"], "x");

/** A node for each operation, that takes everything from the message. */
export const openRange = async (): Promise<Range> => {
  const s3 = await startS3Server({ buckets: ["bucket"], logLimit: 5000 });
  const { home, remove } = makeHome();
  const good = goodValues(home);
  const nodes = operations.map(({ label, type }) => ({
    id: label,
    type,
    ...Object.fromEntries(
      parametersOf(label).flatMap((name) => [
        [name, `payload.${name}`],
        [`${name}Type`, "msg"],
      ]),
    ),
  }));
  const watch = watchProcess(() => [`127.0.0.1:${s3.port}`]);
  const flow: Flow = await deployFlow(s3, home, nodes, { timeout: 5, maxAttempts: 2 });
  const attack = async (one: Attack): Promise<string> => {
    const values = Object.entries(one.values).map(([name, { make }]) => [name, confined(home, name, make())]);
    const ending = await flow.send(one.label, { payload: { ...good[one.label], ...Object.fromEntries(values) } });
    judgeEnding(ending);
    return ending.code ?? "success";
  };
  const checkAll = (): void => {
    watch.check();
    judgeRequests(s3);
    s3.clear();
  };
  return {
    async attackAll(attacks) {
      const ends: string[] = [];
      const failures: string[] = [];
      for (let at = 0; at < attacks.length && failures.length < 20; at += together) {
        seed(s3);
        const left = attacks.slice(at, at + together).values();
        const work = async (): Promise<void> => {
          for (const one of left) {
            try {
              ends.push(await attack(one));
            } catch (error) {
              failures.push(`${shownAttack(one)}: ${(error as Error).message}`);
            }
          }
        };
        await Promise.all(Array.from({ length: width }, work));
        try {
          checkAll();
        } catch (error) {
          const [first, last] = [attacks[at], attacks[Math.min(at + together, attacks.length) - 1]] as [Attack, Attack];
          failures.push(`from ${shownAttack(first)} to ${shownAttack(last)}: ${(error as Error).message}`);
        }
      }
      if (failures.length > 0) throw new Error(failures.join("\n      "));
      return ends;
    },
    async close() {
      await flow.close();
      watch.stop();
      await s3.close();
      remove();
    },
  };
};
