// `npm run test:hostile [-- COUNT SEED]`: values, servers and patterns that mean no good.
import fc from "fast-check";
import { check, close } from "../support/checks";
import { anyAttack, eachAttack, openRange } from "./input";

const [count = 2000, seed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);

const checkInput = async (): Promise<void> => {
  const range = await openRange();
  try {
    const each = eachAttack();
    await check(`${each.length} messages, each with one hostile value, end well`, async () => {
      const ends = await range.attackAll(each);
      console.log(`      ${[...ends].map(([end, times]) => `${end} ${times}`).join(", ")}`);
    });
    await check(`${count} messages with several hostile values end well`, async () => {
      await range.attackAll(fc.sample(anyAttack, { numRuns: count, seed }));
    });
  } finally {
    await range.close();
  }
};

const main = async (): Promise<number> => {
  console.log(`seed ${seed}`);
  await checkInput();
  return close();
};

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
