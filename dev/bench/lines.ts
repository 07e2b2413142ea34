/** The slow lines of a benchmark, in a process of its own. */
import { fork } from "node:child_process";
import { type Slowness, startSlowLine } from "../slow-line";

/** Starts a line to an endpoint on this machine; resolves with the endpoint at its other end. */
export const startLine = (endpoint: string, slowness: Slowness): Promise<{ endpoint: string; close(): void }> =>
  new Promise((resolve, reject) => {
    const child = fork(__filename, [new URL(endpoint).port, JSON.stringify(slowness)], { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the line ended with ${code}`)));
    child.once("message", (told) => resolve({ endpoint: told as string, close: () => child.disconnect() }));
  });

const serve = async (): Promise<void> => {
  const line = await startSlowLine(Number(process.argv[2]), JSON.parse(process.argv[3] ?? "{}"));
  process.send?.(line.endpoint);
  process.once("disconnect", () => process.exit());
};

if (require.main === module) void serve();
