/** Asks the server with a connection: by its id alone where the deployed one is what the editor has. */
const askWith = (connection, what, body) => {
  const { id } = connection;
  if (!connection.changed) return postTo(`deployed/${what}`, { id, ...body });
  const { defaults, credentials } = connection._def;
  const known = connection.credentials ?? {};
  const fields = {};
  for (const name of Object.keys(defaults)) {
    if (connection[name] !== undefined) fields[name] = String(connection[name]);
  }
  // A secret that was not typed in this editor is on the server alone.
  for (const name of Object.keys(credentials)) fields[name] = known[name] ?? (known[`has_${name}`] ? "__PWRD__" : "");
  return postTo(`connection/${what}`, { id, fields, ...body });
};

const sizeText = (bytes) => {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const at = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** at).toFixed(at === 0 ? 0 : 1)} ${units[at]}`;
};

const dateText = (iso) => (iso === undefined ? "" : new Date(iso).toLocaleString());

/** The folder that a path is in, or is: what the browser shows first. */
const folderOfPath = (path) => path.slice(0, path.lastIndexOf("/") + 1);

/**
 * Opens a browser of the store above the form. `kind` says what may be chosen: "file", "folder" or "object" for both.
 * Nothing is loaded that is not shown: a page of the folder that is open, and the next one on request.
 */
const openStoreBrowser = ({ connection, bucket, kind, path, choose }) => {
  const say = (name, values) => RED._(`node-red-contrib-amazon-s3/amazon-s3-config:${name}`, values);
  const crumbs = $("<div>").css({ flex: "0 0 auto", "overflow-wrap": "anywhere" });
  const search = $("<input>", {
    type: "text",
    placeholder: say("browse.search"),
    "aria-label": say("browse.search"),
  }).css({
    flex: "0 0 auto",
    width: "100%",
    margin: "8px 0",
    padding: "4px 8px",
    border: "1px solid var(--red-ui-form-input-border-color)",
    "border-radius": "4px",
    background: "var(--red-ui-form-input-background)",
    color: "inherit",
    "box-sizing": "border-box",
  });
  const list = $("<ul>", { class: "amazon-s3-list" }).css({
    flex: "1 1 60%",
    overflow: "auto",
    margin: 0,
    padding: 0,
    "list-style": "none",
  });
  const side = $("<div>", { class: "amazon-s3-preview", role: "status" }).css({
    flex: "1 1 40%",
    overflow: "auto",
    "padding-left": "12px",
    "overflow-wrap": "anywhere",
  });
  const body = $("<div>").css({ flex: "1 1 auto", display: "flex", "min-height": 0 }).append(list, side);
  const content = $("<div>").css({ display: "flex", "flex-direction": "column" }).append(crumbs, search, body);

  let folder = "";
  let selected = "";
  let asked = 0;

  /** What the button would take; undefined is nothing. */
  const candidate = () => {
    if (selected !== "") return selected;
    if (kind === "file") return undefined;
    if (folder !== "") return folder;
    return kind === "folder" ? "/" : undefined;
  };
  const showCandidate = () => {
    const taken = candidate();
    const button = content.closest(".ui-dialog").find(".amazon-s3-choose");
    button
      .prop("disabled", taken === undefined)
      .css({ opacity: taken === undefined ? 0.5 : "" })
      .text(taken === undefined ? say("browse.nothing") : say("browse.choose", { path: taken }));
  };

  const note = (text) => $("<li>").css({ padding: "6px" }).text(text);

  const row = (icon, name, more, act) => {
    const line = $("<li>");
    const button = $("<button>", { type: "button", class: "amazon-s3-entry" })
      .css({
        display: "flex",
        gap: "6px",
        width: "100%",
        padding: "4px 6px",
        border: 0,
        background: "none",
        color: "inherit",
        "text-align": "left",
      })
      .append(
        $("<i>", { class: `fa fa-${icon} fa-fw` }),
        $("<span>").css({ flex: "1 1 auto", "overflow-wrap": "anywhere" }).text(name),
        $("<span>").css({ flex: "0 0 auto", opacity: 0.8 }).text(more),
      )
      .appendTo(line);
    if (act === undefined) button.prop("disabled", true);
    else button.on("click", act);
    return line;
  };

  const preview = (file) => {
    const mine = ++asked;
    side.text(say("browse.loading"));
    askWith(connection, "preview", { bucket, path: file })
      .done(({ about, text, image }) => {
        if (mine !== asked) return;
        side.empty().append($("<p>").append($("<b>").text(file)));
        const facts = [sizeText(about.size ?? 0), about.contentType, dateText(about.lastModified), about.storageClass];
        for (const [name, value] of Object.entries(about.metadata ?? {})) facts.push(`${name}: ${value}`);
        for (const fact of facts) if (fact) side.append($("<div>").text(fact));
        if (image !== undefined)
          side.append($("<img>", { src: image, alt: file }).css({ "max-width": "100%", "margin-top": "6px" }));
        if (text !== undefined)
          side.append(
            $("<pre>")
              .css({ "white-space": "pre-wrap", "margin-top": "6px" })
              .text(text.split("\n").slice(0, 20).join("\n")),
          );
      })
      .fail(({ responseJSON }) => {
        if (mine === asked) side.text(responseJSON?.message ?? say("trial.unanswered"));
      });
  };

  const take = () => {
    choose(candidate());
    content.dialog("close");
  };

  /** The second click, or Enter, takes what the first one shows. */
  const select = (file, line) => {
    if (selected === file) return take();
    selected = file;
    list.find(".amazon-s3-entry").css({ "font-weight": "" }).removeAttr("aria-current");
    line.find(".amazon-s3-entry").css({ "font-weight": "bold" }).attr("aria-current", "true");
    showCandidate();
    preview(file);
  };

  const load = (token) => {
    const mine = ++asked;
    const waiting = note(say("browse.loading")).appendTo(list);
    askWith(connection, "browse", { bucket, folder, starts: search.val(), ...(token ? { token } : {}) })
      .done((page) => {
        if (mine !== asked) return;
        waiting.remove();
        for (const { name, path: below } of page.folders)
          list.append(row("folder-o", `${name}/`, "", () => open(below)));
        for (const { name, path: file, size, lastModified } of page.files) {
          const facts = `${sizeText(size)}  ${dateText(lastModified)}`;
          const line = row("file-o", name, facts, kind === "folder" ? undefined : () => select(file, line)).appendTo(
            list,
          );
        }
        if (page.token !== undefined) {
          const more = row("ellipsis-h", say("browse.more"), "", () => {
            more.remove();
            load(page.token);
          }).appendTo(list);
        }
        if (list.children().length === 0) list.append(note(say("browse.empty")));
      })
      .fail(({ status, responseJSON }) => {
        if (mine !== asked) return;
        waiting.text(
          status === 401 || status === 403
            ? say("browse.forbidden")
            : (responseJSON?.message ?? say("trial.unanswered")),
        );
      });
  };

  const showCrumbs = () => {
    crumbs.empty();
    const step = (name, to) =>
      $("<button>", { type: "button", class: "red-ui-button red-ui-button-small" })
        .css({ margin: "0 4px 0 0" })
        .text(name)
        .on("click", () => open(to))
        .appendTo(crumbs);
    step(bucket || connection.credentials?.bucket || say("browse.root"), "");
    const parts = folder.split("/").slice(0, -1);
    for (const [index, name] of parts.entries()) step(`${name}/`, `${parts.slice(0, index + 1).join("/")}/`);
  };

  const reload = () => {
    selected = "";
    list.empty();
    side.empty();
    showCandidate();
    load();
  };

  const open = (to) => {
    folder = to;
    search.val("");
    showCrumbs();
    reload();
  };

  let typing;
  search.on("input", () => {
    clearTimeout(typing);
    typing = setTimeout(reload, 300);
  });
  search.on("keydown", (event) => {
    if (event.key !== "Enter") return;
    // Node-RED, which looks at each key afterwards, trips over a field that is no longer there.
    event.stopPropagation();
    const entries = list.find(".amazon-s3-entry");
    if (entries.length === 1) entries.trigger("click");
  });

  content.dialog({
    title: say("browse.title"),
    modal: true,
    width: Math.min(820, window.innerWidth - 40),
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
      asked++;
      content.dialog("destroy").remove();
    },
  });
  search.trigger("focus");
  open(folderOfPath(path));
};
