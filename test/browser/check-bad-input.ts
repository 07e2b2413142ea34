import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Page } from "playwright-core";
import { startS3Server } from "../../dev/s3-server";
import { evaluate, pauseIn } from "../../dev/screenshots/browser";
import { closeConnection, field, fill, openConnection } from "../../dev/screenshots/connection-form";
import { closeForm, dropNode, openForm } from "../../dev/screenshots/shots";
import { check } from "../support/checks";
import { must } from "../support/must";
import { shownList } from "./shown-list";

/** Seconds, typed into the form. */
const timeout = "2";

/** Nothing may hang for longer, in ms: less than a form waits for an answer where its own timeout is longer. */
const hangs = 15_000;

/** What is typed, and what is said by the button that tests, by the list of buckets, and by the browser of a path. */
interface Bad {
  what: string;
  values: Record<string, string>;
  trial: RegExp;
  buckets: RegExp;
  browse: RegExp;
}

const same = (says: RegExp) => ({ trial: says, buckets: says, browse: says });

/** A port of this machine that takes connections and never says a word. */
const startSilence = async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
};

/** Bad input gets words, and leaves the forms as they were. */
export const checkBadInput = async (page: Page, connection: string): Promise<void> => {
  const user = { accessKey: "reader", secretKey: "reader-secret", deny: [{ action: "s3:*", bucket: "theirs" }] };
  const server = await startS3Server({ buckets: ["docs", "theirs"], users: [user] });
  server.put("docs", "readme.txt", "Hello");
  const silence = await startSilence();
  const { endpoint, region } = server;
  const { accessKey, secretKey } = user;
  const good = { accessKey, secretKey, region, endpoint, bucket: "docs", timeout };
  const bads: readonly Bad[] = [
    { what: "a URL that is none", values: { endpoint: "s3 example" }, ...same(/endpoint "s3 example" is no URL/) },
    {
      what: "a URL that is no web address",
      values: { endpoint: "ftp://a" },
      ...same(/endpoint "ftp:\/\/a" is no URL/),
    },
    { what: "a region that is none", values: { region: "eu west" }, ...same(/region "eu west" is no region/) },
    {
      what: "a port that is closed",
      values: { endpoint: "http://127.0.0.1:9" },
      trial: /nothing answers at 127\.0\.0\.1:9/,
      ...{ buckets: /ECONNREFUSED/, browse: /ECONNREFUSED/ },
    },
    {
      what: "a host that never answers",
      values: { endpoint: silence.endpoint },
      trial: /127\.0\.0\.1:\d+ does not answer in time/,
      ...{ buckets: /no byte moved/, browse: /no byte moved/ },
    },
    {
      what: "a bucket of somebody else's",
      values: { bucket: "theirs" },
      trial: /may not see whether theirs is there/,
      buckets: /docs/,
      browse: /not allowed: give the keys the permission/,
    },
  ];

  /** All fields of the forms that are open. */
  const fields = (): Promise<string> =>
    evaluate(
      page,
      `JSON.stringify($("#node-config-dialog-edit-form, #dialog-form").find("input, select").get().map((it) => [it.id, it.type === "checkbox" ? it.checked : it.value]))`,
    );
  const type = async (values: Record<string, string>): Promise<void> => {
    const { timeout: seconds, ...others } = values;
    await fill(page, others);
    // It is folded away.
    if (seconds) await evaluate(page, `void $("${field("timeout")}").val("${seconds}").trigger("change")`);
  };
  const answered = async (selector: string, route: RegExp): Promise<void> => {
    const waiting = page.waitForResponse((response) => route.test(response.url()), { timeout: hangs });
    const [response] = await Promise.all([waiting, page.click(selector)]);
    response.status().should.equal(200);
    await response.finished();
    await pauseIn(page, 50);
  };
  const inDialog = async (button: string, route: RegExp): Promise<string> => {
    await answered(button, route);
    const text = await shownList(page);
    await page.keyboard.press("Escape");
    return text;
  };

  try {
    for (const { what, values, trial, buckets, browse } of bads) {
      await check(
        `${what} gets words when it is tested, listed and browsed, and the forms stay as they were`,
        async () => {
          await openConnection(page, connection);
          await page.selectOption(field("auth"), "keys");
          await type({ ...good, ...values });
          const before = await fields();
          await answered(field("try"), /connection\/try$/);
          await page.waitForFunction(
            `!$("${field("try")}").prop("disabled") && $("#amazon-s3-trial").text().trim() !== ""`,
          );
          (await page.innerText("#amazon-s3-trial")).should.match(trial);
          (await inDialog(`${field("bucket")}-browse`, /connection\/buckets$/)).should.match(buckets);
          (await fields()).should.equal(before);
          JSON.parse(before).should.containDeep(Object.entries(values).map(([name, it]) => [field(name).slice(1), it]));
          await closeConnection(page, "ok");

          const id = await dropNode(page, "amazon-s3-read", 300, 400, { connection, path: "a/b", pathType: "str" });
          await openForm(page, id);
          const shown = await fields();
          (await inDialog("#node-input-path-browse", /connection\/browse$/)).should.match(browse);
          (await inDialog("#node-input-bucket-browse", /connection\/buckets$/)).should.match(buckets);
          (await fields()).should.equal(shown);
          must(JSON.parse(shown).find(([name]: string[]) => name === "node-input-path"))[1].should.equal("a/b");
          await closeForm(page, "cancel");
          await evaluate(page, `RED.nodes.remove("${id}")`);
        },
      );
    }
  } finally {
    silence.close();
    await server.close();
  }
};
