import should from "should";
import { fairShare } from "../../src/node-red/fair-share";

describe("the share of a user", () => {
  let time = 0;
  const start = (limits: object) =>
    fairShare({ all: 100, each: 100, often: 1000, span: 10_000, ...limits }, () => time);
  const begun = (answer: (() => void) | string) => {
    should(answer).be.a.Function();
    return answer as () => void;
  };
  beforeEach(() => {
    time = 0;
  });

  it("is so many at a time, and leaves others theirs", () => {
    const begin = start({ all: 3, each: 2 });
    const end = begun(begin("a"));
    begun(begin("a"));
    begin("a").should.equal("2 requests of yours are under way: wait for them");
    begun(begin("b"));
    begin("b").should.equal("3 requests are under way: wait for them");
    end();
    begun(begin("b"));
    begin("a").should.equal("3 requests are under way: wait for them");
  });

  it("is so many within a span, also if each ends at once", () => {
    const begin = start({ often: 3 });
    for (const at of [0, 4000, 8000]) {
      time = at;
      begun(begin("a"))();
    }
    begin("a").should.equal("3 requests in 10 seconds are too many: wait a moment");
    begun(begin("b"))();
    time = 10_000;
    begun(begin("a"))();
    begin("a").should.be.a.String();
    time = 14_000;
    begun(begin("a"))();
  });

  it("counts what was refused for nothing", () => {
    const begin = start({ each: 1, often: 2 });
    const end = begun(begin("a"));
    for (let i = 0; i < 10; i++) begin("a").should.be.a.String();
    end();
    begun(begin("a"))();
  });

  it("counts what runs for longer than the span", () => {
    const begin = start({ each: 1 });
    const end = begun(begin("a"));
    time = 50_000;
    begin("b");
    begin("a").should.be.a.String();
    end();
    begun(begin("a"));
  });
});
