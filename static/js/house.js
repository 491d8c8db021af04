// The elements of the house, on every page. Each enhances HTML that works without it.
import "./auto-save.js";
import "./confirm-dialog.js";
import "./copy-text.js";
import "./file-drop.js";
import "./file-list.js";
import "./live-stream.js";
import "./money-input.js";
import "./score-sheet.js";
import "./theme-toggle.js";
import "./time-left.js";
import "./time-now.js";
import "./toast-note.js";
