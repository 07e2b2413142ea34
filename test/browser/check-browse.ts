import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page, Response } from "playwright-core";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { evaluate, pauseIn } from "../../dev/screenshots/browser";
import { connectTo } from "../../dev/screenshots/connection-form";
import { closeForm, openForm, withForm } from "../../dev/screenshots/shots";
import { check } from "../support/checks";
import { numbered } from "../support/keys";
import { must } from "../support/must";
import { shownList } from "./shown-list";
import { deploy } from "./workspace";

/** Node-RED has others, which are hidden. */
const dialog = ".ui-dialog:has(.amazon-s3-list)";

const entry = (name: string): string => `.amazon-s3-entry:has-text("${name}")`;

/** The browser of the store that opens beside a path, with a connection that is not deployed. */
export const checkBrowse = async (page: Page, connection: string): Promise<void> => {
  const server: S3Server = await startS3Server({ buckets: ["docs", "other", "wide"] });
  server.seed("docs", numbered(5000, "many/"), "x");
  server.put("docs", "reports/2026/may.csv", "a;b\n1;2\n", { contentType: "text/csv", metadata: { owner: "me" } });
  server.put("docs", "readme.txt", "Hello");
  server.put("other", "elsewhere.txt", "x");
  server.seed("wide", numbered(1501, "key-"), "x");
  const long = { ["name-".repeat(30)]: "me", note: "word ".repeat(30).trim() };
  server.put("wide", "a/inside.txt", "x", { metadata: long });

  const answered = async (act: () => Promise<void>): Promise<void> => {
    const answer = page.waitForResponse((response) => /amazon-s3\/\w+\/(browse|preview|buckets)$/.test(response.url()));
    const [response] = await Promise.all([answer, act()]);
    await response.finished();
    await page.waitForSelector(".amazon-s3-list:not([aria-busy])", { state: "attached" });
    // What the page makes of a preview comes in its next turn.
    await pauseIn(page, 50);
  };
  const names = (): Promise<string[]> =>
    evaluate(page, `$(".amazon-s3-list li[tabindex] > div > .amazon-s3-name").get().map((it) => it.textContent)`);
  const facts = (name: string): Promise<string> =>
    evaluate(
      page,
      `$(".amazon-s3-list li").filter((_, it) => $(it).find(".amazon-s3-name").first().text() === "${name}").attr("aria-label")`,
    );
  const choice = (): Promise<string> => evaluate(page, `$(".amazon-s3-choose").text()`);
  const chosen = (name = "path"): Promise<string[]> =>
    evaluate(page, `["type", "value"].map((what) => $("#node-input-${name}").typedInput(what))`);
  const within = (type: string, run: () => Promise<unknown>, more: object = {}, name = "path"): Promise<void> =>
    withForm(page, type, { connection, ...more }, async () => {
      try {
        await answered(() => page.click(`#node-input-${name}-browse`));
        await run();
      } finally {
        if (await page.isVisible(".amazon-s3-choose")) await page.click(`${dialog} .ui-dialog-titlebar-close`);
      }
    });

  await connectTo(page, connection, server, "docs");
  try {
    await check("a file is found by its folders, looked at, and taken as the path", () =>
      within("amazon-s3-read", async () => {
        (await names()).should.eql(["many/", "reports/", "readme.txt"]);
        (await facts("readme.txt")).should.match(/^readme\.txt, 5 B, \w+ \d+, \d{4}/);
        (await page.isDisabled(".amazon-s3-choose")).should.be.true();
        await answered(() => page.click(entry("reports/")));
        await answered(() => page.click(entry("2026/")));
        (await names()).should.eql(["many/", "reports/", "2026/", "may.csv", "readme.txt"]);
        (await page.isDisabled(".amazon-s3-choose")).should.be.true();
        await answered(() => page.click(entry("may.csv")));
        (await page.innerText(".amazon-s3-preview")).should
          .match(/8 B/)
          .and.match(/text\/csv/)
          .and.match(/owner\s+me\s/)
          .and.match(/a;b\n1;2/);
        (await choice()).should.equal("Choose reports/2026/may.csv");
        await page.click(".amazon-s3-choose");
        (await chosen()).should.eql(["str", "reports/2026/may.csv"]);
      }),
    );

    await check("long names of metadata leave the values their room", () =>
      within(
        "amazon-s3-read",
        async () => {
          await answered(() => page.click(entry("inside.txt")));
          const widths = await evaluate<number[]>(
            page,
            `$(".amazon-s3-preview").find("dt, dd").get().map((it) => it.getBoundingClientRect().width)`,
          );
          const whole = await evaluate<number>(page, `$(".amazon-s3-preview dl").width()`);
          for (const [index, width] of widths.entries()) {
            if (index % 2 === 0) width.should.be.belowOrEqual(whole * 0.41);
            else width.should.be.above(whole * 0.5);
          }
        },
        { bucket: "wide", bucketType: "str", path: "a/", pathType: "str" },
      ),
    );

    await check("a folder of 5,000 keys is shown a page at a time", () =>
      within("amazon-s3-read", async () => {
        server.clear();
        await answered(() => page.click(entry("many/")));
        (await names()).should.have.length(3 + 1001);
        server.requests.should.have.length(1);
        await answered(() => page.click(entry("more …")));
        (await names()).should.have.length(3 + 2001);
        (await page.inputValue(`${dialog} input`)).should.equal("many/");
        await page.click(entry("many/"));
        (await names()).should.have.length(3);
        await answered(() => page.fill(`${dialog} input`, "many/0499"));
        (await names()).should.eql(numbered(5000).filter((name) => name.startsWith("0499")));
        must(server.requests.at(-1)?.query.prefix).should.equal("many/0499");
      }),
    );

    await check("more of the root is what it was opened with, whatever was opened or typed since", () =>
      within(
        "amazon-s3-read",
        async () => {
          await answered(() => page.click(entry("a/")));
          await answered(() => page.click(entry("more …")));
          (await names()).length.should.equal(1502 + 1);
          server.clear();
          await evaluate(
            page,
            `$(".amazon-s3-browser input").val("key-1").trigger("input") && $('.amazon-s3-entry:contains("a/")').trigger("click")`,
          );
          // Longer than what is typed waits.
          await pauseIn(page, 600);
          server.requests.should.have.length(0);
          (await names()).length.should.equal(1502);
        },
        { bucket: "wide", bucketType: "str" },
      ),
    );

    await check("a list takes the folder that is open, and no file", () =>
      within("amazon-s3-list", async () => {
        (await choice()).should.equal("Choose /");
        must(await page.getAttribute('li:has-text("readme.txt")', "aria-disabled")).should.equal("true");
        await answered(() => page.click(entry("reports/")));
        (await choice()).should.equal("Choose reports/");
        await page.click(".amazon-s3-choose");
        (await chosen()).should.eql(["str", "reports/"]);
      }),
    );

    await check("it opens where the path is, in the node's own bucket", async () => {
      const path = { path: "reports/2026/old.csv", pathType: "str" };
      await within("amazon-s3-write", async () => (await names()).should.eql(["may.csv"]), path);
      await within("amazon-s3-read", async () => (await names()).should.eql(["elsewhere.txt"]), {
        bucket: "other",
        bucketType: "str",
      });
    });

    await check("a folder opens as itself, with its slash or without, and / is the root", async () => {
      for (const type of ["amazon-s3-list", "amazon-s3-purge"]) {
        for (const [path, typed, shown] of [
          ["/", "", ["many/", "reports/", "readme.txt"]],
          ["reports", "reports/", ["2026/"]],
          ["reports/2026/", "reports/2026/", ["may.csv"]],
        ] as const) {
          const opened = async () => {
            (await names()).should.eql(shown);
            (await page.inputValue(`${dialog} input`)).should.equal(typed);
            (await choice()).should.equal(`Choose ${typed || "/"}`);
          };
          await within(type, opened, { path, pathType: "str" });
        }
      }
    });

    await check("a bucket is found among the account's, and what lies in it is shown", () =>
      within(
        "amazon-s3-read",
        async () => {
          (await names()).should.eql(["docs", "other", "wide"]);
          await answered(() => page.fill(`${dialog} input`, "ot"));
          (await names()).should.eql(["other"]);
          (await page.isDisabled(".amazon-s3-choose")).should.be.true();
          await answered(() => page.click(entry("other")));
          (await names()).should.eql(["other", "elsewhere.txt"]);
          (await choice()).should.equal("Choose other");
          await page.click(".amazon-s3-choose");
          (await chosen("bucket")).should.eql(["str", "other"]);
        },
        {},
        "bucket",
      ),
    );

    await check("where the buckets may not be listed, it says so, and how to go on", async () => {
      const unhook = server.hook({ operation: "ListBuckets", error: "AccessDenied" });
      await within(
        "amazon-s3-read",
        async () => {
          (await shownList(page)).should
            .match(/may not list the account's buckets/)
            .and.match(/type the bucket's name into its field/);
        },
        {},
        "bucket",
      );
      unhook();
    });

    await check("where the keys may list a part of the bucket alone, that is shown once it is typed", () =>
      within("amazon-s3-list", async () => {
        await page.click(`${dialog} .ui-dialog-titlebar-close`);
        const unhook = server.hook({
          operation: "ListObjectsV2",
          when: ({ query }) => !query.prefix?.startsWith("reports/"),
          error: "AccessDenied",
        });
        await answered(() => page.click("#node-input-path-browse"));
        (await shownList(page)).should
          .match(/not allowed: give the keys the permission/)
          .and.match(/type above what that begins with/);
        await answered(() => page.fill(`${dialog} input`, "reports/"));
        (await names()).should.eql(["2026/"]);
        (await choice()).should.equal("Choose reports/");
        await answered(() => page.click(entry("2026/")));
        (await names()).should.eql(["2026/", "may.csv"]);
        (await choice()).should.equal("Choose reports/2026/");
        unhook();
      }),
    );

    await check("the keyboard alone finds and chooses, and goes back to where it was", () =>
      within("amazon-s3-read", async () => {
        const press = async (...keys: string[]) => {
          for (const key of keys) await page.keyboard.press(key);
        };
        const focused = (): Promise<string> => evaluate(page, `$(document.activeElement).attr("aria-label")`);
        const expanded = () => page.locator(".amazon-s3-list li[aria-expanded=true]").count();
        await press("ArrowDown");
        (await focused()).should.equal("many/");
        await press("ArrowDown");
        await answered(() => press("ArrowRight"));
        await press("ArrowRight");
        (await focused()).should.equal("2026/");
        await answered(() => press("Enter"));
        (await expanded()).should.equal(2);
        await press("ArrowLeft", "ArrowLeft", "ArrowLeft");
        (await focused()).should.equal("reports/");
        (await expanded()).should.equal(0);
        (await names()).should.have.length(3);
        await press("End");
        (await focused()).should.match(/^readme\.txt/);
        await press("Home");
        (await focused()).should.equal("many/");
        await press("End");
        await answered(() => press("Enter"));
        (await choice()).should.equal("Choose readme.txt");
        await press("Tab", "Tab", "Enter");
        (await chosen()).should.eql(["str", "readme.txt"]);
        (await focused()).should.equal("Browse the store");
        await answered(() => press("Enter"));
        await press("Escape");
        (await page.locator(dialog).count()).should.equal(0);
        (await page.isVisible("#dialog-form")).should.be.true();
        (await focused()).should.equal("Browse the store");
      }),
    );

    await check(
      "in a subflow, a variable of it is the connection that it has there, and none is said in words",
      async () => {
        const [subflow, id] = ["subflow-of-browse", "read-in-subflow"];
        const variable = { name: "CONN", type: "amazon-s3-config", value: connection, ui: { type: "conf-types" } };
        const nodes = [
          { id: subflow, type: "subflow", name: "Sub", in: [], out: [], env: [variable] },
          { id, type: "amazon-s3-read", z: subflow, connection: `\${${variable.name}}`, x: 200, y: 200, wires: [[]] },
        ];
        const tab = await evaluate<string>(page, "RED.workspaces.active()");
        await evaluate(page, `void RED.nodes.import(${JSON.stringify(nodes)})`);
        try {
          await evaluate(page, `RED.workspaces.show("${subflow}")`);
          await openForm(page, id);
          await answered(() => page.click("#node-input-path-browse"));
          (await names()).should.eql(["many/", "reports/", "readme.txt"]);
          await page.click(`${dialog} .ui-dialog-titlebar-close`);
          await evaluate(page, `RED.nodes.subflow("${subflow}").env[0].value = ""`);
          await page.click("#node-input-path-browse");
          await page.waitForSelector('.red-ui-notification:has-text("comes from a variable of the subflow")');
          (await page.locator(dialog).count()).should.equal(0);
          await closeForm(page, "cancel");
        } finally {
          await evaluate(page, `RED.workspaces.show("${tab}")`);
          await evaluate(page, `void RED.nodes.removeSubflow("${subflow}")`);
        }
      },
    );

    await check("what nobody waits for any more is ended, in the store too", () =>
      within("amazon-s3-read", async () => {
        const answers: string[] = [];
        const note = (response: Response) => answers.push(response.url());
        const until = async (holds: () => boolean) => {
          while (!holds()) await page.waitForTimeout(20);
        };
        const unhook = server.hook({ operation: ["ListObjectsV2", "HeadObject", "GetObject"], stall: true });
        server.clear();
        page.on("response", note);
        try {
          await page.click(entry("readme.txt"));
          await until(() => server.requests.length === 1);
          await page.click(entry("many/"));
          await until(() => server.requests.length === 2);
          await page.click(entry("many/"));
          await page.focus(`${dialog} input`);
          for (const [index, letter] of [..."abcd"].entries()) {
            await page.keyboard.press(letter);
            await until(() => server.requests.length === 3 + index);
            await until(() => server.requests.slice(0, -1).every(({ finished }) => finished));
            (await page.locator(".amazon-s3-list[aria-busy]").count()).should.equal(1);
          }
          await page.keyboard.press("Escape");
          await until(() => server.requests.every(({ finished }) => finished));
          answers.should.eql([]);
        } finally {
          page.off("response", note);
          unhook();
        }
      }),
    );

    for (const [type, name] of [
      ["amazon-s3-upload", "source"],
      ["amazon-s3-download", "target"],
    ] as const)
      await check(`the server's disk is browsed for the ${name}: ${type}`, () => {
        const home = `${mkdtempSync(join(tmpdir(), "browsed-"))}/`;
        mkdirSync(join(home, "in"));
        writeFileSync(join(home, "in", "may.csv"), "a;b");
        const browsed = async (): Promise<void> => {
          server.clear();
          (await page.innerText(`${dialog} button[aria-label="Show the working directory"]`)).should.match(
            /working dir/,
          );
          (await page.locator(".amazon-s3-preview").count()).should.equal(0);
          await answered(() => page.fill(`${dialog} input`, home));
          (await names()).should.eql(["in/"]);
          await answered(() => page.click(entry("in/")));
          (await choice()).should.equal(`Choose ${home}in/`);
          (await names()).should.eql(["in/", "may.csv"]);
          await page.click(entry("may.csv"));
          await page.click(".amazon-s3-choose");
          (await chosen(name)).should.eql(["str", `${home}in/may.csv`]);
          // What lies on the disk is no matter of the store's.
          server.requests.should.have.length(0);
        };
        return within(type, browsed, {}, name).finally(() => rmSync(home, { recursive: true }));
      });

    await check("it says why it shows nothing", async () => {
      const unhook = server.hook({ operation: "ListObjectsV2", error: "AccessDenied" });
      await within("amazon-s3-read", async () => {
        (await shownList(page)).should.match(/not allowed: give the keys the permission/);
      });
      unhook();
    });

    await check(
      "the answer brings the bucket's name, which the editor is not told of a deployed connection",
      async () => {
        // Node-RED asks again, as the flow has nodes that are not set up.
        await deploy(page, async () => {
          await page.click("#red-ui-header-button-deploy");
          await page.click('.red-ui-notification button:has-text("Confirm deploy")');
        });
        (await evaluate<boolean>(page, `"credentials" in RED.nodes.node("${connection}")`)).should.be.false();
        await within("amazon-s3-read", async () => {
          (await page.innerText(`${dialog} button[aria-label="Show the whole bucket"]`)).trim().should.equal("docs");
        });
      },
    );
  } finally {
    await server.close();
  }
};
