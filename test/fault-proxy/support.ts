import { connect } from "node:net";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from "../../dev/fault-proxy";
import { useFreshServer } from "../support/server";

export const bucket = "bucket";

/** A server with a bucket, a proxy before it, and a client of the SDK that asks once; fresh ones for each spec. */
export const useProxy = (options: Omit<FaultProxyOptions, "target"> = {}) => {
  const world = useFreshServer();
  let proxy: FaultProxy;
  let client: S3Client;
  beforeEach(async () => {
    const { endpoint, accessKey, secretKey, region } = world.s3;
    proxy = await startFaultProxy({ target: endpoint, ...options });
    client = new S3Client({
      endpoint: proxy.endpoint,
      region,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
      forcePathStyle: true,
      maxAttempts: 1,
    });
  });
  afterEach(async () => {
    client.destroy();
    await proxy.close();
  });
  return {
    get s3() {
      return world.s3;
    },
    get proxy() {
      return proxy;
    },
    get client() {
      return client;
    },
    put: (key: string, body: string | Buffer, more: object = {}) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...more })),
    async get(key: string): Promise<Buffer> {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    /** What comes back for these bytes, as it comes, until the connection ends. */
    async raw(bytes: string): Promise<string> {
      const socket = connect(Number(new URL(proxy.endpoint).port), "127.0.0.1");
      let text = "";
      socket.setEncoding("latin1").on("data", (piece) => {
        text += piece;
      });
      socket.write(bytes, "latin1");
      socket.on("error", () => {});
      await new Promise((resolve) => socket.once("close", resolve));
      return text;
    },
  };
};

/** The code of what a promise is rejected with. */
export const codeOf = async (failing: Promise<unknown>): Promise<string> => {
  try {
    await failing;
  } catch (error) {
    const { code, name } = error as { code?: string; name: string };
    return code ?? name;
  }
  throw new Error("it did not fail");
};
