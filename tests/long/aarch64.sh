#!/bin/sh
# The kernels of a 64-bit ARM (NEON) and their tests, built by a cross compiler and run under
# qemu-user. Needs aarch64-linux-gnu-gcc, qemu-aarch64, and in SECATEUR_AARCH64 the unpacked arm64
# packages libcmocka0, libcmocka-dev, libopenblas0-pthread and libgfortran5. Else 77: skipped.
set -eu
libraries=${SECATEUR_AARCH64:-/nowhere}/usr/lib/aarch64-linux-gnu
for program in aarch64-linux-gnu-gcc qemu-aarch64; do
    command -v $program >/dev/null || { echo "SKIPPED: no $program"; exit 77; }
done
[ -e "$libraries/libcmocka.so" ] ||
    { echo "SKIPPED: SECATEUR_AARCH64 names no folder with libcmocka of arm64"; exit 77; }
cd "$SECATEUR_SOURCE"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

compile() { # SOURCE OBJECT [FLAG ...]
    source=$1 object=$2
    shift 2
    # shellcheck disable=SC2046 # flags
    aarch64-linux-gnu-gcc -std=gnu17 -O2 -D_GNU_SOURCE -I. -I"$SECATEUR_BUILD" \
        -I"$SECATEUR_AARCH64/usr/include" $(pkg-config --cflags openblas) "$@" -c "$source" -o "$folder/$object.o"
}

# as engine/nn/meson.build has them: name, width, block
for kind in plain:4:12 neon:4:24; do
    name=${kind%%:*} block=${kind##*:}
    for source in $(find engine/nn -name '*_kernels.c' -o -name argmax_quantised.c); do
        compile "$source" "$(basename "$source" .c)_$name" -DLANES_WIDTH=4 -DBATCHED_BLOCK="$block" \
            -DKERNELS_NAME="\"$name\"" -DBATCHED_TABLE=batched_"$name" \
            -DSPARSE_TABLE=sparse_"$name" -DDELTA_TABLE=delta_"$name" \
            -DRECOMPUTE_TABLE=recompute_"$name" -DARGMAX_TABLE=argmax_"$name" \
            -DARGMAX_QUANTISE=argmax_quantise_"$name" -DWINOGRAD_TABLE=winograd_"$name" \
            -DCAPTURE_TABLE=capture_"$name" -DPIXELS_TABLE=pixels_"$name" \
            -DLANE_TABLE=lane_"$name" -DLANE_WEIGH=lane_weigh_"$name" \
            -DSQUARE_TABLE=square_"$name" -DDENSE_PRODUCT=dense_product_"$name" \
            -DPOINTWISE_PRODUCT=pointwise_product_"$name" \
            -DCHANNEL_TABLE=channel_"$name"
    done
done
for source in $(find engine/base engine/measures engine/nn -name '*.c' ! -name '*_kernels.c' \
    ! -name argmax_quantised.c) tests/unit/common/random_nets.c; do
    compile "$source" "$(echo "$source" | tr / _)" -ffp-contract=off
done
objects=$(echo "$folder"/*.o)
for test in batched lane wide argmax_int16 recompute; do
    # shellcheck disable=SC2086 # a list
    aarch64-linux-gnu-gcc -std=gnu17 -O2 -D_GNU_SOURCE -I. -I"$SECATEUR_AARCH64/usr/include" \
        "tests/unit/nn/${test}_test.c" $objects -L"$libraries" -lcmocka -lm -lpthread -ldl \
        -o "$folder/${test}_test"
    SECATEUR_TRIALS=10 qemu-aarch64 -L /usr/aarch64-linux-gnu \
        -E LD_LIBRARY_PATH="$libraries:$libraries/openblas-pthread" "$folder/${test}_test"
done
