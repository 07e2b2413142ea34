// Runs in the editor's page: opens the debug sidebar and asks for what its debug nodes said before the page was
// opened (history.ts answers). Asked once per page, so that a connection that comes back does not double it.
const topic = "s3-demo/history";

RED.events.on("flows:loaded", () => {
  const answered = () => {
    RED.comms.unsubscribe(topic, answered);
    RED.sidebar.show("debug");
  };
  RED.comms.subscribe(topic, answered);
});
