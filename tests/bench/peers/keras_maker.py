"""Nets of every kind made in Keras 3, with images (.x: float32, channels first) and what Keras makes
of them (.y: images, classes as int32; then float32, before the last soft-max).
usage: keras_maker.py FOLDER [NAME]"""
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import numpy as np
from keras import layers as L

IMAGES, CLASSES = 3, 5
NETS = {}


def net(size=(16, 16, 3), scale=1.0, forms=("keras", "h5", "weights"), given=None):
    def add(make):
        NETS[make.__name__] = (make, size, scale, forms, given or size)
        return make
    return add


def head(x, softmax=True):
    x = L.GlobalAveragePooling2D()(x) if len(x.shape) == 4 else x
    return L.Dense(CLASSES, activation="softmax" if softmax else None, name="out")(x)


def chain(size, *body, **more):
    return keras.Sequential([L.Input(size), *body], **more)


def conv(n, size=3, **more):
    return L.Conv2D(n, size, **{"padding": "same", "activation": "relu", **more})


@net()
def sequential(size):
    return chain(size, conv(6), L.MaxPooling2D(), conv(8, strides=2), L.Dropout(.3), L.Flatten(),
                 L.Dense(CLASSES, activation="softmax"))


@net()
def sequential_without_input(size):
    made = keras.Sequential([conv(6), L.MaxPooling2D(), L.Flatten(), L.Dense(CLASSES)])
    made.build((None, *size))
    return made


@net()
def functional(size):
    x = i = L.Input(size, name="images")
    x = conv(6, name="a")(x)
    y = conv(6, name="b")(x)
    return keras.Model(i, head(L.Add()([x, y])))


@net()
def nested_sequential(size):
    inner = chain((16, 16, 4), conv(6), conv(4), name="inner")
    return chain(size, conv(4), inner, L.Flatten(), L.Dense(CLASSES, activation="softmax"))


@net()
def nested_first(size):
    i = L.Input(size)
    base = keras.Model(i, conv(6, name="c")(conv(4, name="b")(i)), name="base")
    return keras.Sequential([base, L.GlobalAveragePooling2D(), L.Dense(CLASSES, activation="softmax")])


@net(forms=("keras", "weights"))  # an .h5 has the names of all layers in one group
def nested_deep(size):
    x = i = L.Input(size)
    inner = chain((16, 16, 4), conv(4, name="conv_in"), name="level")
    for level in range(4):
        j = L.Input((16, 16, 4))
        inner = keras.Model(j, L.Add()([inner(conv(4, name="conv")(j)), j]), name=f"level{level}")
    return keras.Model(i, head(inner(conv(4, name="conv")(x))))


@net()
def nested_last(size):
    x = i = L.Input(size)
    top = chain((6,), L.Dense(7, activation="relu"), L.Dense(CLASSES, activation="softmax"), name="top")
    return keras.Model(i, top(L.GlobalAveragePooling2D()(conv(6)(x))))


@net()
def nested_two_inputs(size):
    x = i = L.Input(size)
    a, b = L.Input((16, 16, 4), name="a"), L.Input((16, 16, 4), name="b")
    join = keras.Model([a, b], conv(5)(L.Multiply()([a, conv(4)(b)])), name="join")
    return keras.Model(i, head(join([conv(4)(x), conv(4, 1)(x)])))


@net()
def nested_two_outputs(size):
    x = i = L.Input(size)
    j = L.Input((16, 16, 4))
    y = conv(4, name="c")(j)
    split = keras.Model(j, [y, L.MaxPooling2D(3, 1, "same")(y)], name="split")
    a, b = split(conv(4)(x))
    return keras.Model(i, head(L.Concatenate()([a, b])))


@net()
def shared_relu(size):
    x = i = L.Input(size)
    relu, pool = L.ReLU(), L.MaxPooling2D(2, 1, "same")
    for n in (4, 6, 8):
        x = pool(relu(L.Conv2D(n, 3, padding="same")(x)))
    return keras.Model(i, head(x))


