import "should";
import { createAllowance } from "../../src/core/allowance";
import { must } from "../support/must";

describe("what downloads may fetch ahead", () => {
  it("is bounded by requests under way, until their bytes are here", () => {
    const allowance = createAllowance(2, 100, () => true);
    const first = must(allowance.take(10));
    must(allowance.take(10));
    (allowance.take(10) === undefined).should.be.true();
    first.arrived();
    first.arrived();
    must(allowance.take(10));
    (allowance.take(10) === undefined).should.be.true();
  });

  it("is bounded by bytes, until they are handed out", () => {
    const allowance = createAllowance(10, 100, () => true);
    const first = must(allowance.take(60));
    (allowance.take(41) === undefined).should.be.true();
    first.arrived();
    (allowance.take(41) === undefined).should.be.true();
    first.freed();
    first.freed();
    must(allowance.take(60));
    must(allowance.take(40));
    (allowance.take(1) === undefined).should.be.true();
  });

  it("gives a place back with the memory, if the bytes never came", () => {
    const allowance = createAllowance(1, 100, () => true);
    must(allowance.take(1)).freed();
    must(allowance.take(1));
  });

  it("is nothing while others take all requests, or where one alone is allowed", () => {
    let free = false;
    const allowance = createAllowance(2, 100, () => free);
    (allowance.take(1) === undefined).should.be.true();
    free = true;
    must(allowance.take(1));
    (createAllowance(0, 100, () => true).take(1) === undefined).should.be.true();
  });
});
