/** Patterns with wildcards, as policies and CORS rules have them. */

/**
 * Whether `text` is what `pattern` describes: `*` stands for any characters, `one` for exactly one ("" when there is
 * no such sign). Its time grows with the product of the lengths at worst: a backtracking expression's may explode.
 */
export function matchesWildcard(pattern: string, text: string, one: "?" | "" = "?"): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let resume = 0;
  while (from < text.length) {
    const sign = pattern[at];
    if (sign === "*") {
      star = at++;
      resume = from;
    } else if (sign !== undefined && (sign === text[from] || (one !== "" && sign === one))) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
