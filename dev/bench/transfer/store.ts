/** startStore: a server by name; the embedded one in a process of its own, since it is no part of what is measured. */
import { fork } from "node:child_process";
import { bootEmbedded } from "../../servers/embedded";
import { type BootedServer, bootServer, type ServerName } from "../../servers/servers";

export const startStore = (name: ServerName): Promise<BootedServer> => {
  if (name !== "embedded") return bootServer(name);
  return new Promise((resolve, reject) => {
    const child = fork(__filename, [], { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    child.once("message", (told) => {
      const down = (): Promise<void> =>
        new Promise((ended) => {
          child.removeAllListeners("exit");
          child.once("exit", () => ended());
          child.disconnect();
        });
      resolve({ name, ...(told as Omit<BootedServer, "name" | "down">), down });
    });
  });
};

const serve = async (): Promise<void> => {
  const { endpoint, accessKey, secretKey, region, bucket } = await bootEmbedded();
  process.send?.({ endpoint, accessKey, secretKey, region, bucket });
  process.once("disconnect", () => process.exit());
};

if (require.main === module) void serve();
