/** How the browser of the store looks, in the editor's own colours. */
const treeStyle = `
.amazon-s3-browser input { height: 34px; padding: 6px; box-sizing: border-box; border: 1px solid var(--red-ui-form-input-border-color); border-radius: 4px; background: var(--red-ui-form-input-background); color: var(--red-ui-form-text-color); }
.amazon-s3-browser input:focus { outline: none; border-color: var(--red-ui-form-input-focus-color); box-shadow: 0 0 0 1px var(--red-ui-form-input-focus-color); }
.amazon-s3-list, .amazon-s3-list ul { list-style: none; margin: 0; padding: 0; }
.amazon-s3-list li { outline: none; }
.amazon-s3-entry { display: flex; gap: 6px; align-items: baseline; padding: 4px 8px; cursor: pointer; content-visibility: auto; contain-intrinsic-height: auto 24px; }
.amazon-s3-entry > i { flex: 0 0 14px; text-align: center; }
.amazon-s3-entry > .amazon-s3-name { flex: 1 1 auto; min-width: 0; overflow-wrap: anywhere; }
.amazon-s3-entry > .amazon-s3-fact { flex: 0 0 auto; white-space: nowrap; text-align: right; }
.amazon-s3-entry:hover { background: var(--red-ui-list-item-background-hover); }
.amazon-s3-list li[aria-selected="true"] > .amazon-s3-entry { background: var(--red-ui-list-item-background-selected); }
.amazon-s3-list li[aria-selected="true"] > .amazon-s3-entry > .amazon-s3-name { font-weight: bold; }
.amazon-s3-list li:focus-visible > .amazon-s3-entry { outline: 2px solid var(--red-ui-form-input-focus-color); outline-offset: -2px; }
.amazon-s3-list li[aria-disabled="true"] > .amazon-s3-entry { cursor: default; opacity: 0.6; }
`;

/**
 * A tree whose items are loaded when they are opened, a page at a time, and forgotten when they are closed.
 *
 * An item is `{ name, icon, facts, of }`: texts, and what it stands for. `opens` says that others lie in it, `off` that
 * it cannot be selected.
 *
 * `load(item, token, signal)` promises a page `{ items, token }`; of the root, `item` is undefined. `signal` is aborted
 * when its place is gone. A rejection is shown as `explain` puts it, an array of texts. `select(item)` is told what is selected, `fold(item, open)` what is opened or
 * closed, `take()` that what is selected is meant.
 */
