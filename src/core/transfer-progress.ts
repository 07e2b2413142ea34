import { performance } from "node:perf_hooks";

/** How far a transfer has come. */
export interface Progress {
  /** So far. */
  bytes: number;
  /** Bytes in all; undefined where nobody knows. */
  total: number | undefined;
  /** Bytes per second, lately. */
  rate: number;
}

/** A transfer tells nothing before it has taken so long, and then once in so long, in ms. */
const interval = 500;

const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** As "900 kB", "1.2 MB", "12 MB". */
export const shortSize = (bytes: number): string => {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 1 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
};

/** As "42 % 12 MB/s", or "1.2 GB 12 MB/s" where the whole is not known: 20 characters at most. */
export const progressText = ({ bytes, total, rate }: Progress): string =>
  `${total ? `${Math.floor((100 * bytes) / total)} %` : shortSize(bytes)} ${shortSize(rate)}/s`;

/**
 * Follows a transfer.
 * @param show is given a text now and then, while bytes come
 */
export const followTransfer = (
  total: number | undefined,
  show: (text: string) => void,
): { add(count: number): void; now(): Progress } => {
  let bytes = 0;
  let rate = 0;
  let mark = 0;
  const began = performance.now();
  let last = began;
  const measure = (now: number): void => {
    const latest = ((bytes - mark) / (now - last)) * 1000;
    // What came all at once, or not at all, does not make the number jump.
    rate = last === began ? latest : (rate + latest) / 2;
    mark = bytes;
    last = now;
  };
  return {
    add(count) {
      bytes += count;
      const now = performance.now();
      if (now - last < interval) return;
      measure(now);
      show(progressText({ bytes, total, rate }));
    },
    now() {
      const now = performance.now();
      if (rate > 0 || now === began) return { bytes, total, rate };
      return { bytes, total, rate: (bytes / (now - began)) * 1000 };
    },
  };
};
