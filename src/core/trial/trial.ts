import type { Connection } from "../connection";
import type { ConnectionSettings } from "../connection-settings";
import { codeOf } from "../to-error";
import { type Finding, finding, type Step } from "./finding";

/** What came of a request; a trial throws nothing. */
export type Outcome<T> = { answer: T; error?: undefined } | { answer?: undefined; error: Error };

export const outcome = <T>(sent: Promise<T>): Promise<Outcome<T>> =>
  sent.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error: error instanceof Error ? error : new Error(String(error)) }),
  );

/** One trial: what it asks with, and what it has found. */
export interface Trial {
  settings: ConnectionSettings;
  connection: Connection;
  signal: AbortSignal;
  found: Map<Step, Finding>;
}

/** In the store's words, without anything secret. */
export const said = ({ connection }: Trial, error: unknown): { code: string; said: string } => {
  const code = connection.redact(codeOf(error));
  const { message } = (error ?? {}) as { message?: unknown };
  const text = typeof message === "string" ? (connection.redact(message).trim().split("\n")[0] ?? "") : "";
  return { code, said: text === code || /UnknownError/.test(text) ? "" : text.slice(0, 300) };
};

/** Keeps what was found; a later finding of a step takes the place of an earlier one. */
export const note = ({ found }: Trial, ...told: Parameters<typeof finding>): void =>
  void found.set(told[0], finding(...told));
