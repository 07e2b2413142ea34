import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Reply } from "../../hostile/replies";
import { xmlReplies } from "../hostile-xml";
import type { Row } from "../row";
import { shown } from "../shown";
import { startXmlReader } from "../xml-reader";

/** Messages that any body satisfies, whatever it holds: to a GET of an object it is what the object holds. */
const satisfied = [
  "read",
  "read as JSON",
  "download",
  "exist",
  "write",
  "write in parts",
  "upload",
  "create",
  "delete",
];

/** MiB of memory that all of it together may take: an answer of 32 MiB is read, once as bytes and once as text. */
const mostGrowth = 256;

export const row: Row = {
  number: 19,
  hazard: "XML with entities, a million nesting levels, names such as `__proto__`",
  required: `no entity beyond the five, bounded depth, no name of a store's taken for a property: pollution 0, memory grows by less than ${mostGrowth} MiB`,
  onlyEmbedded: "a server of its own answers, and no store that means well would",
  async measure({ count }) {
    let answer: Reply["answer"] | undefined;
    const server = createServer((request, response) => {
      request.on("error", () => {});
      response.on("error", () => {});
      answer?.(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const target = {
      endpoint,
      accessKey: "a",
      secretKey: "b",
      region: "us-east-1",
      bucketName: (name: string) => name,
    };
    const reader = startXmlReader();
    const wrong: string[] = [];
    let [messages, good, first, peak] = [0, 0, 0, 0];
    try {
      for (let round = 0; round < count(8); round++) {
        for (const reply of xmlReplies) {
          if (wrong.length > 10) break;
          answer = reply.answer;
          const met = await reader.meet(target);
          wrong.push(...met.wrong.map((what) => `${reply.name}: ${what}`));
          for (const [name, end] of Object.entries(met.ends)) {
            messages++;
            if (end !== "success") continue;
            good++;
            if (reply.whole && !satisfied.includes(name)) wrong.push(`${reply.name}: ${name} believed it`);
          }
          // With the first one, everything was loaded that is ever needed.
          first ||= met.peak;
          peak = met.peak;
        }
      }
    } finally {
      reader.close();
      server.closeAllConnections();
      server.close();
    }
    if (wrong.length === 0 && (good < messages / 20 || good > messages * 0.9))
      throw new Error(`${good} of ${messages} succeeded: nothing was shown`);
    const growth = Math.round(peak - first);
    return {
      held: wrong.length === 0 && growth < mostGrowth,
      figure: `${wrong[0] ?? `pollution 0 in ${shown(messages)} messages`}, ${shown(good)} of which found what they could use; ${growth} MiB more at the most`,
    };
  },
  mutants: [
    {
      file: "src/core/xml.ts",
      from: "if (!/^\\w/.test(name) || name in Object.prototype) refuse",
      to: "if (!/^\\w/.test(name)) refuse",
    },
    {
      file: "src/core/summary.ts",
      from: "const sums = new Map<string, Sum>();",
      to: "const sums: any = Object.assign({}, { size: 0 }); sums.has = (name: string) => name in sums; sums.get = (name: string) => sums[name]; sums.set = (name: string, sum: Sum) => { sums[name] = sum; }; sums[Symbol.iterator] = () => Object.entries(sums)[Symbol.iterator]();",
    },
  ],
};
