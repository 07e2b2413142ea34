import { fromIni, fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { ConnectionSettings } from "./connection-settings";
import type { Redactor } from "./redact";
import type { Wire } from "./request-handler";
import { retryStrategy } from "./retry";

interface Identity {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}
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
      redact.add(/Credential=([^/]+)/.exec(authorization)?.[1]);
      redact.add(sessionToken);
      return next(args);
    };
    stack.add(look, { step: "deserialize", priority: "low", name: "redacting", override: true });
  },
});

const provider = (settings: ConnectionSettings, wire: Wire, redact: Redactor): Provider => {
  const clientPlugins = [redacting(redact)] as never;
  switch (settings.auth) {
    case "anonymous":
      return async () => ({ accessKeyId: "", secretAccessKey: "" });
    case "default":
      return fromNodeProviderChain({ clientPlugins }) as Provider;
    case "profile":
      // Not the chain: it goes on to the keys of the machine when there is no such profile.
      return fromIni({ profile: settings.profile, clientPlugins }) as Provider;
    case "role":
      return fromTemporaryCredentials({
        clientPlugins,
        masterCredentials: settings.accessKey
          ? typedKeys(settings)
          : (fromNodeProviderChain({ clientPlugins }) as never),
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

/**
 * Where the keys of a connection come from, asked when the first request is sent. What it gives is redacted.
 * @param failed is told why none were got
 */
export const credentials = (
  settings: ConnectionSettings,
  wire: Wire,
  redact: Redactor,
  failed: (error: unknown) => void,
): Provider => {
  const provide = provider(settings, wire, redact);
  return async (properties) => {
    const identity = await provide(properties).catch((error: unknown) => {
      failed(error);
      throw error;
    });
    for (const secret of [identity.accessKeyId, identity.secretAccessKey, identity.sessionToken]) redact.add(secret);
    return identity;
  };
};
