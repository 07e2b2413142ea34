import type { Page } from "playwright-core";
import { writingsOf } from "../support/writings-of";

/** What the server has sent to a page: the head and the body of each answer, and each frame of a web socket. */
export interface Sent {
  from: string;
  text: string;
}

/** Keeps all that is sent to the page from now on. */
export const watchTraffic = (page: Page): { frames(): number; all(): Promise<Sent[]> } => {
  const answers: Promise<Sent>[] = [];
  const frames: Sent[] = [];
  page.on("response", (response) => {
    const read = async (): Promise<Sent> => {
      const head = JSON.stringify(await response.allHeaders());
      // A redirection, or an answer that nobody waited for, has no body.
      const body = await response.text().catch(() => "");
      return { from: new URL(response.url()).pathname, text: `${head}\n${body}` };
    };
    answers.push(read());
  });
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => frames.push({ from: "a web socket", text: String(payload) }));
  });
  return { frames: () => frames.length, all: async () => [...(await Promise.all(answers)), ...frames] };
};

/** Where any of the secrets stands. */
export const placesOf = (secrets: readonly string[], sent: readonly Sent[]): string[] => {
  const writings = secrets.flatMap(writingsOf);
  return sent.filter(({ text }) => writings.some((one) => text.includes(one))).map(({ from }) => from);
};
