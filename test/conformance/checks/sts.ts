/** Temporary keys: AssumeRole, and requests signed with what it gives. */
import { group } from "../check";
import type { Context } from "../context";
import { answered, holds, refused, refusedAs, same } from "../expect";
import { type RawReply, raw } from "../raw";
import type { Keys } from "../sign";
import { put } from "../stored";

const ASSUME = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html";
const USING = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html";
const ERRORS = "API/ErrorResponses.html";

/** AssumeRole of the server's role, by hand. Throws when the server has no STS. */
const asking = async (c: Context, more: Readonly<Record<string, string>> = {}): Promise<RawReply> => {
  holds(c.sts, "has no STS");
  const { endpoint, roleArn } = c.sts;
  const form = { Action: "AssumeRole", Version: "2011-06-15", RoleArn: roleArn, RoleSessionName: "conformance" };
  return raw(
    { ...c, endpoint },
    {
      method: "POST",
      path: "/",
      keys: { service: "sts" },
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      body: new URLSearchParams({ ...form, ...more }).toString(),
    },
  );
};

const session = async (
  c: Context,
  more?: Readonly<Record<string, string>>,
): Promise<Keys & { sessionToken: string }> => {
  const reply = await answered(asking(c, more), 200);
  const [accessKey, secretKey, sessionToken] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(reply.xml);
  holds(accessKey && secretKey && sessionToken, "AssumeRole gives no keys");
  return { accessKey, secretKey, sessionToken, region: c.region };
};

/** Changes a character in the middle of a token; it stays base64. */
const changed = (token: string): string => {
  const middle = Math.floor(token.length / 2);
  return `${token.slice(0, middle)}${token[middle] === "A" ? "B" : "A"}${token.slice(middle + 1)}`;
};

export const sts = group("sts", {
  "assume-role": [
    "AssumeRole gives keys, a token, and when they expire",
    ASSUME,
    async (c) => {
      const reply = await answered(asking(c, { DurationSeconds: "900" }), 200);
      for (const name of ["AccessKeyId", "SecretAccessKey", "SessionToken"])
        holds(reply.xml(name), `there is no ${name}`);
      const seconds = (Date.parse(reply.xml("Expiration") ?? "") - Date.now()) / 1000;
      holds(Math.abs(seconds - 900) < 300, `the keys expire in ${Math.round(seconds)} s, not in 900`);
      const arn = reply.xml("Arn");
      holds(arn?.endsWith("/conformance"), `the session's ARN is ${arn}`);
    },
  ],
  "keys-differ": [
    "each call gives other keys, none of them those that it was signed with",
    ASSUME,
    async (c) => {
      const [one, other] = [await session(c), await session(c)];
      same(new Set([one.accessKey, other.accessKey, c.accessKey]).size, 3, "the number of different access keys");
      same(new Set([one.secretKey, other.secretKey, c.secretKey]).size, 3, "the number of different secret keys");
    },
  ],
  "keys-work": [
    "requests signed with these keys and their token are answered, in headers and in presigned URLs",
    USING,
    async (c) => {
      const keys = await session(c);
      const path = c.path(c.key());
      await answered(c.raw({ method: "PUT", path, body: "data", keys }), 200);
      same((await answered(c.raw({ path, keys }), 200)).text, "data", "the object");
      same((await answered(c.raw({ path, keys, auth: "query" }), 200)).text, "data", "the object by a presigned URL");
    },
  ],
  "sdk-works": [
    "the SDK with these keys writes and reads",
    USING,
    async (c) => {
      const { accessKey: accessKeyId, secretKey: secretAccessKey, sessionToken } = await session(c);
      const client = c.clientWith({ credentials: { accessKeyId, secretAccessKey, sessionToken } });
      const Key = await put({ ...c, client }, "data");
      same((await answered(c.raw({ path: c.path(Key) }), 200)).text, "data", "the object");
    },
  ],
  "token-missing": [
    "the keys without their token are 403 InvalidAccessKeyId",
    ERRORS,
    async (c) => {
      const { sessionToken: _, ...keys } = await session(c);
      await refused(c.raw({ path: c.path(await put(c, "data")), keys }), 403, "InvalidAccessKeyId");
    },
  ],
  "token-changed": [
    "a token in which one character differs is 400 InvalidToken",
    ERRORS,
    async (c) => {
      const keys = await session(c);
      const sessionToken = changed(keys.sessionToken);
      const path = c.path(await put(c, "data"));
      await refusedAs(
        c.raw({ path, keys: { ...keys, sessionToken } }),
        "400 InvalidToken",
        "403 InvalidAccessKeyId",
        "403 AccessDenied",
      );
    },
  ],
  "token-of-other": [
    "the token of another session is refused",
    ERRORS,
    async (c) => {
      const [keys, other] = [await session(c), await session(c)];
      const path = c.path(await put(c, "data"));
      await refusedAs(
        c.raw({ path, keys: { ...keys, sessionToken: other.sessionToken } }),
        "400 InvalidToken",
        "403 InvalidAccessKeyId",
        "403 SignatureDoesNotMatch",
        "403 AccessDenied",
      );
    },
  ],
  "secret-wrong": [
    "temporary keys with another secret are 403 SignatureDoesNotMatch",
    ERRORS,
    async (c) => {
      const keys = await session(c);
      const path = c.path(await put(c, "data"));
      await refused(c.raw({ path, keys: { ...keys, secretKey: "wrong" } }), 403, "SignatureDoesNotMatch");
    },
  ],
  "token-with-permanent": [
    "a token that is none, with permanent keys, is 400 InvalidToken",
    ERRORS,
    async (c) => {
      const path = c.path(await put(c, "data"));
      await refusedAs(c.raw({ path, keys: { sessionToken: "none" } }), "400 InvalidToken", "403 InvalidAccessKeyId");
    },
  ],
  "role-wrong": [
    "a role that does not exist is 403 AccessDenied",
    ASSUME,
    async (c) => {
      holds(c.sts, "has no STS");
      await refused(asking(c, { RoleArn: `${c.sts.roleArn}-missing` }), 403, "AccessDenied");
      await session(c);
    },
  ],
  "role-malformed": [
    "a role's ARN of less than 20 characters is 400 ValidationError",
    ASSUME,
    async (c) => {
      await refused(asking(c, { RoleArn: "not-an-arn" }), 400, "ValidationError");
    },
  ],
  "duration-short": [
    "a duration below 900 seconds is 400 ValidationError",
    ASSUME,
    async (c) => {
      await refused(asking(c, { DurationSeconds: "899" }), 400, "ValidationError");
    },
  ],
  "session-policy": [
    "a session policy leaves only what it allows",
    ASSUME,
    async (c) => {
      const Key = await put(c, "data");
      const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${c.bucket}/*` };
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      const keys = await session(c, { Policy });
      await answered(c.raw({ path: c.path(Key), keys }), 200);
      await refused(c.raw({ method: "PUT", path: c.path(Key), body: "new", keys }), 403, "AccessDenied");
    },
  ],
});
