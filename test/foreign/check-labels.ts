import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { check } from "../support/checks";
import { checkWithin } from "./check-within";
import { beyondAscii } from "./limits";
import type { Stage } from "./stage";

/** RFC 2047: as S3 shows what is beyond ASCII (UserGuide/UsingMetadata). */
const asWord = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;

/** Metadata and content types in both directions. */
export const checkLabels = async ({ client, bucket, folder, core, nodeReads, nodeWrites }: Stage): Promise<void> => {
  const file = join(folder, "table.csv");
  writeFileSync(file, "a;b\n");

  await check("shows the content type and the metadata that a node wrote", async () => {
    const metadata = { purpose: "round trip, plain", who: beyondAscii };
    await nodeWrites("node.csv", "a;b\n", { contentType: "text/csv; charset=utf-8", metadata });
    const shown = await client.describe(bucket, "node.csv");
    shown.size.should.equal(4);
    String(shown.contentType).should.equal("text/csv; charset=utf-8");
    String(shown.metadata.purpose).should.equal("round trip, plain");
    String(shown.metadata.who).should.equal(asWord(beyondAscii));
  });

  await check("sets a content type and metadata that a node reads", async () => {
    const metadata = { purpose: "round trip, plain", word: asWord(beyondAscii) };
    await client.upload(file, bucket, "client.csv", { contentType: "application/x-table", metadata });
    const { about } = await nodeReads("client.csv");
    about.contentType.should.equal("application/x-table");
    about.metadata.should.containEql({ purpose: "round trip, plain", word: beyondAscii });
  });

  await checkWithin(client, "labels", beyondAscii, "sets metadata beyond ASCII that a node reads", async () => {
    await client.upload(file, bucket, "beyond.csv", { metadata: { who: beyondAscii } });
    (await nodeReads("beyond.csv")).about.metadata.should.containEql({ who: beyondAscii });
  });

  await check("copies within the server with the content type and the metadata", async () => {
    await client.copy(bucket, "node.csv", "copy.csv");
    const { about } = await nodeReads("copy.csv");
    about.contentType.should.equal("text/csv; charset=utf-8");
    about.metadata.should.containEql({ purpose: "round trip, plain", who: beyondAscii });
  });

  await check("a list node shows the content type and the metadata that it set", async () => {
    const { result } = await core.run("list", { path: "", filter: "client.csv", includeMetadata: true });
    result.should.have.length(1);
    result[0].contentType.should.equal("application/x-table");
    result[0].metadata.purpose.should.equal("round trip, plain");
  });
};
