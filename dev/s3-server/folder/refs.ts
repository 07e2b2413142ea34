/** How the journal names a body: by its bytes when they are few, by files, and by how it is made of others. */
export type Ref =
  | { inline: string }
  | { file: string; size: number }
  | { zeros: number }
  | { pattern: Ref; size: number }
  | { join: readonly Ref[] }
  | { slice: Ref; start: number; size: number };

/** The body files that a reference needs; one that it needs twice comes twice. */
export function filesOf(ref: Ref): string[] {
  if ("file" in ref) return [ref.file];
  if ("join" in ref) return ref.join.flatMap(filesOf);
  if ("slice" in ref) return filesOf(ref.slice);
  if ("pattern" in ref) return filesOf(ref.pattern);
  return [];
}
