/**
 * What is to be said of a path or a filter that is right, since it is taken letter by letter, and yet hardly meant;
 * undefined where there is nothing. Nothing is marked red for it.
 */
const hint = (node, value, rule) => {
  const text = String(value ?? "");
  if (current(node, `${rule.name}Type`) !== "str" || isFilledIn(text)) return undefined;
  const hintOf = (name, values) => say(`hint.${name}`, { label: labelOf(rule.name), ...harmlessAll(values) });
  if (/^s3:\/\//i.test(text)) return hintOf("scheme", { other: labelOf("bucket") });
  if (/^\/./s.test(text)) return hintOf(rule.name === "filter" ? "filterSlash" : "slash");
  if (rule.patterns && /[*?]/.test(text)) return hintOf("pattern", { other: labelOf("filter") });
  return undefined;
};
