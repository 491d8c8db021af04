// <room-video data-src="….m3u8" data-trail="….json" data-fps="25" [data-live]><video><track></video><p></p></room-video>
// Plays a room's camera and knows which instant is on the screen. UTC is the anchor: the playlist dates every segment, so media
// time is derived segment by segment and a gap has none (monitoring.md 1). `instant` is what is shown, in milliseconds of UTC;
// `seek(instant)` goes to the very frame; the bubbling event "instant" tells where it stands.

/** @typedef {{start: number, length: number, at: number}} Stretch seconds of media from `start`, the first shown at `at` */
const AGAIN = 2_000;
const CAPTIONS_LAG = 9_000;

export class RoomVideo extends HTMLElement {
  /** @type {any} */
  hls;
  /** @type {Stretch[]} */
  listed = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  /** @type {number | undefined} */
  wanted;
  /** @type {() => void} */
  onFact = () => {};

  connectedCallback() {
    this.video.addEventListener("timeupdate", () => this.tell());
    this.video.addEventListener("seeked", () => this.correct());
    this.video.addEventListener("playing", () => this.state(""));
    this.state(this.dataset.wordStarting ?? "");
    if (this.isLive) this.followCaptions();
    this.start();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("fact", this.onFact);
    this.hls?.destroy();
  }

  get video() {
    return /** @type {HTMLVideoElement} */ (this.querySelector("video"));
  }

  get isLive() {
    return "live" in this.dataset;
  }

  get fps() {
    return Number(this.dataset.fps ?? "25");
  }

  async start() {
    const { default: Hls } = await import("hls");
    if (!this.isConnected) return;
    if (Hls.isSupported()) this.startHls(Hls);
    else await this.startNative();
    if (this.isLive) this.video.play().catch(() => this.state(this.dataset.wordPress ?? ""));
  }

  /** @param {any} Hls */
  startHls(Hls) {
    // The page brings its own tracks; those hls.js makes begin with a data: address, which the policy refuses.
    this.hls = new Hls({
      liveSyncDurationCount: 2,
      liveDurationInfinity: true,
      enableDateRangeMetadataCues: false,
      enableEmsgMetadataCues: false,
      enableID3MetadataCues: false,
      enableCEA708Captions: false,
      enableWebVTT: false,
    });
    this.hls.on(Hls.Events.ERROR, (/** @type {any} */ _event, /** @type {any} */ error) => {
      if (error.fatal) this.restart();
    });
    this.hls.on(Hls.Events.LEVEL_UPDATED, () => this.ready());
    this.hls.loadSource(this.dataset.src);
    this.hls.attachMedia(this.video);
  }

  /** A camera that has just been started has nothing to show yet: ask again. */
  restart() {
    this.state(this.dataset.wordStarting ?? "");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.hls.loadSource(this.dataset.src);
      if (this.isLive) this.video.play().catch(() => {});
    }, AGAIN);
  }

  async startNative() {
    this.video.src = this.dataset.src ?? "";
    const answer = await fetch(this.dataset.trail ?? "");
    if (!answer.ok) return;
    /** @type {any[]} */
    const pieces = (await answer.json()).pieces;
    this.listed = pieces.map((piece) => ({
      start: piece.media_start_ms / 1000,
      length: piece.media_ms / 1000,
      at: Date.parse(piece.starts_at),
    }));
    this.ready();
  }

  ready() {
    if (!this.isLive) this.state("");
    this.dispatchEvent(new CustomEvent("ready", { bubbles: true }));
  }

  /** @returns {Stretch[]} */
  get stretches() {
    /** @type {any[]} */
    const fragments = this.hls?.levels?.[0]?.details?.fragments ?? [];
    const dated = fragments.filter((fragment) => fragment.programDateTime);
    if (!dated.length) return this.listed;
    return dated.map((fragment) => ({
      start: fragment.start,
      length: fragment.duration,
      at: fragment.programDateTime,
    }));
  }

  /** The instant on the screen in milliseconds of UTC; NaN while there is no picture. */
  get instant() {
    const now = this.video.currentTime;
    if (!this.video.readyState) return Number.NaN;
    const shown = this.stretches.find(({ start, length }) => start <= now && now < start + length);
    return shown ? shown.at + (now - shown.start) * 1000 : Number.NaN;
  }

  /**
   * Go to the middle of the frame that shows an instant; from a gap to the next frame there is.
   * @param {number} instant
   */
  seek(instant) {
    const target = this.mediaTime(instant);
    if (target === undefined) return;
    this.wanted = instant;
    this.video.currentTime = target;
  }

  /** @param {number} instant */
  mediaTime(instant) {
    const stretches = this.stretches;
    const found = stretches.find(({ at, length }) => instant < at + length * 1000);
    const last = stretches[stretches.length - 1];
    if (!found) return last && last.start + last.length - 0.5 / this.fps;
    const frame = Math.floor((Math.max(0, instant - found.at) / 1000) * this.fps + 0.01);
    return found.start + (frame + 0.5) / this.fps;
  }

  /** Loading a segment can move its place by a frame: go there again once it is known. */
  correct() {
    this.tell();
    const target = this.wanted === undefined ? undefined : this.mediaTime(this.wanted);
    this.wanted = undefined;
    if (target !== undefined && Math.abs(target - this.video.currentTime) > 0.4 / this.fps)
      this.video.currentTime = target;
  }

  /** @param {number} frames */
  step(frames) {
    this.video.pause();
    this.seek(this.instant + (frames * 1000) / this.fps);
  }

  tell() {
    this.dispatchEvent(new CustomEvent("instant", { bubbles: true, detail: this.instant }));
  }

  /** What is said in the hall reaches the camera's picture some seconds later; then the captions are read again. */
  followCaptions() {
    const track = /** @type {HTMLTrackElement | null} */ (
      this.querySelector("track[kind=captions]")
    );
    const address = track?.src ?? "";
    let count = 0;
    this.onFact = () => {
      setTimeout(() => {
        if (track) track.src = `${address}?${++count}`;
      }, CAPTIONS_LAG);
    };
    document.addEventListener("fact", this.onFact);
  }

  /** @param {string} words */
  state(words) {
    const place = this.querySelector("p");
    if (!place) return;
    place.textContent = words;
    place.hidden = !words;
  }
}

customElements.define("room-video", RoomVideo);
