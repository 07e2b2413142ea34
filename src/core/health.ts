import type { Outcome } from "./attempt-outcome";

/** How it stands with a connection as a whole. */
export interface Condition {
  /**
   * `throttled`: the store asks to slow down, again and again. `refused`: it takes nothing, since keys, token or clock are
   * wrong. `offline`: it is not reached, or has nothing but faults of its own.
   */
  state: "connected" | "throttled" | "refused" | "offline";
  /** What it was told by; undefined while connected. */
  code?: string;
  /** How long the state before has lasted, in ms, whatever it was told by. */
  after: number;
}

/** What an attempt was. */
export interface Attempt {
  /** When it began, by `performance.now()`. */
  began: number;
  /** Path of what was asked for, in the URL. */
  what: string;
  /** It is of work that sends fewer at a time by itself when it is throttled. */
  isPaced: boolean;
}

/** Draws from the ends of attempts how it stands with a connection. */
export interface Health {
  readonly condition: Condition;
  take(outcome: Outcome | undefined, attempt: Attempt): void;
  /** Calls `changed` at each change of the state, or of what it is told by, until the result is called. */
  watch(changed: (condition: Condition) => void): () => void;
  /** From here on nothing changes. */
  close(): void;
}

/** One that fails among many is no state: it takes so many in a row, and so many ms from the first to the last. */
const [inARow, apart] = [3, 1000];

/** So many ms after a good answer, a state is over unless the last attempt has failed again. */
const calm = 1000;

/** For so many ms after a good answer, one refusal may be that of a single request. */
const recent = 10_000;

/** Without a throttled answer for so many ms, nobody is throttled. */
const lull = 10_000;

/** The same outcome, again and again. */
const createRow = () => {
  let count = 0;
  let since = 0;
  let first = "";
  let several = false;
  return {
    /** @returns whether it is a state by now */
    add(at: number, what = ""): boolean {
      if (count++ === 0) [since, first, several] = [at, what, false];
      several ||= what !== first;
      return count >= inARow && performance.now() - since >= apart;
    },
    get begun() {
      return count > 0;
    },
    /** Not all were of the same object. */
    get isOfSeveral() {
      return several;
    },
    end() {
      count = 0;
    },
  };
};

/** @param mayPass whether a refusal with this code may be over with the next attempt, since something sets it right */
export const createHealth = (mayPass: (code: string | undefined) => boolean = () => false): Health => {
  let condition: Condition = { state: "connected", after: 0 };
  let since = performance.now();
  let lastGood = Number.NEGATIVE_INFINITY;
  let lastReached = Number.NEGATIVE_INFINITY;
  let calming: NodeJS.Timeout | undefined;
  let lulling: NodeJS.Timeout | undefined;
  let closed = false;
  const watchers = new Set<(condition: Condition) => void>();
  const [unreached, refused, throttled, pacedInVain] = [createRow(), createRow(), createRow(), createRow()];
  /** The same state, by another code than it is told by: one and the same, without the old one between. */
  const otherwise = createRow();
  let otherCode: string | undefined;

  const excite = (): void => {
    clearTimeout(calming);
    calming = undefined;
  };
  const set = (next: Condition): void => {
    condition = next;
    otherwise.end();
    for (const changed of [...watchers]) changed(next);
  };
  const become = (state: Condition["state"], code?: string): void => {
    excite();
    if (closed) return;
    const now = performance.now();
    if (state !== condition.state) {
      const after = now - since;
      since = now;
      set({ state, ...(code === undefined ? {} : { code }), after });
    } else if (code !== condition.code && code !== undefined) {
      if (code !== otherCode) otherwise.end();
      otherCode = code;
      if (otherwise.add(now)) set({ ...condition, code });
    } else otherwise.end();
  };
  const calmDown = (): void => {
    const { state } = condition;
    if (state !== "offline" && state !== "refused") return;
    calming ??= setTimeout(() => {
      calming = undefined;
      // What failed since may be the beginning of more: the next good answer begins the time anew.
      if (!unreached.begun && !(state === "refused" && refused.begun)) become("connected");
    }, calm).unref();
  };
  const reached = (): void => {
    lastReached = performance.now();
    unreached.end();
    if (condition.state === "offline") calmDown();
  };

  return {
    get condition() {
      return condition;
    },
    take(outcome, { began, what, isPaced }) {
      if (closed || !outcome) return;
      const { kind, code } = outcome;
      const now = performance.now();
      if (kind === "unreached") {
        // One that has waited all along tells of all that time, as far as nothing else was answered.
        const isLong = unreached.add(code === "Timeout" ? Math.max(began, lastReached) : now, what);
        if (isLong && (!outcome.alone || unreached.isOfSeveral)) become("offline", code);
        return;
      }
      reached();
      if (kind === "good") {
        refused.end();
        pacedInVain.end();
        lastGood = now;
        calmDown();
      } else if (kind === "refused") {
        const isLong = refused.add(now, what);
        // Of keys that were taken once, it is no proof.
        const mayBeAlone = outcome.alone && lastGood > Number.NEGATIVE_INFINITY;
        // A clock that is wrong is set right by the SDK, which goes by the store's from then on.
        const isSure = code !== "RequestTimeTooSkewed" && !mayPass(code) && now - lastGood > recent;
        if (mayBeAlone ? isLong && refused.isOfSeveral : isLong || isSure) become("refused", code);
      } else if (kind === "throttled") {
        // What finds its pace is throttled now and then, and is well.
        const isState = (isPaced ? pacedInVain : throttled).add(now);
        if (isPaced && !isState) return;
        clearTimeout(lulling);
        lulling = setTimeout(() => {
          throttled.end();
          pacedInVain.end();
          if (condition.state === "throttled") become("connected");
        }, lull).unref();
        if (isState) become("throttled", code);
      }
    },
    watch(changed) {
      watchers.add(changed);
      return () => void watchers.delete(changed);
    },
    close() {
      closed = true;
      excite();
      clearTimeout(lulling);
      watchers.clear();
    },
  };
};
