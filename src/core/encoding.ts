import iconv from "iconv-lite";
import { S3Error } from "./error";

/** The encodings that the form offers: those of Node-RED's own file nodes. Others that iconv-lite knows work too. */
export const encodingGroups: readonly { label: string; values: readonly string[] }[] = [
  {
    label: "Native",
    values: ["utf8", "ucs2", "utf-16le", "ascii", "binary", "base64", "hex"],
  },
  {
    label: "Unicode",
    values: ["utf-16be"],
  },
  {
    label: "Japanese",
    values: ["Shift_JIS", "Windows-31j", "Windows932", "EUC-JP"],
  },
  {
    label: "Chinese",
    values: ["GB2312", "GBK", "GB18030", "Windows936", "EUC-CN"],
  },
  {
    label: "Korean",
    values: ["KS_C_5601", "Windows949", "EUC-KR"],
  },
  {
    label: "Taiwan/Hong Kong",
    values: ["Big5", "Big5-HKSCS", "Windows950"],
  },
  {
    label: "Windows codepages",
    values: ["cp874", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"],
  },
  {
    label: "ISO codepages",
    values: [
      "ISO-8859-1",
      "ISO-8859-2",
      "ISO-8859-3",
      "ISO-8859-4",
      "ISO-8859-5",
      "ISO-8859-6",
      "ISO-8859-7",
      "ISO-8859-8",
      "ISO-8859-9",
      "ISO-8859-10",
      "ISO-8859-11",
      "ISO-8859-13",
      "ISO-8859-14",
      "ISO-8859-15",
      "ISO-8859-16",
    ],
  },
  {
    label: "IBM codepages",
    values: [
      "cp437",
      "cp737",
      "cp775",
      "cp808",
      "cp850",
      "cp852",
      "cp855",
      "cp856",
      "cp857",
      "cp858",
      "cp860",
      "cp861",
      "cp866",
      "cp869",
      "cp922",
      "cp1046",
      "cp1124",
      "cp1125",
      "cp1129",
      "cp1133",
      "cp1161",
      "cp1162",
      "cp1163",
    ],
  },
  {
    label: "Mac codepages",
    values: [
      "maccroatian",
      "maccyrillic",
      "macgreek",
      "maciceland",
      "macroman",
      "macromania",
      "macthai",
      "macturkish",
      "macukraine",
      "maccenteuro",
      "macintosh",
    ],
  },
  {
    label: "KOI8 codepages",
    values: ["koi8-r", "koi8-u", "koi8-ru", "koi8-t"],
  },
  {
    label: "Miscellaneous",
    values: [
      "armscii8",
      "rk1048",
      "tcvn",
      "georgianacademy",
      "georgianps",
      "pt154",
      "viscii",
      "iso646cn",
      "iso646jp",
      "hproman8",
      "tis620",
    ],
  },
];

/** Refuses an encoding that nobody knows. */
export const checkEncoding = (encoding: string): void => {
  if (!iconv.encodingExists(encoding)) throw new S3Error(encoding);
};
