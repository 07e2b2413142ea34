import type { Step } from "./compile";
import type { Edge } from "./pattern";

/** What stands beside a place in the text. */
type Beside = "nothing" | "word" | "other";

/** Where the automaton can be after what was read. */
interface State {
  /** Steps that may come next. */
  waiting: ArrayLike<number>;
  before: Beside;
  /** What was found out already: where a character leads, true where the expression has been found. */
  leads?: Map<string, State | true>;
}

/** States of more steps are hardly ever come to on two ways: to remember them costs more than it saves. */
const mostNamed = 64;

/** A text that comes to more new states than these hardly comes to one again. */
const mostNew = 100;

/** Ways between states, and steps that wait in them: beyond so many, all are forgotten. */
const mostRemembered = 100_000;

const holds = (edge: Edge, before: Beside, after: Beside): boolean => {
  switch (edge) {
    case "start":
      return before === "nothing";
    case "end":
      return after === "nothing";
    case "word":
      return (before === "word") !== (after === "word");
    case "noWord":
      return (before === "word") === (after === "word");
  }
};

/** Characters of which is remembered which tests they pass. */
const mostPoints = 2000;

const [passed, notPassed] = [1, 2];

/** Rounds are counted in 32 bits. */
const lastRound = 2 ** 31 - 1;

/** Kinds of steps, as numbers: they are walked over millions of times. */
const [takes, goes, isFound, edgeKinds] = [0, 1, 2, 3];
const edges: readonly Edge[] = ["start", "end", "word", "noWord"];

/** Tells which tests a character passes, by their numbers: each is made once for a character. */
const createTests = (tests: readonly ((point: string) => boolean)[]) => {
  const points = new Map<string, Uint8Array>();
  return {
    /** 0 where a test was not made yet. */
    of(point: string): Uint8Array {
      const known = points.get(point);
      if (known) return known;
      if (points.size >= mostPoints) points.clear();
      const results = new Uint8Array(tests.length);
      points.set(point, results);
      return results;
    },
    make: (test: number, point: string): number => (tests[test]?.(point) ? passed : notPassed),
  };
};

