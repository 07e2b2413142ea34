import helper from "node-red-node-test-helper";
import { randomFrom } from "../../dev/random";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { operations } from "../../src/operations";
import { sideBySide } from "../support/side-by-side";
import { deployFlow, type OwnConnection } from "./flow";
import { confined, goodValues, makeHome, parametersOf, seed } from "./input";
import { judgeEnding, judgeRequests } from "./judge";
import { type HostileValue, hostileTexts, hostileValues } from "./values";
import { watchProcess } from "./watch";

/** Something hostile that stands in a node's form, or in a place that the form names. */
export interface Filled {
  /** The operation whose node a message is sent to. */
  label: string;
  /** In the node, or in its connection. */
  of: "node" | "connection" | "credentials";
  property: string;
  /** Of the typed input, where it is one. */
  type?: string;
  value: HostileValue;
  /** The value lies where the input points to, and is not the place itself. */
  behind?: boolean;
}

const shownFilled = ({ label, of, property, type, value, behind }: Filled): string =>
  `${label}, ${of}: ${property}${type === undefined ? "" : ` (${type}${behind ? ", behind it" : ""})`} ${value.name}`;

const literals = ["str", "num", "bool", "json", "bin", "date", "re", "__proto__"];
const places = ["msg", "flow", "global", "env", "jsonata"];

/** Ways out of what a place is looked up in. */
const ways = [
  ...["__proto__.polluted", "payload.__proto__.polluted", "constructor.prototype.polluted", "payload.constructor"],
  ...[
    'payload["__proto__"].polluted',
    "payload[msg.payload]",
    "payload[",
    "a..b",
    "#:(memory)::x",
    "#:(none)::__proto__",
  ],
  ...["$error('x')", "$$.__proto__", "$eval('1')", "payload.$string()", "(", "$x := function($x){$x}"],
].map((text): HostileValue => ({ name: JSON.stringify(text), make: () => text }));

const texts = [...hostileTexts, ...ways];

/** Properties that every node has. */
const common = ["output", "outputType", "name", "outputs", "connection"];

const connectionProperties = {
  connection: [
    ...["endpoint", "rootPath", "auth", "profile", "roleArn", "externalId", "roleSessionName", "stsEndpoint"],
    ...["pathStyle", "maxAttempts", "timeout", "concurrency", "checksums", "conditionalWrites", "requesterPays"],
    ...["followRegion", "tls", "name"],
  ],
  credentials: ["accessKey", "secretKey", "sessionToken", "region", "bucket"],
} as const;

/** All that a form may be filled with: each field with each text, and each kind of input with each value behind it. */
const allFilled = (): Filled[] => {
  const labels = operations.map(({ label }) => label);
  const nodes = operations.flatMap(({ label, settings }): Filled[] => {
    const typed = parametersOf(label);
    const plain = [...Object.keys(settings ?? {}), ...common];
    return [
      ...plain.flatMap((property) => texts.map((value): Filled => ({ label, of: "node", property, value }))),
      ...typed.flatMap((property) =>
        [...literals, ...places].flatMap((type) =>
          texts.map((value): Filled => ({ label, of: "node", property, type, value })),
        ),
      ),
      ...typed.flatMap((property) =>
        places
          .filter((type) => type !== "msg")
          .flatMap((type) =>
            (type === "env" || type === "jsonata" ? hostileTexts : hostileValues).map(
              (value): Filled => ({ label, of: "node", property, type, value, behind: true }),
            ),
          ),
      ),
    ];
  });
  const connections = (["connection", "credentials"] as const).flatMap((of) =>
    connectionProperties[of].flatMap((property) =>
      texts.flatMap((value, at) => {
        const label = labels[at % labels.length] as string;
        return [{ label, of, property, value } as Filled];
      }),
    ),
  );
  return [...nodes, ...connections];
};

/** So many of them, each field of a connection with each text among them. */
export const someFilled = (count: number, seed: number): Filled[] => {
  const random = randomFrom(seed);
  const all = allFilled();
  const always = all.filter(({ of }) => of !== "node");
  const nodes = all.filter(({ of }) => of === "node");
  return [...always, ...Array.from({ length: count }, () => nodes[Math.floor(random() * nodes.length)] as Filled)];
};

/** Nodes in one flow. */
const together = 400;

/** Messages under way at a time. */
const width = 24;

/** Where requests may go that no endpoint of a store is named for. */
const atAws = /(^|\.)amazonaws\.com(\.cn)?$/;

