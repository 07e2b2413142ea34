const labelOf = (name) => say(`rows.${name}.label`);

/** Why the value of a field will not do, in the editor's language. */
const reason = (rule, name, values) => say(`reason.${name}`, { label: labelOf(rule.name), ...harmlessAll(values) });

const checkPath = (node, path, rule) => {
  if (rule.path === "folder") {
    if (rule.required && path.trim() === "") return reason(rule, "blankFolder");
    const whole = path === "/" && rule.root && !current(node, rule.root);
    return whole ? reason(rule, "wholeBucket", { option: labelOf(rule.root) }) : true;
  }
  if (path.trim() === "") return reason(rule, "blank");
  if (path === "/") return rule.path === "any" || reason(rule, "root");
  return rule.path === "file" && path.endsWith("/") ? reason(rule, "folder") : true;
};

const checkRange = (text, rule) => {
  const [, first, last, tail] = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/.exec(text) ?? [];
  const ordered = tail ? Number(tail) > 0 : first !== undefined && (last === "" || Number(first) <= Number(last));
  return ordered || reason(rule, "range", { value: text });
};

/** What the matcher of the expressions, src/core/regex, leaves out: what looks ahead, behind and back. */
const looksAround = /^(?:[^\\[]|\\[^1-9k]|\[(?:[^\]\\]|\\.)*\])*?(?:\(\?(?!:|<[^=!])|\\[1-9k])/s;

const checkRegex = (text, rule) => {
  try {
    new RegExp(text, "us");
  } catch (error) {
    return reason(rule, "regex", { error: error.message.replace(/^.*: /s, "") });
  }
  return !looksAround.test(text) || reason(rule, "looksAround");
};

/** What a text is, as the runtime reads it: src/core/byte-size.ts, moment.ts, bucket.ts. Undefined of what it refuses. */
const readers = {
  size: sizeIn,
  time: timeIn,
  class: (text) => (/^[\w-]+$/.test(text) ? text : undefined),
  bucket: bucketIn,
};

/** What stands as text in another field, as far as it is right. */
const otherThan = (node, name, read) => {
  const text = String(current(node, name) ?? "");
  if (current(node, `${name}Type`) !== "str" || text === "" || isFilledIn(text)) return {};
  return { limit: text, value: read(text) };
};

/** Against the other end of what is wanted: no object is larger than the one and smaller than the other. */
const checkEnd = (node, text, rule) => {
  const read = readers[rule.form];
  const { limit, value } = otherThan(node, rule.upTo, read);
  const mine = read(text);
  if (value === undefined || mine < value || (rule.form === "size" && mine === value)) return true;
  return reason(rule, `${rule.form}s`, { value: text, other: labelOf(rule.upTo), limit });
};

const checkForm = (node, text, rule) => {
  if (rule.form === "regex") {
    const { limit } = otherThan(node, rule.apart, String);
    return limit === undefined ? checkRegex(text, rule) : reason(rule, "apart", { other: labelOf(rule.apart) });
  }
  if (readers[rule.form](text) === undefined) return reason(rule, rule.form, { value: text });
  return rule.upTo === undefined || checkEnd(node, text, rule);
};

const isScalar = (value) => ["string", "number", "boolean"].includes(typeof value);

const checkJson = (node, text, rule) => {
  const { value, error } = parsed(text);
  if (error) return reason(rule, "json", { error });
  if (rule.kind === "object") {
    const good = value !== null && typeof value === "object" && !Array.isArray(value);
    if (!good || !Object.values(value).every(isScalar)) return reason(rule, "object");
    const odd = rule.header && Object.keys(value).find((name) => !/^[\w!#$%&'*+.^`|~-]+$/.test(name));
    return odd === undefined || odd === false || reason(rule, "name", { value: odd });
  }
  if (rule.kind === "listing") {
    return typeof value === "string" || Array.isArray(value) || reason(rule, "listing");
  }
  if (rule.kind === "strings") {
    const all = typeof value === "string" ? [value] : value;
    if (!Array.isArray(all) || !all.every((item) => typeof item === "string" && item !== "")) {
      return reason(rule, "strings");
    }
    if (rule.form) return all.map((one) => checkForm(node, one, rule)).find((found) => found !== true) ?? true;
    if (!rule.path) return true;
    return all.map((path) => checkPath(node, path, rule)).find((found) => found !== true) ?? true;
  }
  return value !== null || reason(rule, "null");
};

const checkBytes = (text, rule) => {
  const { value } = parsed(text);
  const good = Array.isArray(value) && value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255);
  return good || reason(rule, "bytes");
};

const checkInteger = (text, rule) => {
  const good = /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) && !(Number(text) < rule.min);
  return good || reason(rule, rule.min === undefined ? "integer" : "integerFrom", { min: rule.min, value: text });
};

/** Whether it must be there: also while another one is not, in whose place it stands. */
const isRequired = (node, rule) => rule.required || (rule.unless && !applies(node, { field: rule.unless }));

const checkLiteral = (node, text, type, rule) => {
  if (text === "") {
    const fine = !isRequired(node, rule) || (rule.kind === "data" && type === "str");
    return fine || reason(rule, "missing");
  }
  if (rule.options && !rule.options.includes(text)) {
    return reason(rule, "oneOf", { options: rule.options.join(", "), value: text });
  }
  if (type === "json") return checkJson(node, text, rule);
  if (type === "bin") return checkBytes(text, rule);
  if (rule.kind === "integer") return checkInteger(text, rule);
  if (rule.kind === "boolean") return /^(true|false)$/.test(text) || reason(rule, "boolean");
  if (rule.form) return checkForm(node, text, rule);
  if (rule.range) return checkRange(text, rule);
  if (rule.path) return checkPath(node, text, rule);
  return true;
};

const checkSource = (text, type, rule) => {
  if (text.trim() === "") return reason(rule, type);
  if (type === "env") return true;
  // A context property may begin with its store: #:(file)::property
  return RED.utils.validateTypedProperty(text.replace(/^#:\(.+?\)::/, ""), type, { label: labelOf(rule.name) });
};

/** True, or the reason why the value of one field will not do. */
const check = (node, value, rule) => {
  if (rule.when && !applies(node, rule.when)) return true;
  // The saved node lacks it: the default holds.
  if (value === undefined || value === null) return true;
  const text = String(value);
  if (isFilledIn(text)) return true;
  const type = rule.typed ? current(node, `${rule.name}Type`) : "";
  return sources.includes(type) ? checkSource(text, type, rule) : checkLiteral(node, text, type, rule);
};
