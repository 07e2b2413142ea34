import { type Connection, createConnection } from "../connection";
import type { ConnectionSettings } from "../connection-settings";

/** Nobody looks at a form for longer than this, in seconds. */
const patience = 20;

/**
 * Asks something for a form: in one attempt, and for no longer than a person waits.
 * @param signal ends it earlier
 */
export const withConnection = async <T>(
  settings: ConnectionSettings,
  signal: AbortSignal,
  ask: (connection: Connection, signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const timeout = Math.min(settings.timeout, patience);
  const connection = createConnection({ ...settings, maxAttempts: 1, timeout });
  try {
    return await ask(connection, AbortSignal.any([signal, AbortSignal.timeout(timeout * 1000)]));
  } finally {
    await connection.close();
  }
};
