/** An entry of package-lock.json, as far as it is looked at. */
export interface Locked {
  name?: string;
  version?: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  dev?: boolean;
  inBundle?: boolean;
  link?: boolean;
  hasInstallScript?: boolean;
}

/** package-lock.json: entries by the folder that they are installed in; "" is the package itself. */
export interface Lock {
  lockfileVersion: number;
  packages: Record<string, Locked>;
}

export interface Entry extends Locked {
  path: string;
  name: string;
}

/** The name that a folder of node_modules stands for. */
const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

/** All packages but the one itself. */
export const entries = ({ packages }: Lock): Entry[] =>
  Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, locked]) => ({ ...locked, path, name: locked.name ?? nameOf(path) }));

/** Those that are installed with the package. */
export const production = (lock: Lock): Entry[] => entries(lock).filter(({ dev }) => !dev);

/** Whether the folder's name is that of another package. */
export const isAlias = ({ path, name }: Entry): boolean => nameOf(path) !== name;
