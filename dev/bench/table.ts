import type { Measured } from "./interleave";

/** Prints what was measured; the first lane is what the others are compared to. */
export const table = (title: string, lanes: Measured[], per: number, unit: string): void => {
  const [sdk] = lanes as [Measured, ...Measured[]];
  console.log(`\n${title}`);
  console.log(
    `  ${"".padEnd(22)}${`wall ${unit}`.padStart(14)}${"ratio".padStart(8)}${`CPU ${unit}`.padStart(14)}${"ratio".padStart(8)}`,
  );
  for (const { name, wall, cpu } of lanes) {
    const numbers = [
      (wall / per).toFixed(3),
      (wall / sdk.wall).toFixed(2),
      (cpu / per).toFixed(3),
      (cpu / sdk.cpu).toFixed(2),
    ];
    console.log(`  ${name.padEnd(22)}${numbers.map((text, at) => text.padStart(at % 2 ? 8 : 14)).join("")}`);
  }
};
