import "should";
import { setTimeout as pause } from "node:timers/promises";
import { createHeldPages, type HeldPage } from "../../src/core/held-pages";
import { plainArray } from "../../src/core/plain";
import { PageOf } from "../../src/core/reply-pages";
import { createSpareBuffers } from "../../src/core/spare-buffers";

describe("pages that are held", () => {
  for (const size of [300_000, 1_300_000, 3_400_000]) {
    it(`are no more bytes than they may be, with those that are under way: pages of ${size}`, () => {
      const held = createHeldPages();
      const page = () => new PageOf(plainArray(), plainArray(), undefined);
      let [count, most] = [0, 0];
      for (let round = 0; round < 150; round++) {
        // As many as there are lanes for, the first one alone: of pages that have not come, nobody knows the size.
        let underWay = 0;
        while (underWay < (round === 0 ? 1 : 16) && held.hasRoom(underWay)) underWay++;
        most = Math.max(most, (count + underWay) * size);
        for (let n = 0; n < underWay; n++) held.hold(page(), held.copy(Buffer.alloc(size)));
        count += underWay;
      }
      most.should.be.within(28 * 2 ** 20, 32 * 2 ** 20 + size);
    });
  }

  it("are read ahead at first, and later only a few of them", async () => {
    const held = createHeldPages();
    let read = 0;
    const add = () =>
      held.holdUnread(held.copy(Buffer.alloc(1000), true), async (bytes) => {
        read++;
        bytes.length.should.equal(1000);
        return new PageOf(plainArray(), plainArray(), undefined);
      });
    /** Until no more are read. */
    const settled = async () => {
      for (let before = -1; before !== read; await pause(20)) {
        before = read;
        await pause(20);
      }
    };
    const open = Array.from({ length: 200 }, add);
    await settled();
    const ahead = read;
    ahead.should.be.within(40, 100);
    for (const one of open) await one.open();
    read.should.equal(200);
    const more = Array.from({ length: 200 }, add);
    await settled();
    (read - 200).should.be.within(4, 16);
    for (const one of more) await one.open();
    read.should.equal(400);
  });

  it("fail when they are asked for, if they cannot be read, and not before", async () => {
    const held = createHeldPages();
    const open = held.holdUnread(held.copy(Buffer.alloc(10), true), () => Promise.reject(new Error("no page")));
    await pause(20);
    await Promise.resolve(open.open()).should.be.rejectedWith("no page");
  });

  it("have room again when they are dropped, each way that they wait", async () => {
    const held = createHeldPages(true);
    const page = () => new PageOf(plainArray(), plainArray(), undefined);
    for (let round = 0; round < 10; round++) {
      const some: HeldPage[] = [];
      while (held.hasRoom(0)) {
        const unread = some.length % 2 === 0;
        const copy = held.copy(Buffer.alloc(1000), unread);
        some.push(unread ? held.holdUnread(copy, async () => page()) : held.hold(page(), copy));
      }
      some.length.should.equal(40);
      for (const one of some) one.drop();
      await pause(0);
    }
  });

  it("have room again when they are read, and so have short ones after a long one", async () => {
    const held = createHeldPages();
    const page = () => new PageOf(plainArray(), plainArray(), undefined);
    const open: HeldPage[] = [];
    while (held.hasRoom(0)) open.push(held.hold(page(), held.copy(Buffer.alloc(2_000_000))));
    for (const one of open.splice(0, 8)) one.open();
    held.hasRoom(0).should.be.true();
    for (let n = 0; n < 40; n++) held.drop(held.copy(Buffer.alloc(1000)));
    held.hasRoom(16).should.be.true();
  });
});

describe("spare buffers", () => {
  it("are used again, and given back when nobody has used them for a while", async () => {
    const spares = createSpareBuffers(2, 1024, 50);
    const one = spares.take(1000);
    spares.give(one);
    (spares.take(1000) === one).should.be.true();
    spares.give(one);
    await pause(150);
    (spares.take(1000) === one).should.be.false();
  });
});
