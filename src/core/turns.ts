import { createGate, type Gate } from "./gate";

/**
 * Runs work when all earlier work of the same name is done; work of other names runs side by side.
 * @throws the signal's reason, if it is aborted while the work waits
 */
export type Turns = <T>(name: string, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

export const createTurns = (): Turns => {
  const doors = new Map<string, { gate: Gate; users: number }>();
  return async (name, signal, work) => {
    const door = doors.get(name) ?? { gate: createGate(1), users: 0 };
    doors.set(name, door);
    door.users++;
    try {
      const leave = await door.gate.enter(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    } finally {
      if (--door.users === 0) doors.delete(name);
    }
  };
};
