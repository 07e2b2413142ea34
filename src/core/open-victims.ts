import type { Victim } from "./remove";

/** Keys of a request whose report is read. */
export interface OpenVictims<V extends Victim> {
  /** One that is told of, once; undefined where it is none of them, or has been told of. */
  take(told: Victim): V | undefined;
  /** Those that have not been told of. */
  left(): readonly V[];
}

const idOf = ({ key, versionId = "" }: Victim): string => `${versionId} ${key}`;

/** @param isInOrder most are told of in the order in which they were asked for, and none of them twice */
export const openVictims = <V extends Victim>(victims: readonly V[], isInOrder: boolean): OpenVictims<V> => {
  /** As long as they are told of in their order, the place of the next one. */
  let at = 0;
  const others = (): Map<string, V> => new Map(victims.slice(at).map((victim) => [idOf(victim), victim]));
  let open = isInOrder ? undefined : others();
  return {
    take(told) {
      const next = victims[at];
      if (!open && next && (next === told || idOf(next) === idOf(told))) {
        at++;
        return next;
      }
      open ??= others();
      const id = idOf(told);
      const victim = open.get(id);
      open.delete(id);
      return victim;
    },
    left: () => (open ? [...open.values()] : victims.slice(at)),
  };
};
