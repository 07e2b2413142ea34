// `npm run test:hostile [-- COUNT SEED]`: values, servers, forms and patterns that mean no good. COUNT is that of messages and
// five times that of patterns at random: the reliability suite has more of these.
import fc from "fast-check";
import "should";
import { check, close, exitWith } from "../support/checks";
import { countBy } from "../support/count-by";
import { fillForms, someFilled } from "./forms";
import { anyAttack, eachAttack, openRange } from "./input";
import { meetPatterns } from "./patterns";
import { meetServers } from "./servers";

const [count = 1000, seed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);

const checkInput = async (): Promise<void> => {
  const range = await openRange();
  try {
    const each = eachAttack();
    await check(`${each.length} messages, each with one hostile value, end well`, async () => {
      console.log(`      ${countBy(await range.attackAll(each))}`);
    });
    await check(`${count} messages with several hostile values end well`, async () => {
      console.log(`      ${countBy(await range.attackAll(fc.sample(anyAttack, { numRuns: count, seed })))}`);
    });
  } finally {
    await range.close();
  }
};

const checkForms = async (): Promise<void> => {
  const filled = someFilled(2 * count, seed);
  await check(`${filled.length} nodes and connections, each with something hostile typed in, end well`, async () => {
    console.log(`      ${countBy(await fillForms(filled))}`);
  });
};

/**
 * Some answers never end, and of each 32 MiB are read at most: what fourteen messages side by side hold of them, in pieces and
 * in one, and held in the attempt before, which may not be collected yet.
 */
const mostGrowth = 14 * 2 * 2 * 32 * 2 ** 20;

const checkServers = (): Promise<boolean> =>
  check("every message to a hostile server ends, and nothing goes elsewhere", async () => {
    const { messages, requests, most, codes, growth } = await meetServers();
    console.log(`      ${messages} messages, ${requests} requests, ${most} at the most for reply; ${countBy(codes)}`);
    console.log(`      at the most ${Math.round(growth / 1e6)} MB more than before`);
    growth.should.be.below(mostGrowth);
  });

const checkPatterns = (): Promise<boolean> =>
  check("patterns are capped, and no key keeps them busy for long", () => {
    const { taken, refused, longest, worst } = meetPatterns(Math.ceil(count / 5), seed);
    console.log(`      ${taken} taken, ${refused} refused; the longest: ${longest.toFixed(1)} ms, ${worst}`);
    taken.should.be.above(count / 10);
    refused.should.be.above(count / 100);
  });

const main = async (): Promise<number> => {
  console.log(`seed ${seed}`);
  await checkPatterns();
  // First, since what the others leave to be collected would hide what it holds.
  await checkServers();
  await checkInput();
  await checkForms();
  return close();
};

exitWith(main());