@net()
def shared_conv(size):
    x = i = L.Input(size)
    x = conv(6)(x)
    again = conv(6, name="again")
    for _ in range(3):
        x = again(x)
    return keras.Model(i, head(x))


@net()
def shared_branches(size):
    x = i = L.Input(size)
    twin = conv(6, name="twin")
    return keras.Model(i, head(L.Concatenate()([twin(x), twin(L.AveragePooling2D(3, 1, "same")(x))])))


@net()
def shared_norm(size):
    x = i = L.Input(size)
    norm = L.BatchNormalization(name="norm")
    a, b = norm(L.Conv2D(6, 3)(x)), norm(L.Conv2D(6, 3)(x))
    return keras.Model(i, head(L.ReLU()(L.Add()([a, b]))))


@net()
def shared_net(size):
    x = i = L.Input(size)
    twin = chain(size, conv(6, name="c"), L.GlobalAveragePooling2D(), L.Dense(6), name="twin")
    a, b = twin(x), twin(L.AveragePooling2D(3, 1, "same")(x))
    return keras.Model(i, head(L.Concatenate()([a, b])))


@net()
def shared_sizes(size):
    x = i = L.Input(size)
    twin = conv(6, name="twin")
    a = L.GlobalAveragePooling2D()(twin(x))
    b = L.GlobalAveragePooling2D()(twin(L.AveragePooling2D(2)(x)))
    return keras.Model(i, head(L.Add()([a, b])))


@net()
def excitation(size):
    x = i = L.Input(size)
    x = conv(8)(x)
    s = L.GlobalAveragePooling2D()(x)
    s = L.Dense(8, activation="sigmoid")(L.Dense(4, activation="swish")(L.Reshape((1, 1, 8))(s)))
    return keras.Model(i, head(L.Multiply()([x, s])))


@net()
def excitation_keepdims(size):
    x = i = L.Input(size)
    x = conv(8)(x)
    s = conv(8, 1, activation="hard_sigmoid")(conv(4, 1)(L.GlobalAveragePooling2D(keepdims=True)(x)))
    return keras.Model(i, head(L.Multiply()([s, x])))


@net(scale=255.0)
def normalization_given(size):
    return chain(size, L.Normalization(mean=[10., 120., 90.], variance=[400., 900., 100.]), conv(6),
                 L.Flatten(), L.Dense(CLASSES))


@net(scale=255.0)
def normalization_adapted(size):
    layer = L.Normalization()
    layer.adapt(np.random.default_rng(2).random((9, *size), np.float32) * 255)
    return chain(size, layer, conv(6), L.Flatten(), L.Dense(CLASSES))


@net()
def normalization_inverted(size):
    return chain(size, L.Normalization(mean=.4, variance=2., axis=None, invert=True), conv(6),
                 L.Flatten(), L.Dense(CLASSES))


@net(scale=255.0)
def rescaling(size):
    return chain(size, L.Rescaling(1 / 127.5, -1), conv(6), L.Flatten(), L.Dense(CLASSES))


@net(scale=255.0)
def rescaling_vector(size):
    return chain(size, L.Rescaling([.1, .2, .3], [1., 2., 3.]), conv(6), L.Flatten(), L.Dense(CLASSES))


@net(scale=255.0, forms=("keras",))
def augmentation(size):
    return chain(size, L.RandomFlip(), L.RandomRotation(.2), L.RandomZoom(.1), L.RandomTranslation(.1, .1),
                 L.RandomContrast(.2), L.RandomBrightness(.2), L.Rescaling(1 / 255), L.GaussianNoise(.1),
                 conv(6), L.SpatialDropout2D(.2), L.GaussianDropout(.2), L.Flatten(), L.Dense(CLASSES))


@net(scale=255.0, forms=("keras",))
def augmentation_net(size):
    inside = chain(size, L.RandomFlip("horizontal"), L.RandomRotation(.1), name="augmentation")
    return chain(size, inside, L.Rescaling(1 / 255), conv(6), L.Flatten(), L.Dense(CLASSES))


def resized(name, **more):
    @net((19, 13, 3))
    def make(size):
        return chain(size, L.Resizing(16, 24, **more), conv(6), L.Flatten(), L.Dense(CLASSES))
    NETS[name] = NETS.pop("make")


