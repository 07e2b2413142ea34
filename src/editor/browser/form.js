// The node whose form is open: its fields hold what was chosen and is not saved yet.
let editing = null;

/** Whether a text is an environment variable's, which the runtime fills in. */
const isFilledIn = (text) => /^\$\{[^}]+\}$/.test(text);

/** What stands as text in the typedInput of a node's form; undefined where it comes from elsewhere. */
const literalIn = (name) => {
  const field = $(`#node-input-${name}`);
  return field.typedInput("type") === "str" ? field.typedInput("value") : undefined;
};

/**
 * A value as a reason may hold it: Node-RED shows the reasons of a configuration as HTML in its sidebar, and the flow may
 * come from anybody.
 */
const harmless = (value) =>
  String(value).replace(/[<>&]/g, (sign) => ({ "<": "\u2039", ">": "\u203a", "&": "\uff06" })[sign]);

const harmlessAll = (values = {}) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, harmless(value)]));

/** What a field is read out with: a typedInput has a field of its own in place of the hidden one. */
const spokenOf = (field) => field.add(field.next(".red-ui-typedInput-container").find("input"));

const tieReason = (field, wrong) => {
  if (wrong) spokenOf(field).attr({ "aria-invalid": "true", "aria-describedby": `${field.attr("id")}-reason` });
  else spokenOf(field).removeAttr("aria-invalid aria-describedby");
};

/** Shows below each row why its value will not do. */
const showReasons = (node, prefix) => {
  const all = { ...node._def.defaults, ...node._def.credentials };
  for (const [name, property] of Object.entries(all)) {
    const field = $(`#${prefix}-${name}`);
    if (!property.validate || field.length === 0) continue;
    const reason = property.validate.call(node, field.val(), {});
    const row = field.closest(".form-row");
    row.children(".amazon-s3-reason").remove();
    tieReason(field, typeof reason === "string");
    if (typeof reason !== "string") continue;
    $("<div>", { class: "amazon-s3-reason amazon-s3-below", id: `${field.attr("id")}-reason` })
      .text(` ${reason}`)
      // The sign is red and not the text: on dark themes Node-RED's red is hard to read.
      .prepend('<i class="fa fa-exclamation-triangle" style="color: var(--red-ui-form-input-border-error-color)"></i>')
      .appendTo(row);
  }
};

/** A connection's form may lie above a node's. */
const formOf = (prefix) => $(`#${prefix}-name`).closest("form");

const showReasonsOnChange = (node, prefix) => {
  reachButtons(formOf(prefix));
  // Node-RED makes a tray as wide as its longest text, and cuts it off where the window is narrower.
  formOf(prefix).css({ contain: "inline-size", "contain-intrinsic-width": "600px" });
  formOf(prefix).on("change keyup paste", () => showReasons(node, prefix));
  showReasons(node, prefix);
};

/** What a label will say: Node-RED fills in its text only after the form was prepared. */
const captionOf = (label) => {
  const name = label.find("[data-i18n]").attr("data-i18n");
  return say(name.slice(name.indexOf(":") + 1));
};

/** A label whose field became a typedInput: its field is hidden, so that it has to be told where to go. */
const tieLabel = (field) => {
  const label = $(`label[for="${field.attr("id")}"]`);
  label.on("click", () => field.typedInput("focus"));
  const name = { "aria-label": captionOf(label) };
  const widget = field.next(".red-ui-typedInput-container").attr({ role: "group", ...name });
  widget.find("input, .red-ui-typedInput-option-expand").attr(name);
};

/** Node-RED's buttons beside a choice of connection are links that no key reaches. */
const reachButtons = (form) => {
  form.find("a.red-ui-button").each((_, link) => {
    const button = $(link).attr({ role: "button", tabindex: 0 });
    const name = link.id.endsWith("-add") ? "editor.addNewConfig" : "editor.editConfig";
    button.attr("aria-label", RED._(name, { type: captionOf(button.closest(".form-row").children("label")) }));
    button.on("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      button.trigger("click");
    });
  });
};

