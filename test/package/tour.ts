import { randomBytes } from "node:crypto";
import should from "should";
import { fillIn, readFlow, startAndResults } from "../../dev/demo/flows";
import { startStore } from "../../dev/demo/store";
import { check } from "../support/checks";
import { listen, type Said } from "./comms";
import type { NodeRed } from "./node-red";

const patience = 60_000;

const contentOf = ({ format, msg }: Said): unknown => (/^string/.test(format) ? msg : JSON.parse(msg));

const etag = /^[0-9a-f]{32}$/;

/** What the tour's debug nodes must say, in this order. */
const expected: readonly [name: RegExp, holds: (value: never) => void][] = [
  [/^1 /, (it: object) => should(it).match({ path: "tour/", created: true, etag })],
  [/^2 /, (it: object) => should(it).match({ path: "tour/hello.txt", size: 19, written: true, etag })],
  [/^3 /, (it: unknown) => should(it).equal(true)],
  [/^4 /, (it: unknown) => should(it).equal("Hello from Node-RED")],
  [/^5 /, (it: { written: boolean }[]) => it.map(({ written }) => written).should.eql([true, true, true])],
  [
    /^6 /,
    (it: { path: string }[]) => {
      const paths = it.map(({ path }) => path);
      paths.should.eql(["tour/days/monday.csv", "tour/days/tuesday.csv"]);
    },
  ],
  [/^7 /, (it: object) => should(it).match({ dryRun: true, downloaded: 2, skipped: 0, failed: [] })],
  [/^8 /, (it: object) => should(it).match({ path: "tour/hello.txt", deleted: true })],
  [/^9 /, (it: object) => should(it).match({ dryRun: true, matched: 4, failed: [] })],
  [/^10 /, (it: object) => should(it).match({ dryRun: false, deleted: 4, failed: [] })],
  [/^11 /, (it: object) => should(it).match({ path: "tour/", dryRun: true, failed: [] })],
  [/^12 /, (it: string) => should(it).match(/^read tour\/hello\.txt .*no such object.*\(NoSuchKey\)$/)],
];

const waitFor = async (ready: () => boolean): Promise<void> => {
  const until = Date.now() + patience;
  while (!ready() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
};

/** Presses the button of an inject node. Node-RED 5 answers a deploy before its nodes are there. */
const press = async (nodeRed: NodeRed, id: string): Promise<void> => {
  const until = Date.now() + patience;
  for (;;) {
    try {
      await nodeRed.ask(`inject/${id}`, { method: "POST" });
      return;
    } catch (error) {
      if (!/ 404 /.test(String(error)) || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

/** Deploys the tour against an embedded S3 server, takes it twice, and checks what its debug nodes say. */
export const takeTour = async (nodeRed: NodeRed): Promise<void> => {
  const secret = randomBytes(20).toString("hex");
  const store = await startStore("package-test", secret);
  const before = store.paths();
  try {
    const tour = readFlow("examples/tour.json");
    const { start } = startAndResults(tour);
    const flows = fillIn(tour, store.filling);
    await check("the tour is deployed", () => nodeRed.ask("flows", { method: "POST", body: { flows } }));
    await check("the credentials do not come back", async () => {
      (await nodeRed.ask("flows")).should.not.containEql(secret);
    });
    for (const time of ["first", "second"]) {
      const comms = await listen(nodeRed.url);
      await check(`the ${time} tour starts`, () => press(nodeRed, start));
      await waitFor(() => comms.said.length >= expected.length);
      const said = [...comms.said];
      comms.close();
      for (const [index, [name, holds]] of expected.entries())
        await check(`the ${time} tour says "${said[index]?.name ?? name}"`, () => {
          const one = said[index];
          if (!one) throw new Error("nothing was said");
          one.name.should.match(name);
          holds(contentOf(one) as never);
        });
      await check(`the ${time} tour says nothing else`, () => said.length.should.equal(expected.length));
    }
    await check("the tour has cleared up after itself, and touched nothing else", () =>
      store.paths().should.eql(before),
    );
    await check("no secret is in what Node-RED printed", () => nodeRed.printed().should.not.containEql(secret));
  } finally {
    await store.close();
  }
};
