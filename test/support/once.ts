import { deploy, type Message, type Outcome, type Setting } from "./bench";

/** Deploys one node, sends it one message, and takes it down again. */
export const once = async (
  verb: string,
  config: Record<string, unknown>,
  payload: unknown,
  setting: Setting,
  more: Message = {},
): Promise<Outcome> => {
  const bench = await deploy(verb, config, setting);
  try {
    return await bench.send({ ...more, payload });
  } finally {
    await bench.close();
  }
};

/** The one message that a node sent. Shows what went wrong instead, where it did. */
export const onlyMessage = (outcome: Outcome): Message => {
  if (outcome.error) throw outcome.error;
  outcome.messages.should.have.length(1);
  outcome.dones.should.equal(1);
  outcome.completed.should.be.true();
  return outcome.messages[0];
};

/** Holds a failure to what every failure has: one `done` with the error, Catch and not Complete. */
export const failure = (outcome: Outcome, code: string): Message => {
  const { error, caught, completed, dones } = outcome;
  if (!error) throw new Error(`expected ${code}, and it succeeded: ${JSON.stringify(outcome.messages).slice(0, 300)}`);
  `${error.code}: ${error.message}`.should.startWith(`${code}: `);
  dones.should.equal(1);
  completed.should.be.false();
  caught.error.code.should.equal(code);
  caught.error.cause.code.should.equal(code);
  return error;
};
