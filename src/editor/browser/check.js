/** A property's value: from the open form, else from the node. */
const current = (node, name) => {
  const field = editing === node ? $(`#node-input-${name}`) : [];
  if (field.length === 0) return node[name];
  return field.attr("type") === "checkbox" ? field.prop("checked") : field.val();
};

const parsed = (text) => {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { error: error.message };
  }
};

const checkPath = (node, path, rule) => {
  if (rule.path === "folder") {
    if (path === "/" && rule.root && !current(node, rule.root)) {
      return `${rule.label} / is the whole bucket: tick "${rule.rootLabel}" if that is meant`;
    }
    return true;
  }
  if (path.trim() === "") return `${rule.label} is only white space: name an object`;
  if (path === "/") return `${rule.label} / is the whole bucket: name an object`;
  if (rule.path === "file" && path.endsWith("/")) {
    return `${rule.label} ends with /, which names a folder: name an object`;
  }
  return true;
};

const checkRange = (text, label) => {
  const [, first, last, tail] = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/.exec(text) ?? [];
  const ordered = tail ? Number(tail) > 0 : first !== undefined && (last === "" || Number(first) <= Number(last));
  return ordered || `${label} must be like bytes=0-99, bytes=100- or bytes=-100, not "${text}"`;
};

const isScalar = (value) => ["string", "number", "boolean"].includes(typeof value);

const checkJson = (node, text, rule) => {
  const { value, error } = parsed(text);
  if (error) return `${rule.label} is no valid JSON: ${error}`;
  if (rule.kind === "object") {
    const good = value !== null && typeof value === "object" && !Array.isArray(value);
    return (
      (good && Object.values(value).every(isScalar)) ||
      `${rule.label} must be an object of texts, such as {"team": "a"}`
    );
  }
  if (rule.kind === "strings") {
    const all = typeof value === "string" ? [value] : value;
    if (!Array.isArray(all) || !all.every((item) => typeof item === "string" && item !== "")) {
      return `${rule.label} must be an array of strings, such as ["a", "b"]`;
    }
    if (!rule.path) return true;
    return all.map((path) => checkPath(node, path, rule)).find((found) => found !== true) ?? true;
  }
  return value !== null || `${rule.label} is missing: null is nothing to write`;
};

const checkBytes = (text, label) => {
  const { value } = parsed(text);
  const good = Array.isArray(value) && value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255);
  return good || `${label} must be an array of bytes, such as [72, 105]`;
};

const checkInteger = (text, rule) => {
  const least = rule.min === undefined ? "" : ` of at least ${rule.min}`;
  const good = /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) && !(Number(text) < rule.min);
  return good || `${rule.label} must be a whole number${least}, not "${text}"`;
};

const checkLiteral = (node, text, type, rule) => {
  if (text === "") {
    const fine = !rule.required || (rule.kind === "data" && type === "str");
    return fine || `${rule.label} is missing: type one, or choose msg to take it from the message`;
  }
  if (rule.options && !rule.options.includes(text)) {
    return `${rule.label} must be one of ${rule.options.join(", ")}, not "${text}"`;
  }
  if (type === "json") return checkJson(node, text, rule);
  if (type === "bin") return checkBytes(text, rule.label);
  if (rule.kind === "integer") return checkInteger(text, rule);
  if (rule.kind === "boolean") return /^(true|false)$/.test(text) || `${rule.label} must be true or false`;
  if (rule.range) return checkRange(text, rule.label);
  if (rule.path) return checkPath(node, text, rule);
  return true;
};

/** The places a value can be taken from, with what to write there. */
const sources = {
  msg: "name a property of the message, such as payload",
  flow: "name a property of the flow context, such as value",
  global: "name a property of the global context, such as value",
  env: "name an environment variable, such as NAME",
  jsonata: "write an expression, such as payload.value",
};

const checkSource = (text, type, rule) => {
  if (text.trim() === "") return `${rule.label}: ${sources[type]}`;
  if (type === "env") return true;
  // A context property may begin with its store: #:(file)::property
  return RED.utils.validateTypedProperty(text.replace(/^#:\(.+?\)::/, ""), type, { label: rule.label });
};

/** True, or the reason why the value of one field will not do. */
const check = (node, value, rule) => {
  if (rule.when && !rule.when.values.includes(String(current(node, rule.when.setting)))) return true;
  // The saved node lacks it: the default holds.
  if (value === undefined || value === null) return true;
  const text = String(value);
  // Filled in by the runtime.
  if (/^\$\{[^}]+\}$/.test(text)) return true;
  const type = rule.typed ? current(node, `${rule.name}Type`) : "";
  return Object.hasOwn(sources, type) ? checkSource(text, type, rule) : checkLiteral(node, text, type, rule);
};