/** The automaton for one character after the other; `true` where the expression has been found. */
const createWalk = (steps: readonly Step[]) => {
  // In arrays of numbers, which are walked many times as fast as the steps themselves.
  const tests: ((point: string) => boolean)[] = [];
  const kinds = new Uint8Array(steps.length);
  const testOf = new Int32Array(steps.length);
  /** Where the numbers of the steps that follow a step begin in `ways`; they end where those of the next begin. */
  const begins = new Int32Array(steps.length + 1);
  const list: number[] = [];
  for (const [at, step] of steps.entries()) {
    begins[at] = list.length;
    if ("one" in step) {
      const known = tests.indexOf(step.one);
      testOf[at] = known < 0 ? tests.push(step.one) - 1 : known;
      kinds[at] = takes;
      list.push(step.next);
    } else if ("either" in step) {
      kinds[at] = goes;
      list.push(...step.either);
    } else if ("edge" in step) {
      kinds[at] = edgeKinds + edges.indexOf(step.edge);
      list.push(step.next);
    } else kinds[at] = isFound;
  }
  begins[steps.length] = list.length;
  const ways = Int32Array.from(list);
  const { of: testsOf, make } = createTests(tests);
  /** The round in which a step was come to last, and in which a character led to it. */
  const seen = new Int32Array(steps.length);
  const led = new Int32Array(steps.length);
  const todo = new Int32Array(steps.length + 1);
  const here = new Int32Array(steps.length);
  const there = new Int32Array(steps.length);
  /** Whether a step of each kind is gone over without a character. */
  const open = new Uint8Array(edgeKinds + edges.length);
  open[goes] = 1;
  let round = 0;
  let count = 0;

  /** Fills `here` with the steps that take a character and are reached without one. */
  const reach = (waiting: ArrayLike<number>, before: Beside, after: Beside): boolean => {
    if (round === lastRound) {
      seen.fill(0);
      led.fill(0);
      round = 0;
    }
    round++;
    count = 0;
    for (let edge = 0; edge < edges.length; edge++) {
      open[edgeKinds + edge] = holds(edges[edge] as Edge, before, after) ? 1 : 0;
    }
    let left = 0;
    // The expression may begin at each character.
    todo[left++] = steps.length - 1;
    seen[steps.length - 1] = round;
    for (let index = 0; index < waiting.length; index++) {
      const at = waiting[index] as number;
      if (seen[at] === round) continue;
      seen[at] = round;
      if (kinds[at] === takes) here[count++] = at;
      else todo[left++] = at;
    }
    while (left > 0) {
      const at = todo[--left] as number;
      const kind = kinds[at] as number;
      if (kind === isFound) return true;
      if (open[kind] === 1) {
        const end = begins[at + 1] as number;
        for (let way = begins[at] as number; way < end; way++) {
          const to = ways[way] as number;
          if (seen[to] === round) continue;
          seen[to] = round;
          if (kinds[to] === takes) here[count++] = to;
          else todo[left++] = to;
        }
      }
    }
    return false;
  };

  /** Whether the steps to which the character of this round has led are these, in whatever order. */
  const isSame = (waiting: ArrayLike<number>, length: number): boolean => {
    if (waiting.length !== length) return false;
    for (let index = 0; index < length; index++) if (led[waiting[index] as number] !== round) return false;
    return true;
  };

  return {
    /** Whether it ends here. */
    ends: (waiting: ArrayLike<number>, before: Beside): boolean => reach(waiting, before, "nothing"),
    /** Gives `waiting` itself where the character leads to the same steps. */
    take(waiting: ArrayLike<number>, before: Beside, point: string, after: Beside): ArrayLike<number> | true {
      if (reach(waiting, before, after)) return true;
      const results = testsOf(point);
      let next = 0;
      for (let index = 0; index < count; index++) {
        const at = here[index] as number;
        const to = ways[begins[at] as number] as number;
        if (led[to] === round) continue;
        const test = testOf[at] as number;
        if (results[test] === 0) results[test] = make(test, point);
        if (results[test] !== passed) continue;
        led[to] = round;
        there[next++] = to;
      }
      return isSame(waiting, next) ? waiting : there.slice(0, next);
    },
  };
};

/**
 * Whether an expression is found in a text. Each character of the text is looked at once, with each step once at most:
 * whatever the expression is, twice the text takes twice the time.
 */
export const createMatcher = (steps: readonly Step[], flags: string): ((text: string) => boolean) => {
  const walk = createWalk(steps);
  const word = new RegExp("^\\w$", flags);
  const states = new Map<string, State>();
  const none = new Int32Array(0);
  let remembered = 0;
  let fresh = 0;

  const stateOf = (waiting: ArrayLike<number>, before: Beside): State => {
    if (waiting.length > mostNamed || fresh > mostNew) return { waiting, before };
    const name = `${before} ${Array.prototype.join.call(waiting)}`;
    const known = states.get(name);
    if (known) return known;
    const state: State = { waiting, before, leads: new Map() };
    states.set(name, state);
    fresh++;
    remembered += waiting.length;
    return state;
  };

  const lead = (state: State, point: string): State | true => {
    const after: Beside = word.test(point) ? "word" : "other";
    const next = walk.take(state.waiting, state.before, point, after);
    // What repeats comes to where it was, however many steps that are.
    if (next === state.waiting && after === state.before) {
      state.leads ??= new Map();
      state.leads.set(point, state);
      remembered++;
      return state;
    }
    const found = next === true || stateOf(next, after);
    if (state.leads && (found === true || found.leads)) {
      state.leads.set(point, found);
      remembered++;
    }
    return found;
  };

  return (text) => {
    if (remembered > mostRemembered) {
      states.clear();
      remembered = 0;
    }
    fresh = 0;
    let state = stateOf(none, "nothing");
    for (const point of text) {
      const next = state.leads?.get(point) ?? lead(state, point);
      if (next === true) return true;
      state = next;
    }
    return walk.ends(state.waiting, state.before);
  };
};
