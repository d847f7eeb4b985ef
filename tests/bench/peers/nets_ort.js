// onnxruntime on a net and images that nets_maker.py wrote.
//
// usage: node nets_ort.js FOLDER NET SECONDS THREADS   (NODE_PATH: where onnxruntime-node is)
//
// Prints one line of JSON: images a second of the clock and of the processor, of the fastest batch,
// for the net and, where there is one, for its tail (values of its inputs are made up); writes the
// logits of the first images to NET_ort.f32.
'use strict';

const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

const [folder, net, seconds, threads] = process.argv.slice(2);
const inside = (name) => path.join(folder, name);
const BATCHES = [1, 16, 64], COMPARED = 64;

function readImages(shape) {
  const pixels = fs.readFileSync(inside(`${net}.u8`));
  const plane = shape[0] * shape[1], image = plane * shape[2];
  const images = new Float32Array(pixels.length);
  for (let first = 0; first < pixels.length; first += image)
    for (let c = 0; c < shape[2]; c++)
      for (let p = 0; p < plane; p++)
        images[first + c * plane + p] = pixels[first + p * shape[2] + c] / 255;
  return images;
}

async function rate(session, feed, n, limit) {
  let best = [0, 0];
  const start = performance.now();
  for (let i = 0; i < 3 || performance.now() - start < limit * 1000; i++) {
    const began = performance.now(), used = process.cpuUsage();
    await session.run(feed, ['class']);
    const spent = process.cpuUsage(used);
    const now = [n / (performance.now() - began) * 1e3, n / (spent.user + spent.system) * 1e6];
    best = i ? best.map((value, k) => Math.max(value, now[k])) : best;
  }
  return best;
}

async function fastest(session, feed) {
  let best = [0, 0];
  for (const n of BATCHES) {
    const now = await rate(session, feed(n), n, Number(seconds) / BATCHES.length);
    best = best.map((value, k) => Math.max(value, now[k]));
  }
  return best;
}

const open = (name) => ort.InferenceSession.create(inside(name), {
  intraOpNumThreads: Number(threads), graphOptimizationLevel: 'all' });

async function tail() {
  if (!fs.existsSync(inside(`${net}_tail.onnx`)))
    return undefined;
  const { inputs } = JSON.parse(fs.readFileSync(inside(`${net}_tail.json`)));
  const made = (n, dims) => {
    const values = new Float32Array(dims.reduce((a, b) => a * b, n));
    return new ort.Tensor('float32', values.map((_, i) => Math.max(0, Math.sin(i))), [n, ...dims]);
  };
  return fastest(await open(`${net}_tail.onnx`), (n) => Object.fromEntries(
    Object.entries(inputs).map(([name, dims]) => [name, made(n, dims)])));
}

async function main() {
  const layers = JSON.parse(fs.readFileSync(inside(`${net}.json`)));
  const shape = layers[0].shape, image = shape[0] * shape[1] * shape[2];
  const images = readImages(shape), name = layers[0].name;
  const session = await open(`${net}.onnx`);
  const feed = (n) => ({ [name]: new ort.Tensor('float32', images.subarray(0, n * image),
    [n, shape[2], shape[0], shape[1]]) });
  const last = layers[layers.length - 1].name;
  const logits = (await session.run(feed(COMPARED), [last]))[last].data;
  fs.writeFileSync(inside(`${net}_ort.f32`), Buffer.from(logits.buffer, logits.byteOffset,
    logits.byteLength));
  console.log(JSON.stringify({ name: 'onnxruntime', forward: await fastest(session, feed),
    tail: await tail() }));
}

main();
