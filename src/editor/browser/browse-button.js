/** The name in `${NAME}`; undefined for any other text. */
const variableOf = (text) => /^\$\{([^}]+)\}$/.exec(text ?? "")?.[1];

/**
 * The connection that is chosen in the form; undefined where there is none. In a subflow it may come from one of its
 * variables: then it is what this has where an instance says nothing else.
 */
const chosenConnection = () => {
  const chosen = $("#node-input-connection").val();
  const variable = variableOf(chosen);
  const env = variable === undefined ? [] : (RED.nodes.subflow(RED.workspaces.active())?.env ?? []);
  const id = variable === undefined ? chosen : env.find(({ name }) => name === variable)?.value;
  return RED.nodes.node(id) ?? undefined;
};

/** A button beside a field. `open` is given what takes the place of the field's value, as a literal. */
const offerButton = (name, title, open) => {
  const field = $(`#node-input-${name}`);
  const choose = (chosen) => {
    field.typedInput("type", "str");
    field.typedInput("value", chosen);
    field.trigger("change");
  };
  const button = $(`#node-input-${name}-browse`).attr({ title, "aria-label": title });
  button.on("click", () => open(choose));
};

/** Without a connection there is nothing to browse: its form comes first, and then the store. */
const addConnection = (browse) => {
  const added = (event) => {
    if (RED.nodes.node(event.target.value)) browse();
  };
  const event = "change.amazon-s3-browse";
  const select = $("#node-input-connection").off(event).one(event, added);
  $(document).one("click", "#node-config-dialog-cancel", () => select.off(event));
  $("#node-input-btn-connection-add").trigger("click");
};

/** The buttons beside path and bucket. */
const offerBrowsing = (kind) => {
  const browse = (kind) => (choose) => {
    const connection = chosenConnection();
    if (!connection) {
      // Node-RED lets none be added while a variable is chosen.
      if (variableOf($("#node-input-connection").val())) RED.notify(say("browse.noConnection"), "warning");
      else addConnection(() => browse(kind)(choose));
      return;
    }
    openStoreBrowserOf(connection, { bucket: literalIn("bucket") ?? "", kind, path: literalIn("path") ?? "", choose });
  };
  offerButton("path", say("browse.title"), browse(kind));
  offerButton("bucket", say("browse.chooseBucket"), browse("bucket"));
};

/** The button beside a field that names files on the disk of the machine that Node-RED runs on. */
const offerDiskBrowsing = (name) =>
  offerButton(name, say("browse.diskTitle"), (choose) =>
    openStoreBrowser({
      on: "disk",
      ask: (what, body, signal) => postTo(`disk/${what}`, body, signal),
      kind: "object",
      path: literalIn(name) ?? "",
      choose,
    }),
  );