resized("resizing_bilinear")
resized("resizing_nearest", interpolation="nearest")
resized("resizing_crop", crop_to_aspect_ratio=True)
resized("resizing_pad", pad_to_aspect_ratio=True)
resized("resizing_pad_fill", pad_to_aspect_ratio=True, fill_value=3.)


@net((64, 48, 3))
def resizing_down(size):
    return chain(size, L.Resizing(17, 20), conv(6), L.Flatten(), L.Dense(CLASSES))


@net((20, 17, 3))
def center_crop(size):
    return chain(size, L.CenterCrop(13, 12), conv(6), L.Flatten(), L.Dense(CLASSES))


@net((10, 17, 3))
def center_crop_large(size):
    return chain(size, L.CenterCrop(13, 12), conv(6), L.Flatten(), L.Dense(CLASSES))


@net((3, 16, 16))
def planes(size):
    f = {"data_format": "channels_first"}
    return chain(size, conv(6, **f), L.MaxPooling2D(**f), L.BatchNormalization(axis=1),
                 L.ZeroPadding2D(1, **f), L.DepthwiseConv2D(3, **f), L.AveragePooling2D(2, **f),
                 L.SeparableConv2D(5, 2, **f), L.Flatten(**f), L.Dense(CLASSES))


@net((3, 16, 16))
def planes_flat(size):
    f = {"data_format": "channels_first"}
    return chain(size, conv(6, **f), L.PReLU("uniform", shared_axes=[2, 3]), L.SpatialDropout2D(.2, **f),
                 L.Flatten(), L.Dense(CLASSES))


@net((3, 10, 8))
def planes_prelu(size):
    f = {"data_format": "channels_first"}
    return chain(size, conv(6, **f), L.PReLU("uniform"), L.Flatten(), L.Dense(CLASSES))


@net((3, 16, 16))
def planes_excitation(size):
    f = {"data_format": "channels_first"}
    x = i = L.Input(size)
    x = conv(8, **f)(x)
    s = L.GlobalAveragePooling2D(keepdims=True, **f)(x)
    s = conv(8, 1, activation="sigmoid", **f)(conv(4, 1, **f)(s))
    y = L.Concatenate(axis=1)([L.Multiply()([x, s]), conv(4, **f)(x)])
    y = L.GlobalMaxPooling2D(**f)(y)
    return keras.Model(i, head(y))


@net((3, 16, 16))
def planes_preprocessing(size):
    f = {"data_format": "channels_first"}
    return chain(size, L.Rescaling(2., -1.), L.Normalization(axis=1, mean=[.1, .2, .3], variance=[1., 2., 3.]),
                 L.Resizing(12, 20, **f), L.CenterCrop(10, 10, **f), conv(6, **f), L.Flatten(), L.Dense(CLASSES))


@net((None, None, 3), given=(20, 14, 3))
def any_size(size):
    return chain(size, conv(6), L.MaxPooling2D(), conv(8), L.GlobalAveragePooling2D(),
                 L.Dense(CLASSES, activation="softmax"))


@net((None, 14, 3), given=(20, 14, 3))
def any_height(size):
    return chain(size, conv(6), L.GlobalMaxPooling2D(), L.Dense(CLASSES))


@net((None, None, 3), given=(20, 14, 3))
def any_size_nested(size):
    x = i = L.Input(size)
    inner = chain((None, None, 4), conv(6), conv(4), name="inner")
    return keras.Model(i, head(inner(conv(4)(L.Resizing(18, 18)(x)))))


@net(forms=("keras", "weights"))  # of an .h5 Keras 3 opens none
def operations(size):
    x = i = L.Input(size)
    x = conv(4)((x - .5) / .25)
    y = conv(4)(2. * x + 1.)
    return keras.Model(i, head(x * y + x - keras.ops.relu(y)))


@net(scale=255.0, forms=("keras", "weights"))
def preprocess_input(size):
    x = i = L.Input(size)
    x = keras.applications.mobilenet_v2.preprocess_input(x)
    return keras.Model(i, head(conv(6)(x)))


