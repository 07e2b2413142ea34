import "should";
import { differs } from "../support/differs";
import { allOddKeys, inByteOrder, takesKey } from "../support/keys";
import { useStore } from "../support/world";

/** Which keys the store itself takes (UserGuide/object-keys), without any of this package. */
describe("a store's keys", () => {
  const world = useStore();
  const held = async (key: string): Promise<boolean> => {
    try {
      await world.s3.put("bucket", key, "x");
    } catch {
      return false;
    }
    return (await world.s3.keys("bucket")).includes(key);
  };

  it("are any characters, dots and slashes among them", async () => {
    const taken = [];
    for (const key of allOddKeys) if (await held(key)) taken.push(key);
    taken.should.eql(allOddKeys.filter(takesKey));
    if (differs("keys-are-file-paths")) taken.length.should.be.below(allOddKeys.length);
    else taken.should.eql(allOddKeys);
  });

  it("may begin with another key and a slash", async () => {
    const keys = ["both", "both/below"];
    await world.s3.seed("bucket", keys);
    const listed = await world.s3.keys("bucket", "both");
    listed.should.eql(differs("keys-are-file-paths") ? ["both"] : inByteOrder(keys));
  });

  it("may begin with a slash", async () => {
    await world.s3.put("bucket", "/slash", "x");
    const hidden = differs("keys-are-file-paths");
    (await world.s3.keys("bucket", hidden ? "slash" : "/")).should.containEql(hidden ? "slash" : "/slash");
  });
});
