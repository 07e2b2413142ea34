import type { S3Server } from "../s3-server";

// A picture of 1 pixel.
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const day = (month: number) =>
  Array.from({ length: 28 }, (_, index) => `2026-0${month}-${String(index + 1).padStart(2, "0")},${(index * 7) % 31}`);

const objects: readonly [path: string, type: string, body: string | Buffer][] = [
  ["settings.json", "application/json", JSON.stringify({ colour: "blue", sizes: [1, 2, 3] }, null, 2)],
  ["photos/2026/sunrise.png", "image/png", pixel],
  ["photos/2026/harbour.png", "image/png", pixel],
  ["reports/2026/april.csv", "text/csv", ["day,sold", ...day(4)].join("\n")],
  ["reports/2026/may.csv", "text/csv", ["day,sold", ...day(5)].join("\n")],
  ["reports/2026/summary.json", "application/json", JSON.stringify({ months: ["april", "may"] })],
  ["logs/door.log", "text/plain", "08:00 open\n18:30 closed\n"],
  ["logs/old/door.log", "text/plain", "08:10 open\n18:20 closed\n"],
];

/** Puts a few objects into the demo's bucket, for whoever wants to look around in it. */
export const seed = (server: S3Server, bucket: string, kept: boolean): void => {
  const readme = kept
    ? "This bucket is in the folder that `npm start -- --folder` was given, and stays there.\n"
    : "This bucket is in the memory of `npm start`, and gone when it ends.\n";
  server.put(bucket, "readme.txt", readme, { contentType: "text/plain" });
  for (const [path, contentType, body] of objects) server.put(bucket, path, body, { contentType });
};