@net()
def one_sigmoid(size):
    return chain(size, conv(4), L.Flatten(), L.Dense(1, activation="sigmoid"))


def application(name, make, size, **more):
    def whole(_):
        return make(weights=None, input_shape=size, classes=CLASSES, **more)

    def headed(_):
        base = make(weights=None, include_top=False, input_shape=size, **more)
        base.trainable = False
        x = i = L.Input(size)
        x = base(L.RandomFlip()(L.Rescaling(1 / 127.5, -1)(x)), training=False)
        return keras.Model(i, head(L.Dropout(.2)(L.GlobalAveragePooling2D()(x))))
    forms = ("keras",) if name == "mobilenet_v3" else ("keras", "h5")  # it has operations
    NETS[name] = (whole, size, 255.0, forms, size)
    NETS[name + "_head"] = (headed, size, 255.0, forms, size)


A = keras.applications
application("mobilenet_v2", A.MobileNetV2, (64, 64, 3))
application("resnet50", A.ResNet50, (64, 64, 3))
application("efficientnet_b0", A.EfficientNetB0, (64, 64, 3))
application("densenet121", A.DenseNet121, (64, 64, 3))
application("mobilenet_v3", A.MobileNetV3Small, (64, 64, 3))
application("xception", A.Xception, (96, 96, 3))


def randomise(model, r):
    for w in model.weights:
        name, value = w.path.split("/")[-1], np.asarray(w.numpy())
        if value.dtype != np.float32 or "normalization" in w.path and name in ("mean", "variance"):
            continue
        if name == "moving_variance":
            w.assign(r.uniform(.6, 1.6, value.shape))
        elif name == "gamma":
            w.assign(r.uniform(.7, 1.3, value.shape))
        elif name in ("moving_mean", "beta", "bias"):
            w.assign(r.normal(0, .1, value.shape))


def last_softmax(model):
    last = model.layers[-1]
    return last_softmax(last) if hasattr(last, "layers") else last


def values(model, images):
    """Before the last soft-max or sigmoid; two classes where there is one value."""
    last, was = last_softmax(model), None
    if getattr(last, "activation", None) in (keras.activations.softmax, keras.activations.sigmoid):
        was, last.activation = last.activation, keras.activations.linear
    out = np.asarray(model(images, training=False).detach().numpy(), np.float32)
    if was is not None:
        last.activation = was
    return out if out.shape[1] > 1 else np.concatenate([0 * out, out], 1)


def as_planes(images, size):
    first = size[0] in (1, 3) and size[-1] not in (1, 3)
    return images if first else images.transpose(0, 3, 1, 2)


def write(folder, name):
    make, size, scale, forms, given = NETS[name]
    keras.utils.set_random_seed(1)
    r = np.random.default_rng(7)
    keras.backend.clear_session()
    model = make(size)
    randomise(model, r)
    images = (r.random((IMAGES, *given)) * scale).astype(np.float32)
    if scale == 255.0:
        images = np.round(images)
    out = values(model, images)
    for form in forms:
        stem = os.path.join(folder, f"{name}.{form}")
        if form == "weights":
            model.save_weights(stem + ".h5")
            with open(os.path.join(folder, f"{name}.config.json"), "w") as file:
                file.write(model.to_json())
            stem += ".h5"
        else:
            model.save(stem)
        with open(stem + ".x", "wb") as file:
            file.write(np.ascontiguousarray(as_planes(images, given)).tobytes())
        with open(stem + ".y", "wb") as file:
            file.write(np.array([*out.shape], np.int32).tobytes() + out.tobytes())
        with open(stem + ".size", "w") as file:
            shape = as_planes(images, given).shape
            file.write(f"{shape[2]}x{shape[3]}" if None in size else "")


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    for each in sys.argv[2:] or NETS:
        if each not in NETS:
            continue  # another maker's
        try:
            write(sys.argv[1], each)
        except Exception as problem:  # what this Keras cannot make
            print(f"{each}: not made: {type(problem).__name__}: {str(problem)[:300]}", flush=True)


if __name__ == "__main__":
    main()
