import type { Message, Outcome } from "./bench";

/** Messages of a sequence, each with one of `items` as `msg.payload`; the last tells how many they are. */
export const sequenceOf = (id: string, items: readonly unknown[], more: object = {}): Message[] =>
  items.map((payload, index) => ({
    ...more,
    payload,
    parts: { id, index, ...(index === items.length - 1 ? { count: items.length } : {}) },
  }));

/** The one message that a whole sequence sent: each of it was done once, without an error. */
export const resultOf = (outcomes: readonly Outcome[]): Message => {
  for (const { error, dones, completed } of outcomes) {
    if (error) throw error;
    [dones, completed].should.eql([1, true]);
  }
  const messages = outcomes.flatMap(({ messages }) => messages);
  messages.should.have.length(1);
  return messages[0];
};

/** The codes with which messages failed, in their order; undefined for one that did not. Each was done once. */
export const codesOf = (outcomes: readonly Outcome[]): (string | undefined)[] =>
  outcomes.map(({ error, dones, messages }) => {
    [dones, messages.length].should.eql([1, 0], error?.message);
    return error?.code;
  });
