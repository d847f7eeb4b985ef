"""Nets of each type of layer, as keras_maker.py makes nets of each kind.
usage: keras_layers.py FOLDER [NAME]"""
import keras
import keras_maker as maker
from keras import layers as L
from keras_maker import conv, head

maker.NETS.clear()


def simple(name, *body, size=(8, 10, 3), first=6, forms=("keras", "h5")):
    """A convolution, the layers in question (made anew each time), the head."""
    def make(shape):
        x = images = L.Input(shape)
        x = L.Conv2D(first, 3, padding="same")(x) if first else x
        for layer in body:
            x = layer()(x)
        return keras.Model(images, head(x if len(x.shape) == 4 else L.Flatten()(x)))

    make.__name__ = name
    maker.net(size, forms=forms)(make)


def merged(name, merge, second):
    def make(shape):
        images = L.Input(shape)
        x = L.Conv2D(6, 3, padding="same", activation="relu")(images)
        return keras.Model(images, head(merge()([x, second(x)])))

    make.__name__ = name
    maker.net((8, 10, 3), forms=("keras", "h5"))(make)


simple("layer_norm", L.LayerNormalization, lambda: L.ReLU())
simple("layer_norm_whole", lambda: L.LayerNormalization(axis=[1, 2, 3], epsilon=1e-6),
       forms=("keras",))  # Keras 3 does not open its own .h5 of it
simple("layer_norm_plain", lambda: L.LayerNormalization(center=False, scale=False))
simple("layer_norm_center", lambda: L.LayerNormalization(scale=False), lambda: conv(4))
simple("layer_norm_units", L.Flatten, L.LayerNormalization, lambda: L.Dense(7, activation="gelu"))
simple("group_norm", lambda: L.GroupNormalization(2), lambda: conv(4))
simple("group_norm_each", lambda: L.GroupNormalization(-1), lambda: conv(4))
simple("group_norm_one", lambda: L.GroupNormalization(1, epsilon=1e-5, scale=False))
for number, more in enumerate([
        {}, {"strides": 2}, {"strides": 2, "padding": "same"}, {"strides": (3, 1)},
        {"strides": (2, 3), "padding": "same", "use_bias": False}, {"dilation_rate": 2},
        {"strides": 2, "padding": "same", "output_padding": 1},
        {"strides": 2, "activation": "relu", "kernel_size": 2},
        {"strides": 2, "padding": "same", "kernel_size": (4, 2)}]):
    simple(f"transposed_{number}", lambda more=more: L.Conv2DTranspose(
        **{"filters": 4, "kernel_size": 3, **more}))
simple("up_nearest", lambda: L.UpSampling2D((2, 3)), lambda: conv(4))
simple("up_linear", lambda: L.UpSampling2D(2, interpolation="bilinear"), lambda: conv(4))
simple("up_line", lambda: L.Reshape((80, 6)), lambda: L.UpSampling1D(3))
simple("cropped", lambda: L.Cropping2D(((1, 2), (0, 3))), lambda: L.ZeroPadding2D((1, 2)))
simple("cropped_line", lambda: L.Reshape((80, 6)), lambda: L.Cropping1D((1, 2)),
       lambda: L.ZeroPadding1D(2))
simple("permuted", lambda: L.Permute((2, 1, 3)), lambda: conv(4))
simple("permuted_channels", lambda: L.Permute((3, 1, 2)), L.Flatten)
LINE = {"first": 0, "size": (12, 9, 1)}
for number, more in enumerate([
        {}, {"strides": 2, "padding": "same"}, {"padding": "causal", "dilation_rate": 2},
        {"groups": 3, "use_bias": False, "activation": "relu"}]):
    simple(f"line_{number}", lambda: L.Reshape((12, 9)),
           lambda more=more: L.Conv1D(**{"filters": 6, "kernel_size": 3, **more}),
           L.BatchNormalization, lambda: L.SpatialDropout1D(.2), lambda: L.MaxPooling1D(2),
           L.GlobalAveragePooling1D, **LINE)
simple("line_pools", lambda: L.Reshape((12, 9)), lambda: L.AveragePooling1D(3, 2, "same"),
       lambda: L.GlobalMaxPooling1D(keepdims=True), **LINE)
MERGES = {"add": L.Add, "subtract": L.Subtract, "multiply": L.Multiply, "average": L.Average,
          "maximum": L.Maximum, "minimum": L.Minimum}
for name, merge in MERGES.items():
    merged(f"{name}_alike", merge, lambda x: L.Conv2D(6, 1)(x))
    merged(f"{name}_pixel", merge, lambda x: L.GlobalAveragePooling2D(keepdims=True)(x))
    merged(f"{name}_row", merge, lambda x: L.GlobalMaxPooling2D()(x))
    merged(f"{name}_place", merge, lambda x: L.Conv2D(1, 3, padding="same")(x))
for name in ("relu6 silu swish gelu selu elu softplus softsign hard_sigmoid hard_silu hard_swish "
             "mish leaky_relu exponential sigmoid tanh celu log_sigmoid hard_tanh").split():
    simple(f"function_{name}", lambda name=name: L.Conv2D(4, 1, activation=name))
    simple(f"activation_{name}", lambda name=name: L.Activation(name))
OBJECTS = {"relu": lambda: L.ReLU(1.5, .1, .25), "relu_max": lambda: L.ReLU(max_value=.5),
           "leaky": lambda: L.LeakyReLU(.15), "elu": lambda: L.ELU(.5),
           "softmax": lambda: L.Softmax()}
for name, each in OBJECTS.items():
    simple(f"object_{name}", each)
    simple(f"inside_{name}", lambda each=each: L.Dense(4, activation=each()))
simple("prelu", L.PReLU)
simple("prelu_shared", lambda: L.PReLU(shared_axes=[1, 2]))
simple("depthwise", lambda: L.DepthwiseConv2D(3, depth_multiplier=2, strides=2))
simple("separable", lambda: L.SeparableConv2D(5, 3, padding="same", depth_multiplier=2))

if __name__ == "__main__":
    maker.main()
