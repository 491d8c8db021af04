// The player behind an opening's recording, for browsers that do not play HLS themselves.
export { default } from "hls.js";
