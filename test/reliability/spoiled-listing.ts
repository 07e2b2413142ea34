import { type Fault, type FaultKind, type ProxiedRequest, randomFault } from "../../dev/fault-proxy";
import { spoiledPages } from "../support/spoiled-pages";

const onWire: FaultKind[] = ["slowDown", "internalError", "reset", "cut", "drop", "page"];
const ofVersions = Object.values(spoiledPages).filter(({ onlyV2 }) => !onlyV2);

/** A page of a listing that is not as it was sent, or does not come. */
export const spoiledListing = ({ operation }: Pick<ProxiedRequest, "operation">, random: () => number): Fault => {
  if (random() < 0.4) return randomFault(random, onWire, 2000);
  const pages = operation === "ListObjectVersions" ? ofVersions : Object.values(spoiledPages);
  return pages[Math.floor(random() * pages.length)] as Fault;
};
