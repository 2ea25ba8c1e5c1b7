// tus-js-client against a server: sends a file, stops in the middle, goes on, and gives up another upload.
// node tus_client.cjs NODE_MODULES FILE URL OTHER_URL

const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const [modules, path, url, otherUrl] = process.argv.slice(2);
const tus = require(join(modules, "tus-js-client"));
const data = readFileSync(path);

function send(uploadUrl, chunkSize, onChunk) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(data, {
      uploadUrl,
      chunkSize,
      retryDelays: [0, 100, 300],
      onError: reject,
      onSuccess: () => resolve(upload),
      onChunkComplete: () => onChunk(upload, resolve),
    });
    upload.start();
  });
}

async function main() {
  await send(url, 500_000, (upload, resolve) => upload.abort().then(() => resolve(upload)));
  console.log("stopped");
  await send(url, 500_000, () => undefined);
  console.log("sent");
  await send(otherUrl, 500_000, (upload, resolve) => upload.abort(true).then(() => resolve(upload)));
  console.log("given-up");
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
