import type { Channel, NodeRed } from "./node-red";

/** Places to hide a text in, each of which is to be searched. */
export const hidings: Readonly<Record<string, (text: string) => unknown>> = {
  "a property": (text) => ({ a: { b: [text] } }),
  "a property's name": (text) => ({ [text]: 1 }),
  "a hidden property": (text) => Object.defineProperty({}, "hidden", { value: text }),
  "a property named by a symbol": (text) => ({ [Symbol("s")]: text }),
  "a symbol": (text) => ({ a: Symbol(text) }),
  "a getter": (text) => Object.defineProperty({}, "got", { get: () => text }),
  "a getter that throws": (text) =>
    Object.defineProperty({}, "got", {
      get() {
        throw new Error(text);
      },
    }),
  "a prototype": (text) => Object.create({ inherited: text }),
  "a class's getter": (text) =>
    new (class {
      readonly #own = text;
      get told() {
        return this.#own;
      }
    })(),
  "the cause of an error": (text) => new Error("outside", { cause: new Error(text) }),
  "one of several errors": (text) => new AggregateError([new Error(text)], "outside"),
  "a stack": (text) => Object.assign(new Error("outside"), { stack: `at ${text}` }),
  "a map": (text) => new Map([["a", new Set([text])]]),
  bytes: (text) => ({ a: Buffer.from(text) }),
  "a function": (text) => ({ a: Object.assign(() => {}, { b: text }) }),
  "a text in base64": (text) => `x${Buffer.from(`ab${text}`).toString("base64")}`,
  "a text in hex digits": (text) => Buffer.from(text).toString("hex"),
  "a URL": (text) => `http://host/?a=${encodeURIComponent(text)}`,
};

/** What only the heap tells. */
export const deepHidings: Readonly<Record<string, (text: string) => unknown>> = {
  "a closure": (text) => ({ tell: () => (text.length > 1e6 ? text : "") }),
  "a private field": (text) =>
    new (class {
      readonly #own = text;
      get length() {
        return this.#own.length;
      }
    })(),
};

/** Ways in which a node could give a text away, one for each channel. */
export const plants: Readonly<Record<Channel, (nodeRed: NodeRed, text: string) => unknown>> = {
  messages: (nodeRed, text) => nodeRed.send("leaky", { leak: "messages", text }),
  errors: (nodeRed, text) => nodeRed.send("leaky", { leak: "errors", text }),
  statuses: (nodeRed, text) => nodeRed.send("leaky", { leak: "statuses", text }),
  "log handler": (nodeRed, text) => nodeRed.send("leaky", { leak: "log", text }),
  console: (_nodeRed, text) => console.log(text),
  "debug sidebar": (nodeRed, text) => nodeRed.send("leaky", { leak: "messages", text }),
  "admin routes": ({ RED, ask }, text) => {
    RED.httpAdmin.get("/leaky", (_request: unknown, response: { json(body: unknown): void }) =>
      response.json({ text }),
    );
    return ask("leaky");
  },
  files: (nodeRed, text) => nodeRed.send("leaky", { leak: "context", text }),
};

const at = { z: "leaks", x: 0, y: 0 };

/** A node that gives away what it is told to. */
export const leakyFlow: object[] = [
  { id: "leaks", type: "tab", label: "leaks" },
  {
    id: "leaky",
    ...at,
    type: "function",
    func: `if (msg.leak === "messages") return { payload: msg.text };
if (msg.leak === "errors") throw new Error(msg.text);
if (msg.leak === "statuses") node.status({ text: msg.text });
if (msg.leak === "log") node.trace(msg.text);
if (msg.leak === "context") flow.set("kept", msg.text);`,
    outputs: 1,
    wires: [["shows"]],
  },
  { id: "shows", ...at, type: "debug", active: true, tosidebar: true, console: false, complete: "true", wires: [] },
];
