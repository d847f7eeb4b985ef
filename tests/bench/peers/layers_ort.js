// Where onnxruntime's time goes on a net that nets_maker.py wrote, for a machine that is busy: the
// fastest run of each operator, and images a second as the sum of these.
//
// usage: node layers_ort.js FOLDER NET [TIMES]   (NODE_PATH: where onnxruntime-node is)
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const ort = require('onnxruntime-node');

const [folder, net, times] = process.argv.slice(2);
const inside = (name) => path.join(folder, name);
const BATCHES = [4, 8, 16, 32];

async function profile(shape, name, n) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'layers_ort_'));
  const session = await ort.InferenceSession.create(inside(`${net}.onnx`), { intraOpNumThreads: 1,
    graphOptimizationLevel: 'all', enableProfiling: true,
    profileFilePrefix: path.join(scratch, 'profile') });
  const pixels = fs.readFileSync(inside(`${net}.u8`));
  const values = Float32Array.from({ length: n * shape[0] * shape[1] * shape[2] },
    (_, i) => pixels[i % pixels.length] / 255);
  const input = new ort.Tensor('float32', values, [n, shape[2], shape[0], shape[1]]);
  for (let i = 0; i < Number(times || 20); i++)
    await session.run({ [name]: input }, ['class']);
  session.endProfiling();
  const fastest = new Map();
  for (const event of JSON.parse(fs.readFileSync(path.join(scratch, fs.readdirSync(scratch)[0]))))
    if (event.cat === 'Node' && event.name.endsWith('_kernel_time'))
      fastest.set(event.name, Math.min(fastest.get(event.name) ?? Infinity, event.dur));
  fs.rmSync(scratch, { recursive: true });
  return fastest;
}

async function main() {
  const layers = JSON.parse(fs.readFileSync(inside(`${net}.json`)));
  const totals = [];
  let best;
  for (const n of BATCHES) {
    const fastest = await profile(layers[0].shape, layers[0].name, n);
    const rate = n / [...fastest.values()].reduce((a, b) => a + b, 0) * 1e6;
    totals.push(`${rate.toFixed(0)} in batches of ${n}`);
    if (!best || rate > best.rate) best = { rate, n, fastest };
  }
  for (const [name, spent] of best.fastest)
    console.log(`${name.replace('_kernel_time', '').padEnd(40)} ${(spent / best.n).toFixed(2)} us`);
  console.log(`${net}: images/s ${totals.join(', ')}`);
}

main();
