import { setTimeout as pause } from "node:timers/promises";
import { eachOperation, type Verb } from "./each-operation";
import type { NamedStore } from "./named-store";
import { byName } from "./outages";
import type { Stage } from "./stage";

/** Far longer than anything here may take. */
const forever = 30_000;

/** Their first request is a HEAD, whose refusal has no body: the status alone says what it was. */
const byHead: readonly Verb[] = ["delete", "download", "exist"];

interface Expected {
  code: RegExp;
  /** What the text says: the cause, and what to do. */
  text: RegExp;
}

interface Cause {
  settings?: (stage: Stage) => object;
  begin(stage: Stage, name: NamedStore): void;
  end(stage: Stage, name: NamedStore): void;
  expected(verb: Verb): Expected;
}

const causes: Readonly<Record<string, Cause>> = {
  "an expired token": {
    begin: ({ proxy }) => proxy.setPlan(() => ({ error: { code: "ExpiredToken", status: 400 } })),
    end: ({ proxy }) => proxy.setPlan(undefined),
    expected: (verb) =>
      byHead.includes(verb)
        ? { code: /^BadRequest$/, text: /does not say why\. Check .*the session token \(it may have expired\)/ }
        : {
            code: /^ExpiredToken$/,
            text: /the session token has expired\. Get new temporary keys, and fill in all three/,
          },
  },
  "a name that is not found": {
    settings: byName,
    begin(_stage, name) {
      name.isKnown = false;
    },
    end(_stage, name) {
      name.isKnown = true;
    },
    expected: () => ({
      code: /^(ENOTFOUND|EAI_AGAIN)$/,
      text: /the name of the store cannot be resolved\. Check the endpoint, .* and the network's DNS/,
    }),
  },
};

export interface ToldInWords {
  errors: number;
  /** What hung, did not fail, or failed with another code or text. */
  wrong: string[];
}

/** Has every operation meet what does not pass, and looks at what it says of it. */
export const tellInWords = async (
  stage: Stage,
  name: NamedStore,
  home: string,
  rounds: number,
): Promise<ToldInWords> => {
  const told: ToldInWords = { errors: 0, wrong: [] };
  for (const [cause, { settings, begin, end, expected }] of Object.entries(causes)) {
    begin(stage, name);
    for (let round = 0; round < rounds; round++) {
      const core = stage.open({ maxAttempts: 2, timeout: 10, ...settings?.(stage) });
      const fail = async (verb: Verb, values: object): Promise<void> => {
        const { code, text } = expected(verb);
        const error = await Promise.race([
          core.failure(verb, values).catch((wrong: Error) => ({ code: "none", message: wrong.message })),
          pause(forever, { code: "none", message: "it hangs" }, { ref: false }),
        ]);
        if (code.test(error.code) && text.test(error.message)) told.errors++;
        else told.wrong.push(`${verb}, ${cause}: ${error.code}, ${error.message}`);
      };
      await Promise.all(eachOperation(`untold-${round}`, home).map(([verb, values]) => fail(verb, values)));
    }
    end(stage, name);
  }
  return told;
};
