/** The folder that a path is in, or is. */
const folderOfPath = (path) => path.slice(0, path.lastIndexOf("/") + 1);

/** The folder that is shown first. Where a folder is meant, the nodes take `logs` for `logs/`, and `/` for the root. */
const firstFolder = (kind, path) => {
  const meant = kind === "folder" && path !== "" && !path.endsWith("/") ? `${path}/` : path;
  return meant === "/" ? "" : folderOfPath(meant);
};

/** What differs between a store and the disk of the machine that Node-RED runs on. */
const shownAs = () => ({
  store: { icon: "archive", name: say("browse.root"), toRoot: say("browse.toRoot"), title: say("browse.title") },
  disk: { icon: "hdd-o", name: say("browse.disk"), toRoot: say("browse.toDisk"), title: say("browse.diskTitle") },
});

/**
 * Opens a browser of the store above the form, or of the disk: `on` says which. `kind` says what may be chosen: "file", "folder", "object" for both, or
 * "bucket". `ask(what, body, signal)` asks the server with the form's connection. `bucket` is "" for the connection's
 * own, whose name is `bucketName`, where it is known before an answer tells it. `choose` is given what is chosen.
 *
 * Nothing is loaded that is not shown: a page of each folder that is open, and the next one on request.
 */
const openStoreBrowser = ({ on = "store", ask, bucket, bucketName, kind, path, choose }) => {
  const ofBuckets = kind === "bucket";
  const { icon, name, toRoot, title } = shownAs()[on];
  const hasPreview = on === "store" && !ofBuckets;
  let selected;
  let previewing = new AbortController();
  let typing;
  // What the root was asked for: the field is rewritten when a folder is opened, and what is typed waits for its turn.
  let starts = "";

  const button = (icon, text, title) => {
    const made = $("<button>", { type: "button", class: "red-ui-button", title, "aria-label": title });
    $("<i>", { class: `fa fa-${icon}` }).appendTo(made);
    if (text) $("<span>").css({ "margin-left": "6px" }).text(text).appendTo(made);
    return made.css({ flex: "0 0 auto", "max-width": "45%", overflow: "hidden", "text-overflow": "ellipsis" });
  };
  const search = $("<input>", {
    type: "text",
    placeholder: say("browse.search"),
    "aria-label": say("browse.search"),
  }).css({ flex: "1 1 auto", "min-width": 0, width: "auto", margin: 0 });
  const top = ofBuckets
    ? $("<label>").css({ margin: 0, width: "auto" }).text(say("browse.myBuckets"))
    : button(icon, bucketName || name, toRoot);
  const up = button("level-up", "", say("browse.up"));
  const bar = $("<div>")
    .css({ flex: "0 0 auto", display: "flex", gap: "6px", "align-items": "center" })
    .append(top, search);
  if (!ofBuckets) bar.append(up);
  const side = $("<div>", { class: "amazon-s3-preview", role: "status" }).css({
    flex: "1 1 36%",
    "min-width": 0,
    overflow: "auto",
    "padding-left": "12px",
    "margin-left": "8px",
    "border-left": "1px solid var(--red-ui-secondary-border-color)",
    "overflow-wrap": "anywhere",
  });

  /** What the button would take; undefined is nothing. */
  const candidate = () => {
    if (ofBuckets) return selected?.bucket;
    if (selected !== undefined) return selected.path;
    if (kind === "file") return undefined;
    const typed = search.val();
    if (typed === "") return kind === "folder" ? "/" : undefined;
    return typed.endsWith("/") ? typed : undefined;
  };
  const showCandidate = () => {
    const taken = candidate();
    const text = taken === undefined ? say("browse.nothing") : say("browse.choose", { path: taken });
    content
      .closest(".ui-dialog")
      .find(".amazon-s3-choose")
      .prop("disabled", taken === undefined)
      .attr("title", text)
      .css({ opacity: taken === undefined ? 0.5 : "" })
      .text(text);
  };

  const preview = (object) => {
    previewing.abort();
    side.empty();
    if (!hasPreview || object === undefined || object.opens) return;
    previewing = new AbortController();
    const { signal } = previewing;
    side.text(say("browse.loading"));
    ask("preview", { bucket: object.of.bucket, path: object.of.path }, signal).then(
      (answer) => !signal.aborted && showObject(side, object.of.path, answer),
      ({ message }) => !signal.aborted && side.text(message),
    );
  };

  const bucketItem = ({ name, created }) => ({
    name,
    icon: "archive",
    facts: [dateText(created)],
    opens: true,
    of: { bucket: name, path: "" },
  });
  const folderItem = (of, { name, path }) => ({
    name: `${name}/`,
    icon: "folder-o",
    opens: true,
    off: kind === "file",
    of: { bucket: of, path },
  });
  const fileItem = (of, { name, path, size, lastModified }) => ({
    name,
    icon: "file-o",
    facts: [sizeText(size), dateText(lastModified)],
    off: kind === "folder" || ofBuckets,
    of: { bucket: of, path },
  });

  const load = (item, token, signal) => {
    const more = token === undefined ? {} : { token };
    if (ofBuckets && item === undefined)
      return ask("buckets", { starts, ...more }, signal).then((page) => ({
        items: page.buckets.map(bucketItem),
        token: page.token,
      }));
    const of = item === undefined ? bucket : item.of.bucket;
    const where = item === undefined ? { starts } : { folder: item.of.path };
    return ask("browse", { bucket: of, ...where, ...more }, signal).then((page) => {
      if (page.bucket !== undefined && !ofBuckets) top.find("span").text(page.bucket);
      return {
        items: [...page.folders.map((one) => folderItem(of, one)), ...page.files.map((one) => fileItem(of, one))],
        token: page.token,
      };
    });
  };

  const explain = ({ code, message }, item) => {
    const refused = code === "AccessDenied" || code === "AllAccessDisabled";
    if (refused && ofBuckets && item === undefined) return [say("browse.noBuckets"), say("browse.typeBucket")];
    return refused && item === undefined ? [message, say("browse.typeFolder")] : [message];
  };

  const take = () => {
    const taken = candidate();
    if (taken === undefined) return;
    content.dialog("close");
    choose(taken);
  };

  const tree = makeTree({
    label: title,
    texts: { loading: say("browse.loading"), more: say("browse.more"), empty: say("browse.empty") },
    load,
    explain,
    select: (item) => {
      selected = item?.of;
      showCandidate();
      preview(item);
    },
    fold: (item, open) => {
      clearTimeout(typing);
      if (!ofBuckets) search.val(open ? item.of.path : folderOfPath(item.of.path.slice(0, -1)));
      showCandidate();
    },
    take,
  });
  tree.list.css({ flex: "1 1 64%", "min-width": 0, overflow: "auto" });
  const body = $("<div>").css({ flex: "1 1 auto", display: "flex", "min-height": 0, "margin-top": "8px" });
  const content = $("<div>", { class: "amazon-s3-browser" })
    .css({ display: "flex", "flex-direction": "column" })
    .append($("<style>").text(treeStyle), bar, body.append(tree.list, hasPreview ? side : []));

  const reload = () => {
    clearTimeout(typing);
    starts = search.val();
    selected = undefined;
    preview(undefined);
    showCandidate();
    tree.reload();
  };
  const go = (to) => {
    search.val(to);
    reload();
  };

  top.on("click", () => !ofBuckets && go(""));
  up.on("click", () => go(folderOfPath(search.val().replace(/\/$/, ""))));
  search.on("input", () => {
    clearTimeout(typing);
    typing = setTimeout(reload, 300);
  });
  search.on("keydown", (event) => {
    if (event.key === "Enter") reload();
    if (event.key === "ArrowDown") tree.focusFirst();
    if (event.key === "Enter" || event.key === "ArrowDown") event.preventDefault();
  });

  content.dialog({
    title: ofBuckets ? say("browse.chooseBucket") : title,
    modal: true,
    width: Math.min(900, window.innerWidth - 40),
    height: Math.min(560, window.innerHeight - 40),
    dialogClass: "red-ui-editor-dialog",
    buttons: [
      { text: say("browse.cancel"), click: () => content.dialog("close") },
      {
        text: say("browse.nothing"),
        class: "primary amazon-s3-choose",
        click: take,
      },
    ],
    close: () => {
      clearTimeout(typing);
      previewing.abort();
      tree.clear();
      content.dialog("destroy").remove();
    },
  });
  // What a key does here is no matter of the editor's; and it looks for the elements that Escape has just taken away.
  content.dialog("widget").on("keydown", (event) => event.stopPropagation());
  search.trigger("focus");
  go(ofBuckets ? "" : firstFolder(kind, path));
};

/** The same, with a connection of the editor's. */
const openStoreBrowserOf = (connection, options) =>
  openStoreBrowser({
    ask: (what, body, signal) => askWith(connection, what, body, signal),
    bucketName: options.bucket || connection.credentials?.bucket,
    ...options,
  });
