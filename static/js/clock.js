// The server's time. The browser's own clock may be wrong or be changed; performance.now() only runs forward.
const RESYNC = 60_000;
let offset = Number.NaN;
let error = Number.NaN;

/** Give the server's time in milliseconds, as near as half a round trip; NaN until it was first asked. */
export const serverNow = () => performance.now() + offset;

/** How far this device's clock is ahead of the server's, and by how much that may be wrong (ms); NaN until measured. */
export const drift = () => ({ ahead: Date.now() - serverNow(), error });

async function sync() {
  const sent = performance.now();
  const answer = await fetch("/api/v1/clock", { cache: "no-store" }).catch(() => null);
  const received = performance.now();
  if (answer?.ok) {
    offset = Date.parse((await answer.json()).now) - (sent + received) / 2;
    error = (received - sent) / 2;
  } else if (Number.isNaN(offset)) offset = Date.now() - performance.now();
}

/** Keep the time right from the first call on; later calls change nothing. */
export function keepTime() {
  if (kept) return;
  kept = true;
  sync();
  setInterval(sync, RESYNC + Math.random() * 5_000);
  document.addEventListener("visibilitychange", () => !document.hidden && sync());
}
let kept = false;

const ENGLISH = document.documentElement.lang === "en";
const BEIJING = new Intl.DateTimeFormat(ENGLISH ? "en-GB" : "zh-CN", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: ENGLISH ? "short" : "long",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/**
 * Write an instant as Beijing time in the page's language, to the second; nothing for NaN.
 * @param {number} instant
 */
export const beijing = (instant) => (Number.isNaN(instant) ? "" : BEIJING.format(instant));