const makeTree = ({ label, texts, load, explain, select, fold, take }) => {
  const list = $("<ul>", { class: "amazon-s3-list", role: "tree", "aria-label": label });
  const items = () => list.find("li[tabindex]");
  const itemsOf = new WeakMap();
  const itemOf = (line) => itemsOf.get(line[0]);
  const indent = (level) => 8 + 18 * (level - 1);
  const focus = (line) => {
    if (line.length === 0) return;
    items().attr("tabindex", -1);
    line.attr("tabindex", 0).trigger("focus");
  };

  const entry = (level, ...parts) =>
    $("<div>", { class: "amazon-s3-entry" })
      .css({ "padding-left": `${indent(level)}px` })
      .append(...parts);

  const note = (level, lines, icon) => {
    const text = $("<span>", { class: "amazon-s3-name" });
    for (const line of lines) $("<div>").css({ margin: "2px 0" }).text(line).appendTo(text);
    return $("<li>", { role: "treeitem", "aria-disabled": true }).append(
      entry(level, icon === undefined ? [] : $("<i>", { class: `fa fa-${icon}` }), text).css({
        opacity: 1,
        cursor: "default",
      }),
    );
  };

  // Of a page there are a thousand: jQuery takes several times as long to make them.
  const element = (tag, attributes, ...inner) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...inner);
    return made;
  };

  const lineOf = (item, level) => {
    const { name, icon, facts = [], opens = false, off = false, more } = item;
    const factOf = (fact, at) => {
      const width = at === 0 && facts.length > 1 ? 70 : 168;
      return element("span", { class: "amazon-s3-fact", style: `width: ${width}px` }, fact);
    };
    const line = element(
      "li",
      {
        role: "treeitem",
        tabindex: -1,
        "aria-level": level,
        "aria-label": [name, ...facts].filter(Boolean).join(", "),
        ...(opens ? { "aria-expanded": false } : {}),
        ...(off && !opens ? { "aria-disabled": true } : {}),
        ...(off || more ? {} : { "aria-selected": false }),
      },
      element(
        "div",
        { class: "amazon-s3-entry", style: `padding-left: ${indent(level)}px` },
        element("i", { class: opens ? "fa fa-caret-right" : "" }),
        element("i", { class: `fa fa-${icon}` }),
        element("span", { class: "amazon-s3-name" }, name),
        ...facts.map(factOf),
      ),
    );
    itemsOf.set(line, item);
    return line;
  };

  /** What is being loaded: the line that says so, and how to end it. */
  const loads = new Map();
  const isThere = (line) => $.contains(list[0], line);
  const abandon = () => {
    for (const [line, ending] of loads) {
      if (isThere(line)) continue;
      loads.delete(line);
      ending.abort();
    }
  };

  /** Adds a page to a list. Resolves to its first line. */
  const fill = (group, item, level, token) => {
    const waiting = note(level, [texts.loading]).appendTo(group);
    const ending = new AbortController();
    loads.set(waiting[0], ending);
    list.attr("aria-busy", true);
    const isGone = () => !isThere(waiting[0]);
    return load(item, token, ending.signal)
      .then(
        (page) => {
          if (isGone()) return $();
          const lines = page.items.map((one) => lineOf(one, level));
          if (page.token !== undefined)
            lines.push(lineOf({ name: texts.more, icon: "ellipsis-h", more: page.token, within: item }, level));
          if (lines.length === 0 && token === undefined) lines.push(note(level, [texts.empty])[0]);
          waiting[0].replaceWith(...lines);
          return $(lines[0] ?? []);
        },
        (refusal) => {
          if (!isGone()) waiting.replaceWith(note(level, explain(refusal, item), "exclamation-triangle"));
          return $();
        },
      )
      .always(() => {
        loads.delete(waiting[0]);
        if (loads.size === 0) list.removeAttr("aria-busy");
        if (list.find("li[tabindex=0]").length === 0) items().first().attr("tabindex", 0);
      });
  };

  const levelOf = (line) => Number(line.attr("aria-level"));
  const isOpen = (line) => line.attr("aria-expanded") === "true";

  const setOpen = (line, open) => {
    line
      .attr("aria-expanded", open)
      .children(".amazon-s3-entry")
      .children("i")
      .first()
      .attr("class", `fa fa-caret-${open ? "down" : "right"}`);
    line.children("ul").remove();
    abandon();
    const item = itemOf(line);
    if (open) fill($("<ul>", { role: "group" }).appendTo(line), item, levelOf(line) + 1);
    fold(item, open);
  };

  const mark = (line) => {
    list.find("li[aria-selected=true]").attr("aria-selected", false);
    if (line.is("[aria-selected]")) line.attr("aria-selected", true);
    select(line.is("[aria-selected]") ? itemOf(line) : undefined);
  };

  /** What a click does, or Enter. */
  const use = (line) => {
    const item = itemOf(line);
    focus(line);
    if (item.more !== undefined) {
      const group = line.parent();
      const before = line.prev();
      line.remove();
      fill(group, item.within, levelOf(line), item.more).then((first) => focus(first.length > 0 ? first : before));
      return;
    }
    mark(line);
    if (item.opens) setOpen(line, !isOpen(line));
  };

  const step = (line, by) => {
    const all = items();
    focus(all.eq(Math.max(0, all.index(line) + by)));
  };

  const keys = {
    ArrowDown: (line) => step(line, 1),
    ArrowUp: (line) => step(line, -1),
    ArrowRight: (line) => {
      if (isOpen(line)) focus(line.find("> ul > li[tabindex]").first());
      else if (itemOf(line).opens) setOpen(line, true);
    },
    ArrowLeft: (line) => {
      if (isOpen(line)) setOpen(line, false);
      else focus(line.parent().closest("li"));
    },
    Home: () => focus(items().first()),
    End: () => focus(items().last()),
    Enter: (line) => (line.is("[aria-selected=true]") && !itemOf(line).opens ? take() : use(line)),
    " ": (line) => use(line),
  };

  list.on("keydown", (event) => {
    const line = $(event.target).closest("li[tabindex]");
    const act = line.length === 0 || event.ctrlKey || event.altKey || event.metaKey ? undefined : keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act(line);
  });
  list.on("click", ".amazon-s3-entry", (event) => {
    const line = $(event.currentTarget).parent();
    if (line.is("[tabindex]")) use(line);
  });
  list.on("dblclick", ".amazon-s3-entry", (event) => {
    const line = $(event.currentTarget).parent();
    if (line.is("[aria-selected=true]") && !itemOf(line).opens) take();
  });

  const clear = () => {
    list.empty();
    abandon();
  };

  return {
    list,
    clear,
    /** Loads it from its root. */
    reload() {
      clear();
      return fill(list, undefined, 1);
    },
    focusFirst: () => focus(items().first()),
  };
};
