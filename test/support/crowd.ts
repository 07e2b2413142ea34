import type { S3Server } from "../../dev/s3-server";

/**
 * Keeps requests waiting until `most` of them are in flight, however slow the machine is, and a while longer, so that
 * one too many would be seen. Gives up after seconds. Call the result to take it away.
 */
export const crowd = (server: S3Server, most: number): (() => void) => {
  let reached = false;
  return server.hook(async () => {
    const limit = Date.now() + 5000;
    while (!reached && Date.now() < limit) {
      reached = server.inFlight >= most;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    reached = true;
    return { delay: 10 };
  });
};
