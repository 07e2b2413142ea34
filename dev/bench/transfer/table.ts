import type { Cost } from "./measured";

/** A lane with what it cost. */
export interface Row {
  name: string;
  upload: Cost;
  download: Cost;
}

const GiB = 2 ** 30;

const cells = ({ wall, cpu, peak }: Cost, first: Cost, bytes: number, files: number): string[] => [
  files > 1 ? `${Math.round((files / wall) * 1000)} files/s` : `${Math.round(bytes / 2 ** 20 / (wall / 1000))} MiB/s`,
  (first.wall / wall).toFixed(2),
  // Of small files, the bytes say nothing.
  files > 1000 ? `${(cpu / files).toFixed(2)} ms/file` : `${(cpu / 1000 / (bytes / GiB)).toFixed(2)} s/GiB`,
  `${Math.round(peak)} MiB`,
];

/** A table of Markdown. Ratios are speeds: 2.00 is twice as fast as the first row. */
export const tableOf = (title: string, rows: readonly Row[], bytes: number, files: number): string => {
  const [first] = rows as [Row, ...Row[]];
  const lines = [
    ["", "up", "ratio", "CPU", "peak", "down", "ratio", "CPU", "peak"],
    ["---", ...Array.from({ length: 8 }, () => "---:")],
    ...rows.map(({ name, upload, download }) => [
      name,
      ...cells(upload, first.upload, bytes, files),
      ...cells(download, first.download, bytes, files),
    ]),
  ];
  return [`### ${title}`, "", ...lines.map((line) => `| ${line.join(" | ")} |`)].join("\n");
};
