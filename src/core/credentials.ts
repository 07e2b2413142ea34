import { fromIni, fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { ambientSecrets } from "./ambient-secrets";
import type { ConnectionSettings } from "./connection-settings";
import { type Identity, type KeptKeys, keepKeys } from "./kept-keys";
import { createPrograms } from "./programs";
import type { Redactor } from "./redact";
import type { Wire } from "./request-handler";
import { retryStrategy } from "./retry";
import { timerMs } from "./timer-ms";

export type Provider = (properties?: Record<string, unknown>) => Promise<Identity>;

const typedKeys = (settings: ConnectionSettings): Identity => ({
  accessKeyId: settings.accessKey,
  secretAccessKey: settings.secretKey,
  ...(settings.sessionToken ? { sessionToken: settings.sessionToken } : {}),
});

interface Stack {
  add(step: unknown, options: object): void;
}

/**
 * Has the keys redacted that a service for temporary keys is asked with: they may come from a place that only the SDK
 * looks at, and a service that refuses may tell what it was asked.
 */
const redacting = (redact: Redactor) => ({
  applyToStack(stack: Stack) {
    const look = (next: (args: unknown) => unknown) => (args: { request: { headers: Record<string, string> } }) => {
      const { authorization = "", "x-amz-security-token": sessionToken } = args.request.headers;
      redact.renew("asked with", [/Credential=([^/]+)/.exec(authorization)?.[1], sessionToken]);
      return next(args);
    };
    stack.add(look, { step: "deserialize", priority: "low", name: "redacting", override: true });
  },
});

/**
 * The keys that a role is asked for with, found anew each time. `memoized` keeps the SDK's client from keeping them itself,
 * which it does for ever where they tell no end, as those of a file do.
 */
const baseKeys = (chain: Provider): Provider =>
  Object.assign(((properties) => chain({ ...properties, forceRefresh: true })) as Provider, { memoized: true });

const provider = (settings: ConnectionSettings, wire: Wire, redact: Redactor): Provider => {
  const clientPlugins = [redacting(redact)] as never;
  switch (settings.auth) {
    case "anonymous":
      return async () => ({ accessKeyId: "", secretAccessKey: "" });
    case "default":
      return fromNodeProviderChain({ clientPlugins, ignoreCache: true }) as Provider;
    case "profile":
      // Not the chain: it goes on to the keys of the machine when there is no such profile.
      return fromIni({ profile: settings.profile, clientPlugins, ignoreCache: true }) as Provider;
    case "role":
      return fromTemporaryCredentials({
        clientPlugins,
        masterCredentials: settings.accessKey
          ? typedKeys(settings)
          : (baseKeys(fromNodeProviderChain({ clientPlugins, ignoreCache: true }) as Provider) as never),
        params: {
          RoleArn: settings.roleArn,
          RoleSessionName: settings.roleSessionName || "node-red",
          ...(settings.externalId ? { ExternalId: settings.externalId } : {}),
        },
        clientConfig: {
          region: settings.region,
          requestHandler: wire.handler,
          retryStrategy: retryStrategy(settings) as never,
          ...(settings.stsEndpoint ? { endpoint: settings.stsEndpoint } : { ignoreConfiguredEndpointUrls: true }),
        },
      }) as Provider;
    default:
      return async () => typedKeys(settings);
  }
};

/** The keys of a connection, for all of its clients. */
export interface Credentials {
  provide: Provider;
  kept: KeptKeys;
  /** Ends a program that still looks for keys. */
  close(): void;
}

/** What a store says of keys that were good. */
const over = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidToken",
  "TokenRefreshRequired",
]);

/** Whether keys that are got anew may be taken where these are refused. */
export const mayBeRenewed = ({ auth }: ConnectionSettings, code: string | undefined): boolean =>
  auth !== "keys" && auth !== "anonymous" && code !== undefined && over.has(code);

/**
 * Where the keys of a connection come from, asked when the first request is sent. What it gives is redacted.
 * @param failed is told why none were got, and until when the old ones are good, in ms since 1970, where they are
 */
export const credentials = (
  settings: ConnectionSettings,
  wire: Wire,
  redact: Redactor,
  failed: (error: unknown, until: number | undefined) => void,
): Credentials => {
  const ask = provider(settings, wire, redact);
  let properties: Record<string, unknown> | undefined;
  const programs = createPrograms();
  const keys = keepKeys(
    async (givenUp) => {
      try {
        // One that hangs would be one more each time: it is ended, and no other is started before that.
        await programs.over();
        if (givenUp.aborted) throw givenUp.reason;
        givenUp.addEventListener("abort", programs.end);
        // What they are kept for is decided here, and nowhere below.
        const identity = await programs.watch(() => ask({ ...properties, forceRefresh: true }));
        redact.renew("keys", [identity.accessKeyId, identity.secretAccessKey, identity.sessionToken]);
        return identity;
      } catch (error) {
        redact.renew("machine", await ambientSecrets());
        throw error;
      }
    },
    failed,
    timerMs(settings.timeout),
  );
  const provide: Provider = (given) => {
    properties ??= given;
    return keys.get();
  };
  // Else each client of the SDK would keep keys of its own, and have its requests wait while it gets them anew.
  return { provide: Object.assign(provide, { memoized: true }), kept: keys, close: programs.end };
};
