// Sealing and sending a body: what was there is not sent again, other files are refused, failures end it.
import assert from "node:assert/strict";
import { mkdtempSync, openAsBlob, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { equal, random } from "../../bidding/static/bidding/sealing/bytes.js";
import { SealingError } from "../../bidding/static/bidding/sealing/errors.js";
import { Rate } from "../../bidding/static/bidding/sealing/rate.js";
import { sealAndSend, sourceOf } from "../../bidding/static/bidding/sealing/sending.js";
import {
  paddedLength,
  sealedLength,
  treeRoot,
} from "../../bidding/static/bidding/sealing/stream.js";

/** @typedef {import("../../bidding/static/bidding/sealing/bytes.js").Bytes} Bytes */

const SIZE = 2_500_000;
const content = new Uint8Array(SIZE).map((_, at) => (at * 7) & 255);
const body = {
  object: "o",
  key: random(32),
  salt: random(32),
  ctx: random(32),
  size: paddedLength(SIZE),
};

/** A platform in memory that takes `room` entries, then fails. */
class Platform {
  constructor(room = Number.POSITIVE_INFINITY) {
    this.room = room;
    /** @type {Map<number, Bytes>} */
    this.stored = new Map();
    /** @type {number[]} */
    this.log = [];
  }

  get intake() {
    return /** @type {import("../../bidding/static/bidding/sealing/intake.js").Intake} */ (
      /** @type {unknown} */ ({
        have: async () => new Set(this.stored.keys()),
        put: async (
          /** @type {string} */ _object,
          /** @type {import("../../bidding/static/bidding/sealing/stream.js").Sealed[]} */ entries,
        ) => {
          for (const { entry, sealed } of entries) {
            if (this.log.length >= this.room) throw new SealingError("client.stopped");
            this.log.push(entry);
            this.stored.set(entry, sealed.slice());
          }
        },
      })
    );
  }
}

/** @type {() => {digests: Map<number, Bytes>, keep: () => Promise<void>}} */
const journal = () => ({ digests: new Map(), keep: async () => {} });

test("the same key and files give the same parts, and progress ends at the whole", async () => {
  const [first, second] = [new Platform(), new Platform()];
  /** @type {number[]} */
  const told = [];
  const roots = [];
  for (const platform of [first, second]) {
    const tell = (/** @type {{bytes: number}} */ { bytes }) => told.push(bytes);
    const digests = await sealAndSend(
      body,
      [new Blob([content])],
      platform.intake,
      journal(),
      tell,
    );
    roots.push(await treeRoot(digests));
  }
  assert.deepEqual(roots[0], roots[1]);
  assert.equal(told.at(-1), sealedLength(body.size));
  for (const [entry, sealed] of first.stored)
    assert.ok(equal(sealed, second.stored.get(entry) ?? new Uint8Array()));
});

test("after a break only what is missing is sent, and the object is the same", async () => {
  const whole = new Platform();
  const expected = await sealAndSend(
    body,
    [new Blob([content])],
    whole.intake,
    journal(),
    () => {},
  );
  const [broken, kept] = [new Platform(5), journal()];
  await assert.rejects(
    sealAndSend(body, [new Blob([content])], broken.intake, kept, () => {}),
    { code: "client.stopped" },
  );
  broken.room = Number.POSITIVE_INFINITY;
  const digests = await sealAndSend(body, [new Blob([content])], broken.intake, kept, () => {});
  assert.deepEqual(digests, expected);
  assert.equal(new Set(broken.log).size, broken.log.length);
});

test("another file under the same key is refused before it leaves", async () => {
  const [platform, kept] = [new Platform(5), journal()];
  await assert.rejects(sealAndSend(body, [new Blob([content])], platform.intake, kept, () => {}));
  const sent = platform.log.length;
  platform.room = Number.POSITIVE_INFINITY;
  platform.stored.clear();
  const other = content.slice().fill(1);
  await assert.rejects(
    sealAndSend(body, [new Blob([other])], platform.intake, kept, () => {}),
    { code: "client.files_changed" },
  );
  assert.deepEqual(platform.log.slice(sent), [0]); // the head, which holds nothing of the file
});

test("a file that changed on the disk since it was chosen is refused", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "sending-")), "bid.bin");
  writeFileSync(path, content);
  const chosen = await openAsBlob(path);
  writeFileSync(path, content.subarray(0, 1000));
  await assert.rejects(
    sealAndSend(body, [chosen], new Platform().intake, journal(), () => {}),
    {
      code: "client.file_unreadable",
    },
  );
});

for (const type of /** @type {const} */ ([undefined, "bytes"]))
  test(`a file whose stream falls silent is read again from where it was (${type})`, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const whole = Blob.prototype.stream;
    let opened = 0;
    t.mock.method(
      Blob.prototype,
      "stream",
      /** @this {Blob} */ function () {
        opened += 1;
        if (opened > 1) return whole.call(this);
        /** @param {any} pipe */
        const start = (pipe) => pipe.enqueue(content.slice(0, 1_500_000));
        return new ReadableStream(/** @type {any} */ ({ type, start }));
      },
    );
    const source = sourceOf([new Blob([content])], body.size);
    const first = (await source.read(0, 1_000_000)).slice();
    const rest = source.read(1_000_000, body.size - 1_000_000);
    while (opened < 2) {
      await new Promise((resolve) => setImmediate(resolve));
      t.mock.timers.tick(1000);
    }
    assert.ok(equal(first, content.subarray(0, 1_000_000)));
    assert.ok(equal((await rest).subarray(0, SIZE - 1_000_000), content.subarray(1_000_000)));
    assert.equal(opened, 2);
  });

test("the rate is of the last seconds, and what was there does not count", () => {
  let now = 0;
  const rate = new Rate(1000, () => now);
  rate.skip(400);
  assert.deepEqual(rate.progress(), {
    bytes: 400,
    total: 1000,
    rate: 0,
    remaining: Number.POSITIVE_INFINITY,
  });
  now = 2000;
  rate.add(100);
  assert.deepEqual(rate.progress(), { bytes: 500, total: 1000, rate: 50, remaining: 10 });
  now = 60_000;
  rate.add(100);
  now = 61_000;
  rate.add(100);
  assert.ok(rate.progress().rate < 50);
  now = 62_000;
  rate.add(300);
  assert.equal(rate.progress().remaining, 0);
});
