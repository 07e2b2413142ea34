import { invalid, shown } from "../core/error";
import { folderOf } from "../core/key";
import { text } from "../core/parameter";
import { withListing } from "./listing-parameters";

/** Where in the order of the keys a walk begins. @param what is done from there on, and until where it comes from */
export const startAfterParameter = (what: string) =>
  text({
    label: "Start after",
    icon: "step-forward",
    text: what,
    example: "reports/2026/may.csv",
    fallbackText: "from the beginning",
  });

interface Start {
  path: string;
  from: "folder" | "listing";
  startAfter: string;
}

/** Refuses a beginning that a listing has not, or that does not lie in the folder: all of it would be meant, or nothing. */
export const checkStartAfter = ({ path, from, startAfter }: Start): void => {
  if (startAfter === "") return;
  if (from === "listing") {
    throw withListing("startAfter", startAfter, "it has an order of its own; leave one of them out");
  }
  const folder = folderOf(path);
  if (startAfter.startsWith(folder)) return;
  const way = `write it whole, as the list node tells the paths of entries, like ${shown(`${folder}may.csv`)}`;
  throw invalid("startAfter", `${shown(startAfter)} does not lie in the folder ${shown(folder)}: ${way}`);
};
