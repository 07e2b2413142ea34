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

/** The buttons beside path and bucket: each takes what is chosen as a literal. */
const offerBrowsing = (kind) => {
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
  const offer = (name, kind, title) => {
    const field = $(`#node-input-${name}`);
    const button = $(`#node-input-${name}-browse`).attr({ title, "aria-label": title });
    const browse = () => {
      const connection = chosenConnection();
      if (!connection) {
        // Node-RED lets none be added while a variable is chosen.
        if (variableOf($("#node-input-connection").val())) RED.notify(say("browse.noConnection"), "warning");
        else addConnection(browse);
        return;
      }
      openStoreBrowserOf(connection, {
        bucket: literalIn("bucket") ?? "",
        kind,
        path: literalIn("path") ?? "",
        choose: (chosen) => {
          field.typedInput("type", "str");
          field.typedInput("value", chosen);
          field.trigger("change");
        },
      });
    };
    button.on("click", browse);
  };
  offer("path", kind, say("browse.title"));
  offer("bucket", "bucket", say("browse.chooseBucket"));
};
