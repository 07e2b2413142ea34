import type { Step } from "./compile";
import type { Edge } from "./pattern";

/** What stands beside a place in the text. */
type Beside = "nothing" | "word" | "other";

/** Where the automaton can be after what was read. */
interface State {
  /** Steps that may come next. */
  waiting: readonly number[];
  before: Beside;
  /** What was found out already: where a character leads, true where the expression has been found. */
  leads?: Map<string, State | true>;
}

/** States of more steps are hardly ever come to on two ways: to remember them costs more than it saves. */
const mostNamed = 64;

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

/** The automaton for one character after the other; `true` where the expression has been found. */
const createWalk = (steps: readonly Step[]) => {
  // In arrays of numbers, which are walked many times as fast as the steps themselves.
  const tests: ((point: string) => boolean)[] = [];
  const testOf = new Int32Array(steps.length).fill(-1);
  const nextOf = new Int32Array(steps.length).fill(-1);
  for (const [at, step] of steps.entries()) {
    if (!("one" in step)) continue;
    const known = tests.indexOf(step.one);
    testOf[at] = known < 0 ? tests.push(step.one) - 1 : known;
    nextOf[at] = step.next;
  }
  /** The round in which a step was come to last, or a test was made. */
  const seen = new Float64Array(steps.length);
  const tested = new Float64Array(tests.length);
  const meant = new Uint8Array(tests.length);
  const todo = new Int32Array(steps.length);
  const here = new Int32Array(steps.length);
  let round = 0;
  let count = 0;

  /** Fills `here` with the steps that take a character and are reached without one. */
  const reach = (waiting: readonly number[], before: Beside, after: Beside): boolean => {
    round++;
    count = 0;
    let left = 0;
    const come = (at: number): void => {
      if (seen[at] === round) return;
      seen[at] = round;
      todo[left++] = at;
    };
    for (const at of waiting) come(at);
    // The expression may begin at each character.
    come(steps.length - 1);
    while (left > 0) {
      const at = todo[--left] as number;
      if ((testOf[at] as number) >= 0) {
        here[count++] = at;
        continue;
      }
      const step = steps[at] as Step;
      if ("found" in step) return true;
      if ("either" in step) for (const one of step.either) come(one);
      else if ("edge" in step && holds(step.edge, before, after)) come(step.next);
    }
    return false;
  };

  return {
    /** Whether it ends here. */
    ends: (waiting: readonly number[], before: Beside): boolean => reach(waiting, before, "nothing"),
    take(waiting: readonly number[], before: Beside, point: string, after: Beside): number[] | true {
      if (reach(waiting, before, after)) return true;
      round++;
      const next: number[] = [];
      for (let index = 0; index < count; index++) {
        const at = here[index] as number;
        const to = nextOf[at] as number;
        if (seen[to] === round) continue;
        const test = testOf[at] as number;
        if (tested[test] !== round) {
          tested[test] = round;
          meant[test] = tests[test]?.(point) ? 1 : 0;
        }
        if (meant[test] === 0) continue;
        seen[to] = round;
        next.push(to);
      }
      return next;
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
  let remembered = 0;

  const stateOf = (waiting: number[], before: Beside): State => {
    if (waiting.length > mostNamed) return { waiting, before };
    const name = `${before} ${waiting.join()}`;
    const known = states.get(name);
    if (known) return known;
    const state: State = { waiting, before, leads: new Map() };
    states.set(name, state);
    remembered += waiting.length;
    return state;
  };

  const lead = (state: State, point: string): State | true => {
    const after: Beside = word.test(point) ? "word" : "other";
    const next = walk.take(state.waiting, state.before, point, after);
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
    let state = stateOf([], "nothing");
    for (const point of text) {
      const next = state.leads?.get(point) ?? lead(state, point);
      if (next === true) return true;
      state = next;
    }
    return walk.ends(state.waiting, state.before);
  };
};
