"""Opens in Keras 3 the pruned nets that were saved here, and writes what they make of their images
(.again, as keras_maker.py's .y). usage: keras_again.py FOLDER"""
import os
import sys
from pathlib import Path

import keras
import numpy as np
from keras_maker import values


def opened(path, folder):
    if not path.name.endswith(".weights.h5"):
        return keras.saving.load_model(path, compile=False)
    name = path.name.split(".")[0]
    model = keras.models.model_from_json((folder / f"{name}.config.json").read_text())
    model.load_weights(path)
    return model


def main():
    folder = Path(sys.argv[1])
    for path in sorted(folder.glob("*-pruned*")):
        stem = path.name.split("-pruned")[0]
        try:
            model = opened(path, folder)
            shape = list(model.input_shape[1:])
            flat = np.fromfile(folder / f"{stem}.x", np.float32).reshape(3, -1)
            first = shape[0] in (1, 3) and shape[-1] not in (1, 3)
            sizes = (folder / f"{stem}.size").read_text()
            sides = [int(n) for n in sizes.split("x")] if sizes else shape[1:] if first else shape[:2]
            planes = flat.reshape(3, -1, *sides)
            out = values(model, planes if first else planes.transpose(0, 2, 3, 1))
            (folder / f"{stem}.again").write_bytes(np.array(out.shape, np.int32).tobytes() + out.tobytes())
        except Exception as problem:
            print(f"{path.name}: Keras: {type(problem).__name__}: {str(problem)[:300]}", flush=True)


main()
