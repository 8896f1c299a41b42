// The machine's own Chromium, as Chromium.cs starts it.
import { userInfo } from "node:os";
import puppeteer from "puppeteer-core";

export const open = () =>
  puppeteer.launch({
    executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
    args: [
      // The sandbox refuses root; what is opened here is our own pages only.
      ...(userInfo().uid === 0 ? ["--no-sandbox"] : []),
      "--disable-dev-shm-usage",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Who opens this address is signed in, or is not. */
export async function signIn(browser, address, cookie) {
  await browser.deleteCookie(...(await browser.cookies()));
  if (!cookie) return;
  const [name, value] = cookie.split("=");
  await browser.setCookie({ name, value, domain: new URL(address).hostname, httpOnly: true });
}

/** Pages one a line, "PATH" or "PATH COOKIE", as tests and benches hand them in. */
export async function pages() {
  let text = "";
  for await (const part of process.stdin) text += part;
  return text
    .trim()
    .split("\n")
    .map((line) => line.split(" "))
    .map(([path, cookie]) => ({ path, cookie }));
}
