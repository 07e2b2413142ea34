/**
 * The nodes whose forms are open, by id: a connection's may lie above a node's. Their fields hold what was chosen and is
 * not saved yet, and they themselves hold what they were lent.
 */
const openForms = new Map();

const isOpen = ({ id }) => openForms.has(id);

/** What stands as text in the typedInput of a node's form; undefined where it comes from elsewhere. */
const literalIn = (name) => {
  const field = $(`#node-input-${name}`);
  return field.typedInput("type") === "str" ? field.typedInput("value") : undefined;
};

/** What a field is read out with: a typedInput has a field of its own in place of the hidden one. */
const spokenOf = (field) => field.add(field.next(".red-ui-typedInput-container").find("input"));

const tieReason = (field, wrong) => {
  if (wrong) spokenOf(field).attr({ "aria-invalid": "true", "aria-describedby": `${field.attr("id")}-reason` });
  else spokenOf(field).removeAttr("aria-invalid aria-describedby");
};

const showHint = (row, text) =>
  $("<div>", { class: "amazon-s3-hint amazon-s3-below" })
    .text(` ${text}`)
    .prepend('<i class="fa fa-info-circle"></i>')
    .appendTo(row);

/** Shows below each row why its value will not do. */
const showReasons = (node, prefix) => {
  const all = { ...node._def.defaults, ...node._def.credentials };
  for (const [name, property] of Object.entries(all)) {
    const field = $(`#${prefix}-${name}`);
    if (!property.validate || field.length === 0) continue;
    const reason = property.validate.call(node, field.val(), {});
    const row = field.closest(".form-row");
    row.children(".amazon-s3-reason, .amazon-s3-hint").remove();
    tieReason(field, typeof reason === "string");
    if (typeof reason !== "string") {
      const hint = property.hint?.call(node, field.val());
      if (hint) showHint(row, hint);
      continue;
    }
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
  reachButtons(node, formOf(prefix));
  // Node-RED makes a tray as wide as its longest text, and cuts it off where the window is narrower.
  formOf(prefix).css({ contain: "inline-size", "contain-intrinsic-width": "600px" });
  formOf(prefix).on("change keyup paste", () => showReasons(node, prefix));
  showReasons(node, prefix);
};

/** What a label will say: Node-RED fills in its text only after the form was prepared. */
const captionOf = (node, label) => {
  const name = label.find("[data-i18n]").attr("data-i18n");
  return node._def._(name.slice(name.indexOf(":") + 1));
};

/** A label whose field became a typedInput: its field is hidden, so that it has to be told where to go. */
const tieLabel = (node, field) => {
  const label = $(`label[for="${field.attr("id")}"]`);
  label.on("click", () => field.typedInput("focus"));
  const name = { "aria-label": captionOf(node, label) };
  const widget = field.next(".red-ui-typedInput-container").attr({ role: "group", ...name });
  widget.find("input, .red-ui-typedInput-option-expand").attr(name);
};

/** Node-RED's buttons beside a choice of connection are links that no key reaches. */
const reachButtons = (node, form) => {
  form.find("a.red-ui-button").each((_, link) => {
    const button = $(link).attr({ role: "button", tabindex: 0 });
    const name = link.id.endsWith("-add") ? "editor.addNewConfig" : "editor.editConfig";
    button.attr("aria-label", RED._(name, { type: captionOf(node, button.closest(".form-row").children("label")) }));
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

/**
 * Begins with a form. The node is lent what stands for each property that it lacks, because a later release added it or
 * somebody wrote the flow by hand: so the form shows it, and finds no change where there is none.
 */
const beginForm = (node, prefix) => {
  const missing = Object.entries(node._def.defaults).filter(
    ([name, property]) => node[name] === undefined && !property.required,
  );
  const lent = Object.fromEntries(missing.map(([name]) => [name, standIn(node, name)]));
  Object.assign(node, lent);
  openForms.set(node.id, { node, lent });
  for (const [name, { type }] of missing) {
    const field = $(`#${prefix}-${name}`);
    if (field.attr("type") === "checkbox") field.prop("checked", lent[name]);
    // A choice of configurations is Node-RED's own.
    else if (type === undefined) field.val(typeof lent[name] === "object" ? JSON.stringify(lent[name]) : lent[name]);
  }
};

/** Node-RED says so also of nodes whose form was not open, when they are deleted. */
const closeForm = ({ id }) => openForms.delete(id);

/** After Cancel, the node is as it was. Of a new connection, Node-RED tells the id alone. */
const cancelForm = ({ id }) => {
  const { node, lent = {} } = openForms.get(id) ?? {};
  for (const [name, value] of Object.entries(lent)) if (node[name] === value) delete node[name];
  openForms.delete(id);
};

const fieldsIn = ({ field, any, all }) => (any ?? all)?.flatMap(fieldsIn) ?? [field];

const showWhen = (node, row, condition) => {
  const update = () => $(`#node-input-${row}`).closest(".form-row").toggle(applies(node, condition));
  for (const field of fieldsIn(condition)) $(`#node-input-${field}`).on("change keyup", update);
  update();
};
