import { crc32, deflateSync, inflateSync } from "node:zlib";

const signature = Buffer.from("89504e470d0a1a0a", "hex");
const most = 256;

const chunk = (type: string, data: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
};

const chunksOf = (png: Buffer, type: string): Buffer[] => {
  const found: Buffer[] = [];
  for (let at = signature.length; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString("latin1", at + 4, at + 8) === type)
      found.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  return found;
};

const paeth = (left: number, up: number, corner: number): number => {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
};

/** Takes back the filters (PNG specification, 9.2). Returns three bytes a pixel. */
const unfilter = (raw: Buffer, height: number, row: number): Buffer => {
  const pixels = Buffer.alloc(height * row);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (row + 1)];
    for (let x = 0; x < row; x += 1) {
      const left = x >= 3 ? (pixels[y * row + x - 3] as number) : 0;
      const up = y > 0 ? (pixels[(y - 1) * row + x] as number) : 0;
      const corner = x >= 3 && y > 0 ? (pixels[(y - 1) * row + x - 3] as number) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter as number] as number;
      pixels[y * row + x] = (raw[y * (row + 1) + 1 + x] as number) + guess;
    }
  }
  return pixels;
};

const distance = (a: number, b: number): number =>
  [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0);

/**
 * The same picture with 256 colours at most: those it uses most, the others as the nearest of these. A picture of
 * an editor loses nothing that is seen, and half its size.
 */
export const palettePng = (png: Buffer): Buffer => {
  const [header] = chunksOf(png, "IHDR");
  if (header?.[8] !== 8 || header[9] !== 2) throw new Error("only RGB pictures of 8 bits are known here");
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const pixels = unfilter(inflateSync(Buffer.concat(chunksOf(png, "IDAT"))), height, width * 3);

  const uses = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = pixels.readUIntBE(at, 3);
    uses.set(colour, (uses.get(colour) ?? 0) + 1);
  }
  const colours = [...uses].sort(([, a], [, b]) => b - a).map(([colour]) => colour);
  const palette = colours.slice(0, most);
  const nearest = (colour: number) =>
    palette.reduce((best, one) => (distance(one, colour) < distance(best, colour) ? one : best));
  const index = new Map(palette.map((colour, at) => [colour, at]));
  for (const colour of colours.slice(most)) index.set(colour, index.get(nearest(colour)) as number);

  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      rows[y * (width + 1) + 1 + x] = index.get(pixels.readUIntBE((y * width + x) * 3, 3)) as number;
  const table = Buffer.alloc(palette.length * 3);
  for (const [at, colour] of palette.entries()) table.writeUIntBE(colour, at * 3, 3);
  const indexed = Buffer.from(header);
  indexed[9] = 3;
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  const chunks = [chunk("IHDR", indexed), chunk("PLTE", table), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]);
};
