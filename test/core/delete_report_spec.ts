import { readDeleteReport } from "../../src/core/delete-report";

const read = (xml: string) => readDeleteReport(Buffer.from(xml));

describe("report of a DeleteObjects", () => {
  it("tells what was deleted and what was not", async () => {
    const xml =
      "<DeleteResult><Deleted><Key> a\n</Key></Deleted><Deleted><Key>b</Key><VersionId>1</VersionId></Deleted>" +
      "<Error><Key>c&amp;</Key><Code>AccessDenied</Code><Message>no &lt;way&gt;</Message></Error></DeleteResult>";
    (await read(xml)).should.eql({
      deleted: [{ key: " a\n" }, { key: "b", versionId: "1" }],
      failed: [{ key: "c&", code: "AccessDenied", message: "no <way>" }],
    });
  });

  it("may be empty, but must be whole", async () => {
    (await read("<DeleteResult/>")).should.eql({ deleted: [], failed: [] });
    for (const xml of [
      "",
      "<html/>",
      "<DeleteResult><Deleted><Key>a</Key>",
      "<DeleteResult><Deleted/></DeleteResult>",
      "<DeleteResult><Error><Code>AccessDenied</Code></Error></DeleteResult>",
      "<DeleteResult><Deleted><Key>a</Key><Key>b</Key></Deleted></DeleteResult>",
      "<DeleteResult><Error><Key>a</Key><Code>A</Code><Code>B</Code></Error></DeleteResult>",
      "<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>x",
    ]) {
      await read(xml).should.be.rejectedWith({ code: "InvalidResponse" });
    }
  });

  it("takes an error without a code for one that may pass", async () => {
    const { failed } = await read("<DeleteResult><Error><Key>a</Key></Error></DeleteResult>");
    failed.should.eql([{ key: "a", code: "InternalError", message: "" }]);
  });

  it("says nothing of what it has besides", async () => {
    const xml = "<DeleteResult><Other><Key>b</Key></Other><Deleted><Key>a</Key><Size>1</Size></Deleted></DeleteResult>";
    (await read(xml)).should.eql({ deleted: [{ key: "a" }], failed: [] });
  });

  it("takes nothing of one entry for the next", async () => {
    const xml =
      "<DeleteResult><Deleted><Key>a</Key><VersionId>1</VersionId><DeleteMarker>true</DeleteMarker></Deleted>" +
      "<Deleted><Key>b</Key></Deleted><Error><Key>c</Key></Error></DeleteResult>";
    const { deleted, failed } = await read(xml);
    deleted.should.eql([{ key: "a", versionId: "1" }, { key: "b" }]);
    failed.should.eql([{ key: "c", code: "InternalError", message: "" }]);
  });

  it("is read in between other work", async () => {
    let turns = 0;
    let over = false;
    const turn = (): void => {
      turns++;
      if (!over) setImmediate(turn);
    };
    setImmediate(turn);
    const entry = `<Deleted><Key>${"k".repeat(900)}</Key></Deleted>`;
    (await read(`<DeleteResult>${entry.repeat(1000)}</DeleteResult>`)).deleted.should.have.length(1000);
    over = true;
    turns.should.be.above(8);
  });
});
