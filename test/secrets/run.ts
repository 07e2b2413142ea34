// `npm run test:secrets`: canaries in every credential, everything that can go wrong, and a search of all that anybody gets
// to see of it. It says what it has searched, and first of all whether it finds what is hidden there.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import "should";
import { startS3Server } from "../../dev/s3-server";
import { cert, key } from "../s3-server/certificate";
import { check, close, exitWith } from "../support/checks";
import { createCanaries } from "./canaries";
import { passphrase } from "./client-key";
import { fail } from "./fail";
import { failures } from "./failures";
import { HeldForTheHeap, heldTexts } from "./heap";
import { type Leak, leaksIn } from "./leaks";
import { startNodeRed } from "./node-red";
import { overflow } from "./overflow";
import { deepHidings, hidings, leakyFlow, plants } from "./plants";
import { allCodes, exceptions, unseen } from "./unseen";
import { environment, keys, role, sharedFile, users, ways, webToken } from "./ways";

const planted = `planted+canary/${"5c2e".repeat(3)}==`;

/** @throws Error that names each channel once */
const none = (leaks: readonly Leak[]): void => {
  const told = leaks.map(({ channel, names, near }) => `${channel}: ${names.join(", ")} in ${near}`);
  const byChannel = new Map(told.map((text, index) => [leaks[index]?.channel, text]));
  if (leaks.length > 0) throw new Error(`${leaks.length} found\n      ${[...byChannel.values()].join("\n      ")}`);
};

const search = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "secrets-work-"));
  writeFileSync(join(folder, "shared"), sharedFile);
  mkdirSync(join(folder, "up"));
  writeFileSync(join(folder, "up", "a.txt"), "A");
  const server = await startS3Server({ buckets: [{ name: "bucket", public: true }], users, roles: [{ arn: role }] });
  Object.assign(process.env, environment(join(folder, "shared"), server.endpoint));
  const secure = await startS3Server({ buckets: ["bucket"], users, tls: { key, cert, requestCert: true } });
  const canaries = createCanaries({ passphrase, webToken });
  for (const [way, secrets] of Object.entries(keys))
    for (const [name, secret] of Object.entries(secrets)) canaries.add(`${name} (${way})`, secret);
  const held = new HeldForTheHeap();
  const nodeRed = await startNodeRed();
  const stage = { server, secure, nodeRed, canaries, folder };
  const seeds = createCanaries({ planted });
  const found: Leak[] = [];
  let all = 0;
  const codesSeen = new Map(Object.keys(ways).map((way) => [way, new Set<string>()]));
  try {
    await check("what is hidden in a message is found", () => {
      for (const [place, hide] of Object.entries(hidings)) {
        const shown = { ...nodeRed.shown, console: [], messages: [hide(planted)] };
        leaksIn(shown, seeds).length.should.be.above(0, place);
      }
    });
    for (const [channel, plant] of Object.entries(plants)) {
      await nodeRed.tapped(async () => {
        await nodeRed.deploy(leakyFlow);
        await nodeRed.clear();
        await plant(nodeRed, planted);
        // Contexts are written ten times a second.
        await sleep(channel === "files" ? 1000 : 50);
        nodeRed.readFiles();
      });
      const channels = leaksIn(nodeRed.shown, seeds).map((leak) => leak.channel);
      await check(`what is given away is found: ${channel}`, () => channels.should.containEql(channel));
    }
    for (const [name, failure] of Object.entries(failures)) {
      await nodeRed.clear();
      const { leaks, searched, errors, wrong, seen } = await nodeRed.tapped(() => fail(stage, failure, held));
      found.push(...leaks);
      all += searched;
      for (const [way, codes] of seen) for (const one of codes) codesSeen.get(way)?.add(one);
      await check(`${name}: nothing in ${searched}, ${errors} of them errors`, () => {
        none(leaks);
        wrong.should.eql([]);
      });
    }
    const { leaks, code } = await nodeRed.tapped(() => overflow(stage));
    found.push(...leaks);
    await check("a queue is full", () => {
      none(leaks);
      String(code).should.equal("QueueFull");
    });
    codesSeen.get("token")?.add(String(code));
    await check("every code of an error was seen in every way to sign in, but for exceptions with a reason", () => {
      unseen(codesSeen).should.eql([]);
      Object.keys(exceptions)
        .filter((one) => !allCodes().includes(one))
        .should.eql([]);
    });
  } finally {
    await nodeRed.close();
    await server.close();
    await secure.close();
    rmSync(folder, { recursive: true });
  }
  await check(`errors and messages hold nothing on the heap, ${held.values.length} of them`, () => {
    const texts = heldTexts();
    texts.some((text) => text.includes("ECONNREFUSED")).should.be.true();
    const leaking = texts.filter((text) => canaries.in(text).length > 0).map((text) => text.slice(0, 100));
    [...new Set(leaking)].should.eql([]);
  });
  await check("what is hidden on the heap is found", () => {
    for (const [place, hide] of Object.entries({ ...hidings, ...deepHidings })) {
      held.values.length = 0;
      held.values.push(hide(planted));
      if (place in deepHidings)
        heldTexts()
          .some((text) => seeds.in(text).length > 0)
          .should.equal(true, place);
    }
  });
  console.log(`found: ${found.length} in ${all}`);
};

exitWith(search().then(close));
