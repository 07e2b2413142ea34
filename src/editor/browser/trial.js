const verdictIcons = { yes: "check", note: "exclamation-circle", no: "times", untried: "minus" };

const verdictColors = {
  yes: "var(--red-ui-text-color-success, #4f8f00)",
  note: "var(--red-ui-text-color-warning, #d08000)",
  no: "var(--red-ui-form-input-border-error-color)",
  untried: "var(--red-ui-secondary-text-color)",
};

/** The button that tries the connection as it stands in the form, and what it found, a line for each step. */
const offerTrial = (node) => {
  const say = (name, values) => node._def._(`trial.${name}`, values);
  const button = $("#node-config-input-try");
  const results = $("#amazon-s3-trial");
  const caption = (text) => button.find("span").text(text);

  const lineOf = ({ step, verdict, says, values, fix }, retry) => {
    const line = $("<li>").css({ display: "flex", gap: "6px", margin: "2px 0" });
    $("<i>", { class: `fa fa-${verdictIcons[verdict]} fa-fw`, role: "img", "aria-label": say(`verdict.${verdict}`) })
      .css({ color: verdictColors[verdict], flex: "0 0 18px", "line-height": "inherit" })
      .appendTo(line);
    $("<b>")
      .css({ flex: "0 0 76px" })
      .text(say(`step.${step}`))
      .appendTo(line);
    const text = $("<span>").css({ "overflow-wrap": "anywhere" }).text(say(says, values)).appendTo(line);
    if (fix !== undefined) {
      const fixed = $(`#node-config-input-${fix.field}`);
      const option = fixed.find("option").filter((_, it) => it.value === fix.value);
      $("<button>", { type: "button", class: "red-ui-button red-ui-button-small" })
        .css({ "margin-left": "6px" })
        .text(say("use", { value: option.text() || fix.value }))
        .on("click", () => {
          fixed.val(fix.value).trigger("change");
          retry();
        })
        .appendTo(text);
    }
    return line;
  };

  const showText = (text) => results.empty().append($("<p>").css({ margin: 0 }).text(text));

  const showFindings = (findings, retry) => {
    const list = $("<ul>").css({ "list-style": "none", margin: 0 });
    for (const finding of findings) list.append(lineOf(finding, retry));
    results.empty().append(list);
    if (!findings.some(({ says }) => says === "onlyWhenAsked")) return;
    $("<button>", { type: "button", class: "red-ui-button red-ui-button-small" })
      .text(say("withProbe"))
      .on("click", () => start(true))
      .appendTo($("<p>").css({ margin: "4px 0 0" }).appendTo(results))
      .after(document.createTextNode(` ${say("probeHint")}`));
  };

  const start = (probe) => {
    button.prop("disabled", true);
    caption(say("running"));
    askServer(node, "try", { probe })
      .done(({ findings }) => showFindings(findings, () => start(false)))
      .fail(({ code, message }) => showText(code === "Forbidden" ? say("forbidden") : message))
      .always(() => {
        button.prop("disabled", false);
        caption(say("again"));
      });
  };

  // What was found is not of what stands in the form now.
  formOf("node-config-input").on("change", () => results.empty());
  caption(say("button"));
  button.on("click", () => start(false));
};
