import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the SDK looks for keys and settings besides what it is given. */
const cleared = /^AWS_/;

/** Runs with these environment variables, and none of AWS besides; puts all back after it. */
export const withEnvironment = async <T>(variables: Record<string, string>, run: () => Promise<T>): Promise<T> => {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (cleared.test(name)) delete process.env[name];
  // Nobody is to look for keys at the addresses of a cloud's machines.
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: "true" }, variables);
  try {
    return await run();
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  }
};

/** Runs with files in a directory of their own, by name; gives their paths. */
export const withFiles = async <T>(
  files: Record<string, string>,
  run: (path: (name: string) => string) => Promise<T>,
): Promise<T> => {
  const directory = await mkdtemp(join(tmpdir(), "amazon-s3-spec-"));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    return await run((name) => join(directory, name));
  } finally {
    await rm(directory, { recursive: true });
  }
};
