import { type Connection, createConnection } from "../connection";
import type { ConnectionSettings } from "../connection-settings";
import { patience, withPatience } from "./patience";

/**
 * Asks something for a form: in one attempt, and for no longer than a person waits.
 * @param signal ends it earlier
 */
export const withConnection = async <T>(
  settings: ConnectionSettings,
  signal: AbortSignal,
  ask: (connection: Connection, signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const connection = createConnection({ ...settings, maxAttempts: 1, timeout: patience(settings) });
  try {
    return await ask(connection, withPatience(settings, signal));
  } finally {
    await connection.close();
  }
};
