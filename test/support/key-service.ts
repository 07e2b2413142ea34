import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A service for temporary keys on loopback, as containers, instances, web identities and sign-ins ask it. */
export interface KeyService {
  readonly endpoint: string;
  /** Keys that were given, or refused, so far. */
  readonly asked: number;
  /** Seconds that the next keys are good for. */
  lifetime: number;
  /** What each answer waits for. */
  held: Promise<void> | undefined;
  /** What it refuses with; undefined: it does not. */
  refusal: { status: number; body: string; headers?: Record<string, string> } | undefined;
  /** Of the last request, such as a token. */
  readonly last: { url: string; headers: Record<string, unknown>; body: string };
  close(): Promise<void>;
}

/** The users that a store must know: the service gives the keys of one after the other. */
export const keyUsers = Array.from({ length: 50 }, (_, n) => ({
  accessKey: `ASIASERVICEKEY${String(n).padStart(2, "0")}`,
  secretKey: `secret-of-the-service-${n}`,
  sessionToken: `token-of-the-service-${n}`,
}));

export const startKeyService = async (): Promise<KeyService> => {
  let [asked, given] = [0, 0];
  const last: KeyService["last"] = { url: "", headers: {}, body: "" };
  const service = {
    lifetime: 3600,
    held: undefined as KeyService["held"],
    refusal: undefined as KeyService["refusal"],
  };
  const next = () => {
    const { accessKey, secretKey, sessionToken } = keyUsers[given++ % keyUsers.length] as (typeof keyUsers)[number];
    const expires = new Date(Date.now() + service.lifetime * 1000);
    return { accessKey, secretKey, sessionToken, expires };
  };
  const answer = (url: string, body: string): string => {
    const { accessKey, secretKey, sessionToken, expires } = next();
    if (body.includes("AssumeRoleWithWebIdentity"))
      return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><AssumedRoleUser><AssumedRoleId>A:x</AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role/web/x</Arn></AssumedRoleUser><Credentials><AccessKeyId>${accessKey}</AccessKeyId><SecretAccessKey>${secretKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>${expires.toISOString()}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
    if (url.startsWith("/federation/")) {
      const expiration = expires.getTime();
      return JSON.stringify({
        roleCredentials: { accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken, expiration },
      });
    }
    const Expiration = expires.toISOString();
    return JSON.stringify({
      Code: "Success",
      AccessKeyId: accessKey,
      SecretAccessKey: secretKey,
      Token: sessionToken,
      Expiration,
    });
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { url = "", headers } = request;
    const body = Buffer.concat(chunks).toString();
    // What leads to the keys of an instance.
    if (url === "/latest/api/token") return void response.end("session");
    if (url === "/latest/meta-data/iam/security-credentials/") return void response.end("role");
    asked++;
    Object.assign(last, { url, headers, body });
    await service.held;
    const { refusal } = service;
    if (refusal) response.writeHead(refusal.status, refusal.headers).end(refusal.body);
    else response.end(answer(url, body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const methods = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    last,
    get asked() {
      return asked;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return Object.defineProperties(service, Object.getOwnPropertyDescriptors(methods)) as KeyService;
};
