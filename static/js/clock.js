// The server's time. The browser's own clock may be wrong or be changed; performance.now() only runs forward.
const RESYNC = 60_000;
let offset = Date.now() - performance.now();

/** Give the server's time in milliseconds, as near as half a round trip. */
export const serverNow = () => performance.now() + offset;

async function sync() {
  const sent = performance.now();
  const answer = await fetch("/api/v1/clock", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const { now } = await answer.json();
  const received = performance.now();
  offset = Date.parse(now) - (sent + received) / 2;
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

const BEIJING = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "long",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/**
 * Write an instant as Beijing time, to the second.
 * @param {number} instant
 */
export const beijing = (instant) => BEIJING.format(instant);