/** The host that an endpoint names, for whoever reads it as a browser does. */
const hostOf = (endpoint: unknown): string | undefined => {
  const text = String(endpoint).trim();
  return URL.canParse(text) ? new URL(text).hostname : undefined;
};

/** What must be set besides, for the property to be looked at. */
const besides = (s3: S3Server, property: string): Record<string, unknown> => {
  if (property === "profile") return { auth: "profile" };
  if (/^role|^externalId$|^stsEndpoint$/.test(property))
    return { auth: "role", roleArn: "arn:aws:iam::111122223333:role/any", stsEndpoint: s3.endpoint };
  return {};
};

/** A node for one filled-in form, and what must be there for it. */
const build = (s3: S3Server, home: string, id: string, filled: Filled) => {
  const { label, of, property, type, value, behind } = filled;
  const { type: nodeType } = operations.find((one) => one.label === label) as (typeof operations)[number];
  const made = value.make();
  const parameters = Object.fromEntries(
    parametersOf(label).flatMap((name) => [
      [name, `payload.${name}`],
      [`${name}Type`, "msg"],
    ]),
  );
  const node: { id: string; type: string } & Record<string, unknown> = { ...parameters, id, type: nodeType };
  const own: OwnConnection[] = [];
  let ready = (): void => {};
  if (of !== "node") {
    node.connection = `s3 ${id}`;
    const properties = of === "connection" ? { ...besides(s3, property), [property]: made } : {};
    // Where the host is made of it, and where it is not.
    if ((property === "region" || property === "bucket") && Number(id) % 2) Object.assign(properties, { endpoint: "" });
    own.push({
      id: node.connection as string,
      properties,
      credentials: of === "credentials" ? { [property]: made } : {},
    });
  } else if (type === undefined) node[property] = made;
  else {
    node[`${property}Type`] = type;
    const inside = confined(home, property, made);
    if (!behind) node[property] = places.includes(type) || type === "json" || type === "num" ? made : inside;
    else if (type === "jsonata") node[property] = JSON.stringify(inside);
    else node[property] = type === "env" ? `HOSTILE_${id}` : `hostile${id}`;
    if (behind && type === "env") {
      const text = String(inside);
      // The system takes no others.
      if (!text.includes("\0") && text.length < 100_000) process.env[`HOSTILE_${id}`] = text;
    }
    if (behind && (type === "flow" || type === "global"))
      ready = () => void helper.getNode(id).context()[type].set(`hostile${id}`, inside);
  }
  return { filled, node, own, ready };
};

/**
 * Fills in forms, and sends each node a message with good values.
 * @returns how the messages ended
 * @throws Error that says what went wrong
 */
export const fillForms = async (all: readonly Filled[]): Promise<string[]> => {
  const s3 = await startS3Server({ buckets: ["bucket"], logLimit: 5000 });
  const { home, remove } = makeHome();
  const good = goodValues(home);
  const ends: string[] = [];
  const failures: string[] = [];
  const named = new Set<string | undefined>();
  const watch = watchProcess(
    () => [`127.0.0.1:${s3.port}`],
    (host) => named.has(host) || atAws.test(host),
  );
  try {
    for (let from = 0; from < all.length && failures.length < 20; from += together) {
      const some = all.slice(from, from + together).map((filled, at) => build(s3, home, String(from + at), filled));
      named.clear();
      for (const { filled } of some) if (/endpoint$/i.test(filled.property)) named.add(hostOf(filled.value.make()));
      seed(s3);
      const nodes = some.map(({ node }) => node);
      const flow = await deployFlow(
        s3,
        home,
        nodes,
        { timeout: 5, maxAttempts: 2 },
        some.flatMap(({ own }) => own),
      );
      for (const { ready } of some) ready();
      await sideBySide(width, some, async ({ filled, node }) => {
        try {
          const ending = await flow.send(node.id, { payload: { ...good[filled.label] } });
          judgeEnding(ending);
          ends.push(ending.code ?? "success");
        } catch (error) {
          failures.push(`${shownFilled(filled)}: ${(error as Error).message}`);
        }
      });
      await flow.close();
      try {
        watch.check();
        judgeRequests(s3);
      } catch (error) {
        const [first, last] = [some[0], some.at(-1)].map((one) => one && shownFilled(one.filled));
        failures.push(`from ${first} to ${last}: ${(error as Error).message}`);
      }
      s3.clear();
      for (const { node } of some) delete process.env[`HOSTILE_${node.id}`];
    }
  } finally {
    watch.stop();
    await s3.close();
    remove();
  }
  if (failures.length > 0) throw new Error(failures.join("\n      "));
  return ends;
};
