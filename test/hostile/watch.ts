import { Socket } from "node:net";

/** Where nobody listens. */
const closedPort = 9;

/** Where objects inherit from: nothing may ever be put there. */
const prototypes = [Object, Array, String, Number, Boolean, Function, Error, Promise, Map, Buffer].map(
  ({ prototype }) => prototype as object,
);

/** Of Node.js: a timer that it cannot have, which ends at once, and somebody who listens ever more often. */
const warnings = /^(Timeout\w+|MaxListenersExceeded)Warning$/;

/** What stands in them now. */
export const snapshot = (): string => JSON.stringify(prototypes.map((one) => Reflect.ownKeys(one).map(String)));

/**
 * Watches this process for what must not happen, whatever it is given.
 * @param allowed hosts with ports
 * @param expected hosts that are asked for as somebody has said: they are not reached, and that is no trouble
 */
export const watchProcess = (allowed: () => readonly string[], expected: (host: string) => boolean = () => false) => {
  const before = snapshot();
  const troubles: string[] = [];
  const onRejection = (error: unknown): void =>
    void troubles.push(`unhandled rejection: ${(error as Error)?.stack ?? error}`);
  const onException = (error: unknown): void =>
    void troubles.push(`uncaught exception: ${(error as Error)?.stack ?? error}`);
  const onWarning = ({ name, message }: Error): void => {
    if (warnings.test(name)) troubles.push(`${name}: ${message}`);
  };
  process.on("warning", onWarning);
  process.on("unhandledRejection", onRejection);
  process.on("uncaughtException", onException);
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (this: Socket, ...args: never[]) {
    // As node:net calls itself: an array with the options first.
    const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
    const { host = "localhost", port, path } = first as { host?: string; port?: number; path?: string };
    const where = path ?? `${host}:${port}`;
    if (!allowed().includes(where)) {
      if (!expected(host)) troubles.push(`a connection to ${where}`);
      // Refused by this machine: TLS does not understand a socket that is destroyed before it is connected.
      Object.assign(first as object, { host: "127.0.0.1", port: closedPort, path: undefined });
    }
    return connect.apply(this, args as never);
  } as never;
  return {
    /** @throws Error for anything that has happened since it was last asked */
    check(): void {
      if (snapshot() !== before) troubles.push("something was put into a prototype");
      if (troubles.length > 0) throw new Error(troubles.splice(0).join("\n"));
    },
    stop(): void {
      Socket.prototype.connect = connect;
      process.off("warning", onWarning);
      process.off("unhandledRejection", onRejection);
      process.off("uncaughtException", onException);
    },
  };
};
