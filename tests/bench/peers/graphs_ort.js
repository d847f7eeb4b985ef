// Runs ONNX files of a folder on the images beside them: FILE.onnx, FILE.x -> FILE.ort, float32.
// usage: graphs_ort.js FOLDER
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

async function run(stem) {
  const about = fs.readFileSync(stem + '.y');
  const [n, c, h, w] = [0, 4, 8, 12].map((at) => about.readInt32LE(at));
  const bytes = fs.readFileSync(stem + '.x');
  const images = Float32Array.from({ length: n * c * h * w }, (_, i) => bytes.readFloatLE(4 * i));
  const session = await ort.InferenceSession.create(stem + '.onnx', { logSeverityLevel: 3 });
  const out = [];
  for (let i = 0; i < n; i++) {
    const size = c * h * w;
    const input = new ort.Tensor('float32', images.slice(i * size, (i + 1) * size), [1, c, h, w]);
    const result = await session.run({ [session.inputNames[0]]: input });
    out.push(...result[session.outputNames[0]].data);
  }
  fs.writeFileSync(stem + '.ort', Buffer.from(new Float32Array(out).buffer));
  await session.release();
}

(async () => {
  const folder = process.argv[2];
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.onnx')).sort())
    try {
      await run(path.join(folder, file.slice(0, -5)));
    } catch (problem) {
      console.log(`${file}: onnxruntime: ${String(problem.message).split('\n')[0].slice(-120)}`);
    }
})();