/** Keeps a value that the list does not offer: the tables allow others. */
const keepUnlisted = (node) => {
  for (const name of Object.keys(node._def.defaults)) {
    const select = $(`select#node-input-${name}`);
    const value = node[name];
    if (name === "connection" || select.length === 0 || typeof value !== "string" || value === "") continue;
    if (select.find("option").filter((_, option) => option.value === value).length > 0) continue;
    $("<option>", { value }).text(value).prependTo(select);
    select.val(value);
  }
};

/** How the runtime takes a value whose type was not saved: see src/node-red/field.ts. */
const typeOfUntyped = (value, start) => {
  if (typeof value === "string") return start === "json" ? "json" : "str";
  return { boolean: "bool", number: "num", object: "json" }[typeof value] ?? "str";
};

/** What a property that a node lacks stands for: what the editor starts with or, of a type, what its value is. */
const standIn = (node, name) => {
  const start = node._def.defaults[name].value;
  const value = name.endsWith("Type") ? node[name.slice(0, -"Type".length)] : undefined;
  return value === undefined ? start : typeOfUntyped(value, start);
};

/** What the open form has lent to its node. */
let lent = {};

/**
 * Gives a node what stands for each property that it lacks, because a later release added it or somebody wrote the flow
 * by hand: to the form, and to the node as long as the form is open, so that it finds no change where there is none.
 */
const fillIn = (node, prefix) => {
  const missing = Object.entries(node._def.defaults).filter(
    ([name, property]) => node[name] === undefined && !property.required,
  );
  lent = Object.fromEntries(missing.map(([name]) => [name, standIn(node, name)]));
  Object.assign(node, lent);
  for (const [name, { type }] of missing) {
    const field = $(`#${prefix}-${name}`);
    if (field.attr("type") === "checkbox") field.prop("checked", lent[name]);
    // A choice of configurations is Node-RED's own.
    else if (type === undefined) field.val(typeof lent[name] === "object" ? JSON.stringify(lent[name]) : lent[name]);
  }
};

/** After Cancel, the node is as it was. */
const takeBack = (node) => {
  for (const [name, value] of Object.entries(lent)) if (node[name] === value) delete node[name];
};

const showWhen = (node, row, condition) => {
  const update = () => $(`#node-input-${row}`).closest(".form-row").toggle(applies(node, condition));
  $(`#node-input-${condition.field}`).on("change keyup", update);
  update();
};

/** Makes the form's typedInputs, and what moves in it. */
const openForm = (node, types, when) => {
  editing = node;
  fillIn(node, "node-input");
  keepUnlisted(node);
  for (const [name, offered] of Object.entries(types)) {
    const field = $(`#node-input-${name}`);
    field.typedInput({ types: offered, typeField: $(`#node-input-${name}Type`) });
    tieLabel(field);
  }
  for (const [row, condition] of Object.entries(when)) showWhen(node, row, condition);
  const isStart = (name) => node[name] === undefined || node[name] === node._def.defaults[name].value;
  const more = formOf("node-input").find(".amazon-s3-more");
  const names = more
    .find("input[id^=node-input-]")
    .get()
    .map((field) => field.id.slice("node-input-".length));
  more.prop("open", !names.every(isStart));
  showReasonsOnChange(node, "node-input");
  // Its code is the connection's, once for all nodes.
  RED.nodes.getType("amazon-s3-config").offerTryout(node, formOf("node-input"));
};

const closeForm = () => {
  editing = null;
};

const cancelForm = () => {
  takeBack(editing);
  closeForm();
};

/** Node-RED says so of each node that goes, whether its form is open or not. */
const dropForm = (node) => {
  if (editing?.id === node.id) closeForm();
};

const saveForm = () => {
  RED.nodes.getType("amazon-s3-config").addTryout(editing);
  closeForm();
};
