import { fromIni, fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { ConnectionSettings } from "./connection-settings";
import type { Redactor } from "./redact";
import type { Wire } from "./request-handler";

interface Identity {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}
type Provider = (properties?: Record<string, unknown>) => Promise<Identity>;

const typedKeys = (settings: ConnectionSettings): Identity => ({
  accessKeyId: settings.accessKey,
  secretAccessKey: settings.secretKey,
  ...(settings.sessionToken ? { sessionToken: settings.sessionToken } : {}),
});

const provider = (settings: ConnectionSettings, wire: Wire): Provider => {
  switch (settings.auth) {
    case "anonymous":
      return async () => ({ accessKeyId: "", secretAccessKey: "" });
    case "default":
      return fromNodeProviderChain() as Provider;
    case "profile":
      // Not the chain: it goes on to the keys of the machine when there is no such profile.
      return fromIni({ profile: settings.profile }) as Provider;
    case "role":
      return fromTemporaryCredentials({
        ...(settings.accessKey ? { masterCredentials: typedKeys(settings) } : {}),
        params: {
          RoleArn: settings.roleArn,
          RoleSessionName: settings.roleSessionName || "node-red",
          ...(settings.externalId ? { ExternalId: settings.externalId } : {}),
        },
        clientConfig: {
          region: settings.region,
          requestHandler: wire.handler,
          maxAttempts: settings.maxAttempts,
          ...(settings.stsEndpoint ? { endpoint: settings.stsEndpoint } : { ignoreConfiguredEndpointUrls: true }),
        },
      }) as Provider;
    default:
      return async () => typedKeys(settings);
  }
};

/** Where the keys of a connection come from, asked when the first request is sent. What it gives is redacted. */
export const credentials = (settings: ConnectionSettings, wire: Wire, redact: Redactor): Provider => {
  const provide = provider(settings, wire);
  return async (properties) => {
    const identity = await provide(properties);
    for (const secret of [identity.accessKeyId, identity.secretAccessKey, identity.sessionToken]) redact.add(secret);
    return identity;
  };
};
