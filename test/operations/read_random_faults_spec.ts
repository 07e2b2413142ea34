import "should";
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { randomFrom } from "../../dev/random";
import type { HookAction, RequestInfo } from "../../dev/s3-server/hooks";
import { download } from "../../src/core/download";
import { toS3Error } from "../../src/core/to-error";
import { openCore } from "../support/context";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useFreshServer } from "../support/server";

const MiB = 1024 * 1024;

/** `ROUNDS=2000 SEED=1 npx mocha …` for more of them, or the same again. */
const rounds = Number(process.env.ROUNDS) || 40;
const first = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);

onlyEmbedded(needsFaults, () => {
  describe("read in a network that fails at random", () => {
    const world = useFreshServer();
    const all = randomBytes(64 * MiB);
    /** Requests that a download has left over. */
    let left = 0;

    /** One download with faults of all kinds: gives all bytes, or an error after bytes that were right. */
    const round = async (seed: number): Promise<string> => {
      const random = randomFrom(seed);
      const below = (limit: number) => Math.floor(random() * limit);
      const chance = (share: number) => random() < share;
      const { s3 } = world;
      s3.hooks.length = 0;
      s3.clear();
      const size = chance(0.25) ? below(MiB) : 22 * MiB + below(18 * MiB);
      const offset = below(all.length - size);
      const whole = all.subarray(offset, offset + size);
      const checksum = (["CRC32", "SHA1", undefined] as const)[below(3)];
      s3.put("bucket", "object", whole, checksum ? { checksum } : {});

      const changes = chance(0.15);
      const changesAt = 1 + below(8);
      let faults = chance(0.2) ? 0 : 1 + below(6);
      let asked = 0;
      let changed = false;
      const fault = (): HookAction => {
        const most = 1 + below(Math.min(size, 5 * MiB));
        switch (below(7)) {
          case 0:
            return { cut: below(most) };
          case 1:
            return { stallAfter: below(most) };
          case 2:
            return { error: "SlowDown" };
          case 3:
            return { error: { code: "InternalError", status: 500 } };
          case 4:
            return { reset: true };
          case 5:
            return { drop: true };
          default:
            return { delay: below(80) };
        }
      };
      const rate = chance(0.85) ? 20e6 + below(25e6) : undefined;
      s3.hook((request: RequestInfo) => {
        if (request.operation !== "GetObject") return undefined;
        if (changes && request.headers["if-match"] && ++asked === changesAt) {
          changed = true;
          s3.put("bucket", "object", Buffer.alloc(size, "changed "));
        }
        const slow = rate === undefined ? {} : { rate };
        if (faults <= 0 || !chance(0.3)) return slow;
        faults--;
        return { ...slow, ...fault() };
      });

      const [from, to] = chance(0.3) && size > 1 ? [below(size / 8), size - 1 - below(size / 8)] : [0, size - 1];
      const range = from > 0 || to < size - 1 ? `bytes=${from}-${to}` : "";
      const expected = whole.subarray(from, to + 1);
      const leavesAt = chance(0.1) ? below(size + 1) : undefined;
      const lazy = chance(0.2);
      const handedOn = chance(0.5);
      const concurrency = chance(0.2) ? 1 + below(6) : 16;
      // A pause of the machine may look like a stall, and then costs an attempt.
      const core = openCore(s3, { maxAttempts: 12, timeout: 0.4, checksums: "always", concurrency });
      let length = 0;
      try {
        const {
          body,
          size: told,
          discard,
        } = await download(core.context, {
          key: "object",
          versionId: "",
          range,
          handedOn,
        });
        Number(told).should.equal(expected.length);
        for await (const chunk of body) {
          if (!chunk.equals(expected.subarray(length, length + chunk.length)))
            throw new Error(`wrong bytes after ${length}`);
          length += chunk.length;
          if (leavesAt !== undefined && length > leavesAt) discard();
          if (lazy && chance(0.05)) await pause(below(20));
        }
        if (leavesAt === undefined) length.should.equal(expected.length);
        return s3.maxInFlight > 2 ? "ranges" : "one answer";
      } catch (error) {
        const { code, message } = toS3Error(error, { operation: "read" });
        if (!changed || code !== "PreconditionFailed") throw new Error(`${code}: ${message}`, { cause: error });
        return "changed";
      } finally {
        // Sockets are closed in a turn of their own.
        for (let turn = 0; turn < 50 && core.connection.wire.underWay > 0; turn++) await pause(1);
        left = core.connection.wire.underWay;
        await core.close();
      }
    };

    it(`gives the bytes in order, or none of another object, in ${rounds} rounds, SEED=${first}`, async () => {
      const outcomes: Record<string, number> = {};
      for (let seed = first; seed < first + rounds; seed++) {
        const outcome = await round(seed).catch((error: Error) => {
          throw new Error(`SEED=${seed} ROUNDS=1: ${error.message}`, { cause: error });
        });
        left.should.equal(0, `requests left over, SEED=${seed} ROUNDS=1`);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
      if (rounds > 100) console.log(outcomes);
      // Or else the lines were too fast, and nothing was shown.
      if (rounds >= 40) Number(outcomes.ranges).should.be.above(rounds / 10);
    }).timeout(0);
  });
});
