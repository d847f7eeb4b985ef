// Writes ONNX models, as much of them as the lab's net needs: the protobuf is put together by hand.
'use strict';

function varint(value) {
  const bytes = [];
  let rest = BigInt(value);
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return Buffer.from(bytes);
}

const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);

function bytes(field, value) {
  const body = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint((field << 3) | 2), varint(body.length), body]);
}

const message = (field, ...parts) => bytes(field, Buffer.concat(parts));

// AttributeProto: name 1, i 3, ints 8, type 20 (INT 2, INTS 7)
function attribute(name, value) {
  const list = Array.isArray(value);
  const body = list ? value.map((v) => number(8, v)) : [number(3, value)];
  return message(5, bytes(1, name), ...body, number(20, list ? 7 : 2));
}

// NodeProto: input 1, output 2, op_type 4, attribute 5
function node(type, inputs, output, attributes = {}) {
  return message(1, ...inputs.map((name) => bytes(1, name)), bytes(2, output), bytes(4, type),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)));
}

// TensorProto: dims 1, data_type 2 (FLOAT 1), name 8, raw_data 9
function tensor(name, dims, values) {
  return message(5, ...dims.map((d) => number(1, d)), number(2, 1), bytes(8, name),
    bytes(9, Buffer.from(values.buffer, values.byteOffset, values.byteLength)));
}

// ValueInfoProto: name 1, type 2 { tensor_type 1 { elem_type 1, shape 2 { dim 1 } } }; a dim is a
// number (dim_value 1) or a name (dim_param 2)
function value(field, name, type, dims) {
  const shape = dims.map((d) => message(1, typeof d === 'string' ? bytes(2, d) : number(1, d)));
  return message(field, bytes(1, name),
    message(2, message(1, number(1, type), message(2, ...shape))));
}

const FLOAT = 1;
const INT64 = 7;

// ModelProto: ir_version 1, graph 7 { node 1, name 2, initializer 5, input 11, output 12 },
// opset_import 8 { version 2 }
function model(input, output, nodes, tensors) {
  const graph = message(7, ...nodes, bytes(2, 'net'), ...tensors,
    value(11, input.name, FLOAT, input.dims), value(12, output.name, output.type, output.dims));
  return Buffer.concat([number(1, 8), graph, message(8, number(2, 13))]);
}

module.exports = { node, tensor, model, FLOAT, INT64 };
