import should from "should";
import { moment } from "../../src/core/moment";

const now = Date.parse("2026-06-01T12:00:00Z");
const read = (value: string | number): string => new Date(moment("modifiedAfter", value, now)).toISOString();

describe("a moment", () => {
  for (const [value, time] of [
    ["2026-05-31", "2026-05-31T00:00:00.000Z"],
    ["2026-05", "2026-05-01T00:00:00.000Z"],
    ["2026", "2026-01-01T00:00:00.000Z"],
    ["2026-05-31T10:20", "2026-05-31T10:20:00.000Z"],
    ["2026-05-31 10:20:30", "2026-05-31T10:20:30.000Z"],
    ["2026-05-31T10:20:30.5Z", "2026-05-31T10:20:30.500Z"],
    ["2026-05-31t10:20:30z", "2026-05-31T10:20:30.000Z"],
    ["2026-05-31T10:20:30+02:00", "2026-05-31T08:20:30.000Z"],
    ["2026-05-31T10:20:30-0230", "2026-05-31T12:50:30.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    [0, "1970-01-01T00:00:00.000Z"],
    [1780000000000, "2026-05-28T20:26:40.000Z"],
    ["1780000000000", "2026-05-28T20:26:40.000Z"],
    ["0s", "2026-06-01T12:00:00.000Z"],
    ["45s", "2026-06-01T11:59:15.000Z"],
    ["30m", "2026-06-01T11:30:00.000Z"],
    ["12h", "2026-06-01T00:00:00.000Z"],
    ["90d", "2026-03-03T12:00:00.000Z"],
    ["1.5 d", "2026-05-31T00:00:00.000Z"],
    ["2w", "2026-05-18T12:00:00.000Z"],
    ["1y", "2025-06-01T12:00:00.000Z"],
  ] as const) {
    it(`of ${JSON.stringify(value)} is ${time}`, () => {
      read(value).should.equal(time);
    });
  }

  it("without a zone is UTC, whatever this machine's is", () => {
    const { TZ } = process.env;
    process.env.TZ = "Asia/Tokyo";
    try {
      new Date("2026-05-31T10:20").getUTCHours().should.equal(1);
      read("2026-05-31T10:20").should.equal("2026-05-31T10:20:00.000Z");
      read("2026-05-31").should.equal("2026-05-31T00:00:00.000Z");
    } finally {
      if (TZ === undefined) delete process.env.TZ;
      else process.env.TZ = TZ;
    }
  });

  for (const value of [
    "2026-02-30",
    "2026-13-01",
    "2026-5-1",
    "31.05.2026",
    "05/31/2026",
    "2026-05-31T25:00",
    "2026-05T10:20",
    "yesterday",
    "90",
    "90 days",
    "-90d",
    "1d12h",
    "P90D",
    "20260531",
    "9999999999y",
    -1,
    8.7e15,
  ]) {
    it(`is refused that is none: ${JSON.stringify(value)}`, () => {
      should(() => read(value)).throw(/^modifiedAfter .*write a date/, { code: "InvalidParameter" });
    });
  }

  it("is refused in months, which are of different length", () => {
    for (const value of ["3M", "3D", "3x"]) should(() => read(value)).throw(/has an unknown unit/);
  });

  it("is refused in seconds since 1970, which would be a day of that year", () => {
    for (const value of [1780000000, "1780000000"]) should(() => read(value)).throw(/seconds need three zeros/);
  });
});
