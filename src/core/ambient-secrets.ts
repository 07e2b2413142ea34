import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Longer files hold other things. */
const longest = 256 * 1024;

/** Sign-ins of one machine. */
const mostFiles = 100;

const textOf = async (path: string | undefined): Promise<string> => {
  const text = path ? await readFile(path, "utf8").catch(() => "") : "";
  return text.length > longest ? "" : text;
};

/** A command that gives keys may be told a password, and stands in the error of one that fails. */
const isSecret = (name: string): boolean => /token|secret|key$|^credential_process$/i.test(name);

/**
 * Whether a value is as long as a key where a word belongs, such as the name of another profile: then it is one that was
 * written into the wrong line, and stands in the error that there is no such profile. ARNs and URLs have a colon.
 */
const isMisplaced = ({ name, value }: { name: string; value: string }): boolean =>
  !/_file$|^ca_bundle$/i.test(name) && /^[^\s:]{30,}$/.test(value);

/** A key of several lines may be told in part. */
const linesOf = (secret: string): string[] => [
  secret,
  ...secret.split(/\r?\n/).filter((line) => line !== secret && !line.startsWith("-----")),
];

/** What a file of the SDK's says, each with and without what may be a comment: which of both is meant, its readers decide. */
const settingsOf = (text: string): { name: string; value: string }[] =>
  [...text.matchAll(/^[ \t]*(\w+)[ \t]*=[ \t]*(\S.*)$/gm)].flatMap(([, name = "", value = ""]) => {
    const whole = value.trim();
    const comment = /(^|\s)[#;]/.exec(whole);
    return [whole, ...(comment ? [whole.slice(0, comment.index).trimEnd()] : [])].map((one) => ({ name, value: one }));
  });

/** Of a sign-in in the browser: `aws sso login`, `aws login`. */
const ofSignIns = async (folder: string): Promise<string[]> => {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json")).slice(0, mostFiles);
  const found: string[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === "string" && isSecret(name)) found.push(...linesOf(inner));
      else look(inner);
    }
  };
  for (const name of names) {
    const text = await textOf(join(folder, name));
    try {
      look(JSON.parse(text));
    } catch {
      // Not one of them.
    }
  }
  return found;
};

/**
 * What the SDK reads off the machine by itself to ask for keys with: a service that refuses it may tell it back, and then
 * it stands in an error that this package has never seen the request of.
 */
export const ambientSecrets = async (): Promise<string[]> => {
  const { env } = process;
  const home = join(env.HOME ?? env.USERPROFILE ?? homedir(), ".aws");
  const profiles = [
    await textOf(env.AWS_CONFIG_FILE ?? join(home, "config")),
    await textOf(env.AWS_SHARED_CREDENTIALS_FILE ?? join(home, "credentials")),
  ].join("\n");
  const settings = settingsOf(profiles);
  const files = settings.filter(({ name }) => name === "web_identity_token_file").map(({ value }) => value);
  const read = [...files, env.AWS_WEB_IDENTITY_TOKEN_FILE, env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE].map(textOf);
  return [
    env.AWS_CONTAINER_AUTHORIZATION_TOKEN ?? "",
    env.AWS_SECRET_ACCESS_KEY ?? "",
    env.AWS_SESSION_TOKEN ?? "",
    ...settings
      .filter((one) => (isSecret(one.name) && !one.name.endsWith("_file")) || isMisplaced(one))
      .map(({ value }) => value),
    ...(await Promise.all(read)).map((text) => text.trim()),
    ...(await ofSignIns(join(home, "sso", "cache"))),
    ...(await ofSignIns(env.AWS_LOGIN_CACHE_DIRECTORY || join(home, "login", "cache"))),
  ].filter((secret) => secret !== "");
};
