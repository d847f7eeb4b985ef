/* Operators on planes, slow and obvious. */
#include "tests/unit/io/onnx/onnx_planes.h"

#include "engine/nn/forward/reference_pass.h"
#include "tests/unit/io/load_files.h"

#include <math.h>

double plane_at(const struct plane *p, int c, int y, int x)
{
    bool inside = y >= 0 && y < p->h && x >= 0 && x < p->w;
    return inside ? p->value[(c * p->h + y) * p->w + x] : 0;
}

void plane_convolve(
    const struct plane *in, const struct conv *conv, int h, int w, struct plane *out)
{
    int each = in->c / conv->groups, k = conv->size;
    *out = (struct plane){.c = conv->filters, .h = h, .w = w};
    for (int f = 0; f < conv->filters; f++)
        for (int i = 0; i < h * w; i++) {
            double sum = conv->bias ? (double)conv->bias[f] : 0;
            int first = f / (conv->filters / conv->groups) * each;
            for (int t = 0; t < each * k * k; t++)
                sum +=
                    (double)conv->kernel[f * each * k * k + t] *
                    plane_at(in, first + t / (k * k), i / w * conv->stride - conv->top + t / k % k,
                        i % w * conv->stride - conv->left + t % k);
            out->value[f * h * w + i] = sum;
        }
}

void plane_relu(struct plane *p)
{
    for (int i = 0; i < p->c * p->h * p->w; i++)
        p->value[i] = p->value[i] < 0 ? 0 : p->value[i];
}

void plane_gemm(const struct plane *in, const float *matrix, int units, struct plane *out)
{
    int n = in->c * in->h * in->w;
    *out = (struct plane){.c = units, .h = 1, .w = 1};
    for (int u = 0; u < units; u++)
        for (int i = 0; i < n; i++)
            out->value[u] += (double)matrix[u * n + i] * in->value[i];
}

void plane_expect(const char *path, const struct plane *image, const struct plane *logits)
{
    struct error err = {0};
    struct model *model = model_open(path, NULL, &err);
    if (!model)
        print_message("%s\n", err.text);
    assert_non_null(model);
    const struct network *network = model->network;
    struct reference_pass *pass = reference_pass_create(network, 1);
    float *input = reference_pass_tensor(pass, network->input);
    for (int i = 0; i < image->h * image->w; i++)
        for (int c = 0; c < image->c; c++)
            input[i * image->c + c] = (float)image->value[c * image->h * image->w + i];
    reference_pass_forward(pass, 1, NULL);
    const float *output = reference_pass_tensor(pass, network->output);
    assert_int_equal(network->n_classes, logits->c);
    for (int i = 0; i < logits->c; i++)
        assert_float_equal(output[i], logits->value[i], 1e-5 * (1 + fabs(logits->value[i])));
    reference_pass_destroy(pass);
    model_destroy(model);
}

struct plane plane_image(int c, int h, int w)
{
    struct plane image = {.c = c, .h = h, .w = w};
    for (int i = 0; i < c * h * w; i++)
        image.value[i] = (i * 37 % 64 - 20) / 32.0;
    return image;
}
