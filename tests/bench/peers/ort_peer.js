// onnxruntime on the images and weights that `engine_bench export` wrote.
//
// usage: node ort_peer.js FOLDER [THREADS]     (NODE_PATH: where onnxruntime-node is installed)
//
// Prints one line of JSON like torch_peer.py. Images are floats in memory before the clock starts,
// the arg-max is in the graph, and the fastest of some batch sizes is taken.
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const ort = require('onnxruntime-node');
const { node, tensor, model, FLOAT, INT64 } = require('./onnx.js');

const FOLDER = process.argv[2];
const THREADS = Number(process.argv[3] || os.cpus().length);
const HEIGHT = 55, WIDTH = 47, DEPTH = 3, IMAGE = HEIGHT * WIDTH * DEPTH;
const KEPT = [60, 5, 4]; // pool_3
const BATCHES = [8, 32, 128, 512];
const SAMPLE = 2048;

const inside = (name) => path.join(FOLDER, name);
const count = (dims) => dims.reduce((a, b) => a * b, 1);

function readFloats(name) {
  const bytes = fs.readFileSync(inside(name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function readNet() {
  const net = { weights: {} };
  const values = readFloats('weights.f32');
  let at = 0;
  for (const line of fs.readFileSync(inside('net.txt'), 'ascii').trim().split('\n')) {
    const [key, ...words] = line.split(' ');
    if (key === 'weight') {
      const dims = words.slice(1).map(Number);
      net.weights[words[0]] = { dims, values: values.slice(at, at + count(dims)) };
      at += count(dims);
    } else {
      net[key] = key === 'pruned' ? words.map(Number) : Number(words[0]);
    }
  }
  return net;
}

// Floats [n, 3, 55, 47], clean ones first.
function readImages(net) {
  const images = new Float32Array((net.clean + net.poisoned) * IMAGE);
  let first = 0;
  for (const name of ['clean.u8', 'poisoned.u8']) {
    const pixels = fs.readFileSync(inside(name));
    for (let start = 0; start < pixels.length; start += IMAGE)
      for (let c = 0; c < DEPTH; c++)
        for (let p = 0; p < HEIGHT * WIDTH; p++)
          images[first + start + c * HEIGHT * WIDTH + p] =
            pixels[start + p * DEPTH + c] * net.scale;
    first += pixels.length;
  }
  return images;
}

// [height, width, in, out] as [out, in, height, width].
function convolution(weights, name) {
  const { dims: [h, w, n, m], values } = weights[`${name}.kernel`];
  const turned = new Float32Array(values.length);
  for (let o = 0; o < m; o++)
    for (let i = 0; i < n; i++)
      for (let p = 0; p < h * w; p++)
        turned[(o * n + i) * h * w + p] = values[(p * n + i) * m + o];
  const bias = weights[`${name}.bias`];
  return [tensor(`${name}.w`, [m, n, h, w], turned), tensor(`${name}.b`, bias.dims, bias.values)];
}

// A Dense whose inputs come from a Flatten of [channels, places].
function dense(weights, name, places) {
  const { dims: [n, m], values } = weights[`${name}.kernel`];
  const turned = new Float32Array(values.length), channels = n / places;
  for (let p = 0; p < places; p++)
    for (let c = 0; c < channels; c++)
      turned.set(values.subarray((p * channels + c) * m, (p * channels + c + 1) * m),
        (c * places + p) * m);
  const bias = weights[`${name}.bias`];
  return [tensor(`${name}.w`, [n, m], turned), tensor(`${name}.b`, bias.dims, bias.values)];
}

const named = (name) => [`${name}.w`, `${name}.b`];

function headNodes() {
  const nodes = [];
  let from = 'images';
  for (let i = 1; i <= 3; i++) {
    nodes.push(node('Conv', [from, ...named(`conv_${i}`)], `c${i}`),
      node('Relu', [`c${i}`], `r${i}`),
      node('MaxPool', [`r${i}`], `pool_${i}`, { kernel_shape: [2, 2], strides: [2, 2] }));
    from = `pool_${i}`;
  }
  return nodes;
}

function tailNodes() {
  return [
    node('Conv', ['pool_3', ...named('conv_4')], 'c4'),
    node('Relu', ['c4'], 'r4'),
    node('Flatten', ['pool_3'], 'flat_1', { axis: 1 }),
    node('Flatten', ['r4'], 'flat_2', { axis: 1 }),
    node('Gemm', ['flat_1', ...named('fc_1')], 'g1'),
    node('Gemm', ['flat_2', ...named('fc_2')], 'g2'),
    node('Add', ['g1', 'g2'], 'sum'),
    node('Relu', ['sum'], 'h'),
    node('Gemm', ['h', ...named('output')], 'logits'),
    node('ArgMax', ['logits'], 'class', { axis: 1, keepdims: 0 }),
  ];
}

function makeModels(weights) {
  const head = [1, 2, 3].flatMap((i) => convolution(weights, `conv_${i}`));
  const tail = [...convolution(weights, 'conv_4'), ...dense(weights, 'fc_1', 20),
    ...dense(weights, 'fc_2', 12), ...dense(weights, 'output', 1)];
  const images = { name: 'images', dims: ['n', DEPTH, HEIGHT, WIDTH] };
  const kept = { name: 'pool_3', type: FLOAT, dims: ['n', ...KEPT] };
  const classes = { name: 'class', type: INT64, dims: ['n'] };
  return {
    whole: model(images, classes, [...headNodes(), ...tailNodes()], [...head, ...tail]),
    head: model(images, kept, headNodes(), head),
    tail: model(kept, classes, tailNodes(), tail),
  };
}

async function open(bytes) {
  return ort.InferenceSession.create(bytes, { intraOpNumThreads: THREADS, interOpNumThreads: 1,
    graphOptimizationLevel: 'all', executionProviders: ['cpu'] });
}

// Runs items [n, dims] in batches; take(data, first) gets every output.
async function run(session, input, items, dims, batch, take) {
  const size = count(dims), n = items.length / size;
  for (let first = 0; first < n; first += batch) {
    const some = Math.min(batch, n - first);
    const part = items.subarray(first * size, (first + some) * size);
    const out = await session.run({ [input]: new ort.Tensor('float32', part, [some, ...dims]) });
    take(out[session.outputNames[0]].data, first);
  }
}

const ignore = () => {};

async function secondsOf(session, input, items, dims, batch) {
  const start = process.hrtime.bigint();
  await run(session, input, items, dims, batch, ignore);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

async function fastest(session, input, items, dims) {
  let best = { seconds: Infinity };
  const some = items.subarray(0, SAMPLE * count(dims));
  for (const batch of BATCHES)
    for (let i = 0; i < 3; i++) {
      const seconds = await secondsOf(session, input, some, dims, batch);
      if (seconds < best.seconds) best = { seconds, batch };
    }
  return best.batch;
}

function three(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return [sorted[0], sorted[sorted.length >> 1], sorted[sorted.length - 1]];
}

async function differing(session, input, items, dims, batch, name) {
  const bytes = fs.readFileSync(inside(name));
  let different = 0;
  await run(session, input, items, dims, batch, (classes, first) => {
    for (let i = 0; i < classes.length; i++)
      if (Number(classes[i]) !== bytes.readUInt16LE(2 * (first + i))) different++;
  });
  return different;
}

function zero(kept, channel) {
  const places = KEPT[1] * KEPT[2], size = count(KEPT);
  for (let at = channel * places; at < kept.length; at += size) kept.fill(0, at, at + places);
}

async function main() {
  const net = readNet(), images = readImages(net), pixels = [DEPTH, HEIGHT, WIDTH];
  const models = makeModels(net.weights), n = net.clean + net.poisoned;
  const whole = await open(models.whole), head = await open(models.head);
  const tail = await open(models.tail);
  const batch = await fastest(whole, 'images', images, pixels), times = [], rounds = [];
  for (let i = 0; i < 3; i++)
    times.push(await secondsOf(whole, 'images', images, pixels, batch));
  const differ = [await differing(whole, 'images', images, pixels, batch, 'predicted.u16')];
  const kept = new Float32Array(n * count(KEPT));
  await run(head, 'images', images, pixels, 256, (data, first) =>
    kept.set(data, first * count(KEPT)));
  const tailBatch = await fastest(tail, 'pool_3', kept, KEPT);
  for (const channel of net.pruned) {
    const start = process.hrtime.bigint();
    zero(kept, channel);
    await run(tail, 'pool_3', kept, KEPT, tailBatch, ignore);
    rounds.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  differ.push(await differing(tail, 'pool_3', kept, KEPT, tailBatch, 'pruned.u16'));
  console.log(JSON.stringify({
    name: 'onnxruntime', version: ort.env.versions.node, forward: three(times.map((s) => n / s)),
    pixels: three(times), cached: three(rounds), differ,
    memory: process.resourceUsage().maxRSS * 1024 / 1e6,
    note: `batch ${batch} and ${tailBatch}, images as floats`,
  }));
}

main().catch((error) => { console.error(error.message); process.exit(1); });
