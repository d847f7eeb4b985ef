/* Images as ONNX has them, channels first, in double precision; what operators make of them by
 * their formulas. Thread: one. */
#ifndef SECATEUR_TESTS_UNIT_IO_ONNX_ONNX_PLANES_H
#define SECATEUR_TESTS_UNIT_IO_ONNX_ONNX_PLANES_H

/* Values [channels, height, width] of one image. */
struct plane {
    int c, h, w;
    double value[4096];
};

struct conv {
    int filters, size, stride, top, left, groups;
    const float *kernel, *bias;
};

double plane_at(const struct plane *p, int c, int y, int x); /* 0 outside */
struct plane plane_image(int c, int h, int w);               /* some values */
void plane_convolve(
    const struct plane *in, const struct conv *conv, int h, int w, struct plane *out);
void plane_relu(struct plane *p);
void plane_gemm(const struct plane *in, const float *matrix, int units, struct plane *out);
/* The net of the file gives the plane's values for its image. */
void plane_expect(const char *path, const struct plane *image, const struct plane *logits);

#endif
