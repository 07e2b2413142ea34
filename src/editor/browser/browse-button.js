/** The button beside the path: it takes what is chosen as a literal. */
const offerBrowsing = (kind) => {
  const field = $("#node-input-path");
  const button = $("#node-input-path-browse");
  const say = (name) => RED._(`node-red-contrib-amazon-s3/amazon-s3-config:${name}`);
  button.attr({ title: say("browse.title"), "aria-label": say("browse.title") });
  /** Without a connection there is nothing to browse: its form comes first, and then the store. */
  const addConnection = () => {
    const added = (event) => {
      if (RED.nodes.node(event.target.value)) browse();
    };
    const event = "change.amazon-s3-browse";
    const select = $("#node-input-connection").off(event).one(event, added);
    $(document).one("click", "#node-config-dialog-cancel", () => select.off(event));
    $("#node-input-btn-connection-add").trigger("click");
  };
  const browse = () => {
    const connection = RED.nodes.node($("#node-input-connection").val());
    if (!connection) {
      addConnection();
      return;
    }
    const literal = (name) =>
      $(`#node-input-${name}`).typedInput("type") === "str" ? $(`#node-input-${name}`).typedInput("value") : "";
    // Its code is the connection's, once for all nodes.
    connection._def.openStoreBrowser({
      connection,
      bucket: literal("bucket"),
      kind,
      path: literal("path"),
      choose: (path) => {
        field.typedInput("type", "str");
        field.typedInput("value", path);
        field.trigger("change");
      },
    });
  };
  button.on("click", browse);
};
