/** What the soak tells its Node-RED, a process of its own. */
export interface Order {
  endpoint: string;
  accessKey: string;
  secretKey: string;
  region: string;
  home: string;
  seconds: number;
}

/** What the process holds in a quiet moment, right after a deploy. */
export interface Sample {
  /** Seconds since the start. */
  at: number;
  /** MiB, after the garbage was collected. */
  memory: number;
  /** Resources that keep the process alive, timers aside. */
  handles: number;
  /** To other programs, idle ones included. */
  sockets: number;
  listeners: number;
}

export interface Ended {
  samples: Sample[];
  /** Messages that were done, by node. */
  done: Record<string, number>;
  /** Those that failed, by code. */
  failed: Record<string, number>;
  /** Unhandled rejections, warnings of leaks, errors that nobody caught. */
  faults: string[];
}
