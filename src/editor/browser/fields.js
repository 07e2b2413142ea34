/**
 * The code of the forms, which is the connection's, once for all nodes. Nothing may need it before a form is open: when
 * the palette installs this package, the editor fetches each node by itself, in whichever order.
 */
const forms = () => RED.nodes.getType("amazon-s3-config")?.forms;

/** Whether a text is an environment variable's, which the runtime fills in. */
const isFilledIn = (text) => /^\$\{[^}]+\}$/.test(text);

/** A property's value: from the open form, else from the node. */
const current = (node, name) => {
  const field = forms()?.isOpen(node) ? $(`#node-input-${name}`) : [];
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

/** The places a value can be taken from. */
const sources = ["msg", "flow", "global", "env", "jsonata"];

/** Whether a row matters: not while another field says that it does not. */
const applies = (node, { field, values, any, all }) => {
  if (any) return any.some((condition) => applies(node, condition));
  if (all) return all.every((condition) => applies(node, condition));
  // What comes with the message may be any value.
  if (sources.includes(current(node, `${field}Type`))) return true;
  const value = String(current(node, field) ?? "");
  return values === undefined ? value !== "" : values.includes(value);
};

/**
 * A value as a reason may hold it: Node-RED shows the reasons of a configuration as HTML in its sidebar, and the flow may
 * come from anybody.
 */
const harmless = (value) =>
  String(value).replace(/[<>&]/g, (sign) => ({ "<": "\u2039", ">": "\u203a", "&": "\uff06" })[sign]);

const harmlessAll = (values = {}) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, harmless(value)]));
