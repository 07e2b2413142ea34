import should from "should";
import { readXml, unescapeXml } from "../../src/core/xml";

describe("xml", () => {
  /** What the reader meets, as `depth:name` and `depth:name=text`. */
  const read = (xml: string, root = "Root"): string[] => {
    const seen: string[] = [];
    readXml(xml, root, {
      open: (name, depth) => void seen.push(`${depth}<${name}`),
      close: (name, depth, text) => void seen.push(`${depth}>${name}=${text}`),
    });
    return seen;
  };
  const refused = (xml: string) => should(() => read(xml)).throw({ code: "InvalidResponse" });
  const whole = '<?xml version="1.0" encoding="UTF-8"?>\n<Root xmlns="x"><A>1</A><B><C> t </C></B><D/></Root>\n';

  it("walks through a document", () => {
    read(whole).should.eql(["0<Root", "1<A", "1>A=1", "1<B", "2<C", "2>C= t ", "1>B=", "1<D", "1>D=", "0>Root="]);
    read("\ufeff<Root/>").should.eql(["0<Root", "0>Root="]);
    read("<Root />").should.eql(["0<Root", "0>Root="]);
    read("<Root\n a='b'\n></Root >").should.eql(["0<Root", "0>Root="]);
  });

  it("refuses a document that is cut anywhere", () => {
    const end = whole.lastIndexOf(">");
    for (let at = 0; at < end; at++) refused(whole.slice(0, at));
  });

  it("refuses what is no XML of S3", () => {
    for (const xml of [
      "",
      " \n",
      "<html><body>Sign in</body></html>",
      "<!DOCTYPE html><Root/>",
      '<!DOCTYPE x [<!ENTITY a "b">]><Root>&a;</Root>',
      "{}",
      "Root",
      "</Root>",
      "text<Root/>",
      "<Roots/>",
      "<Root><__proto__>1</__proto__></Root>",
      "<Root><constructor/></Root>",
      "<Root/><Root/>",
      "<Root/>text",
      "<Root></Root></Root>",
      "<Root><A></B></Root>",
      "<Root><A></AB></Root>",
      "<Root><A></Root></A>",
      "<Root><A><B></A></Root>",
      "<Root><!-- comment --></Root>",
      "<Root><![CDATA[x]]></Root>",
      "<Root><A>a<?hidden x?>b</A></Root>",
      "<Root><></></Root>",
      "<Root>< A></ A></Root>",
      '<?xml version="1.0"?><?xml version="1.0"?><Root/>',
    ]) {
      refused(xml);
    }
  });

  it("refuses deep nesting, and does not grow with it", () => {
    const deep = (levels: number) => `<Root>${"<A>".repeat(levels)}${"</A>".repeat(levels)}</Root>`;
    read(deep(10)).length.should.equal(22);
    refused(deep(20));
    refused(deep(1_000_000));
    refused(`<Root>${"<A>".repeat(1_000_000)}`);
  });

  it("resolves the five entities and numbers", () => {
    unescapeXml("&lt;&gt;&amp;&quot;&apos;").should.equal("<>&\"'");
    unescapeXml("a&#10;b&#xD;c&#x1F600;&#128512;").should.equal("a\nb\rc😀😀");
    unescapeXml("&amp;lt;").should.equal("&lt;");
    unescapeXml("nothing").should.equal("nothing");
  });

  it("refuses other entities, and what is none", () => {
    for (const text of [
      "&nbsp;",
      "&",
      "a&b",
      "&amp",
      "&#x110000;",
      "&#;",
      "&#x;",
      "&__proto__;",
      "&constructor;",
      "&&amp;",
    ]) {
      should(() => unescapeXml(text)).throw({ code: "InvalidResponse" });
    }
  });
});
