import "should";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../dev/demo/root";
import { chosenRows, rows } from "./rows";
import { table, withColumn } from "./table";

describe("the rows of the reliability suite", () => {
  it("have a number each, in their order", () => {
    const numbers = rows.map(({ number }) => number);
    numbers.should.eql([...new Set(numbers)].sort((one, other) => one - other));
    rows.length.should.be.above(0);
  });

  it("are chosen by their numbers, or by what they say", () => {
    chosenRows([]).should.equal(rows);
    chosenRows(["1"])
      .map(({ number }) => number)
      .should.eql([1]);
    chosenRows(["an empty key", "1"])
      .map(({ number }) => number)
      .should.eql([1, 10]);
    (() => chosenRows(["99"])).should.throw("there is no row 99");
    (() => chosenRows(["1", "no such thing"])).should.throw("there is no row no such thing");
  });

  for (const { number, mutants } of rows) {
    for (const { file, from, to } of mutants) {
      it(`${number}: the place of a mistake is in ${file}, once: ${from.trim().split("\n")[0]}`, () => {
        readFileSync(join(root, file), "utf8").split(from).length.should.equal(2);
        to.should.not.equal(from);
      });
    }
  }

  it("are shown in a table, what did not hold in bold", () => {
    const [row, other] = rows;
    if (!row || !other) throw new Error("there are none");
    const text = table(
      [
        { row, figure: "0 of 10", held: true },
        { row: other, figure: "1 | <b>", held: false },
      ],
      { server: "embedded", seed: 7, scale: 0.5 },
    );
    text.should.match(/with seed 7 and scale 0\.5/);
    text.should.match(/\| 1 \| .* \| .* \| 0 of 10 \|\n\| 2 \| .* \| .* \| \*\*1 \\\| &lt;b>\*\* \|$/);
  });

  it("have a column for each server and Node.js, of which one is written at a time", () => {
    const [row, other] = rows;
    if (!row || !other) throw new Error("there are none");
    const all = [row, { ...other, onlyEmbedded: "it | cannot" }];
    const staging = { seed: 7, scale: 0.5 };
    const seen = (figure: string) => all.map((one) => ({ row: one, figure, held: true }));
    const one = withColumn("", all, seen("a | b"), { server: "embedded", ...staging });
    const two = withColumn(one, all, seen("c").slice(0, 1), { server: "minio", ...staging });
    const three = withColumn(two, all, seen("d"), { server: "embedded", ...staging, seed: 8 }, true);
    const major = process.versions.node.split(".")[0];
    three.should.match(new RegExp(`\\| embedded, Node.js ${major} \\| minio, Node.js ${major} \\|`));
    three.should.match(/- embedded, .* with seed 8 .*\n- minio, .* with seed 7 /);
    three.should.match(/\n\| 1 \| .* \| d \| c \|\n\| 2 \| .* \| d \| not run: it \\\| cannot \|$/);
    two.should.match(/\n\| 1 \| .* \| a \\\| b \| c \|\n/);
    const some = withColumn(three, all, seen("e").slice(1), { server: "embedded", ...staging, seed: 8 });
    some.should.match(/\n\| 1 \| .* \| d \| c \|\n\| 2 \| .* \| e \| not run: it \\\| cannot \|$/);
    const elsewhere = () => withColumn(three, all, seen("e").slice(1), { server: "embedded", ...staging });
    elsewhere.should.throw(/the other rows were not seen .* with seed 7/);
    const anew = withColumn(three, all, seen("f").slice(1), { server: "embedded", ...staging }, true);
    anew.should.match(/- embedded, .* with seed 7 .*\n/);
    anew.should.match(/\n\| 1 \| .* \| not seen \| c \|\n\| 2 \| .* \| f \| not run: it \\\| cannot \|$/);
  });
});
