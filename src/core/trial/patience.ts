import type { ConnectionSettings } from "../connection-settings";
import { timerMs } from "../timer-ms";

/** Nobody looks at a form for longer than this, in seconds. */
const longest = 20;

/** Seconds that a form waits for one answer: the connection's timeout, but no longer than a person waits. */
export const patience = ({ timeout }: ConnectionSettings): number => Math.min(timeout, longest);

/** `signal`, or the end of the patience, if that comes first. */
export const withPatience = (settings: ConnectionSettings, signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(timerMs(patience(settings)))]);
