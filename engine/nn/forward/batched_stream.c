/* Products whose rows a depthwise convolution reads as they are made. */
#include "engine/nn/forward/batched_stream.h"

#include "engine/nn/forward/tuning.h"
#include "engine/nn/graph/network.h"

/* Rows that the window of a depthwise step spans. */
static int rows_of(const struct batched_step *step)
{
    const struct window *window = &step->form.window;
    int span = (window->size[0] - 1) * window->dilation[0] + 1;
    return span < window->in[0] ? span : window->in[0];
}

/* Bytes of so many channels of one row that the step reads. */
static size_t row_bytes(
    const struct batched_plan *plan, const struct batched_step *step, int channels)
{
    size_t values = (size_t)step->form.window.in[1] * (size_t)channels;
    return values * (size_t)plan->batched->width * sizeof(float);
}

void batched_stream_fuse(struct batched_plan *plan, int index)
{
    struct batched_step *step = &plan->steps[index];
    if (step->form.kind != LOWERED_DEPTHWISE || step->fused_away || step->unused)
        return;
    int source = step->sources[0];
    struct batched_step *product = &plan->steps[source];
    const struct window *window = &step->form.window;
    size_t bytes = row_bytes(plan, step, window->channels) * (size_t)window->in[0];
    bool plain = product->form.kind == LOWERED_PRODUCT && !product->product.pooled &&
                 !product->from_pixels && product->addend < 0 && !product->activate &&
                 !winograd_square_serves(&product->form.window, product->form.filters);
    bool alone = !plan->kept[source] && !product->fused_away && !product->unused &&
                 network_only_reader(plan->network, source) >= 0;
    if (!plain || !alone || bytes < STREAM_TENSOR_BYTES)
        return;
    product->fused_away = product->streamed = true;
    step->streams = source;
    step->sources[0] = product->sources[0];
}

/* Blocks of the product's filters whose rows fit into the second cache. */
static int blocks_of(const struct batched_plan *plan, const struct batched_step *step)
{
    const struct batched_product *product = &plan->steps[step->streams].product;
    size_t each = row_bytes(plan, step, product->block) * (size_t)rows_of(step);
    int blocks = (int)(STREAM_RING_BYTES / each);
    blocks = blocks < product->blocks ? blocks : product->blocks;
    return blocks < 1 ? 1 : blocks;
}

size_t batched_stream_scratch(const struct batched_plan *plan, const struct batched_step *step)
{
    if (step->streams < 0)
        return 0;
    int channels = blocks_of(plan, step) * plan->steps[step->streams].product.block;
    return row_bytes(plan, step, channels) * (size_t)rows_of(step) / sizeof(float);
}

/* A group of channels at work. */
struct stream {
    const struct batched_plan *plan;
    const struct batched_step *step;
    const struct batched_product *product;
    struct product_part part;
    const float *in;
    float *ring;
};

/* Makes the rows of the product that come before `end` and are not made yet. */
static void make_rows(struct stream *stream, int end)
{
    struct product_part *part = &stream->part;
    size_t row = (size_t)stream->step->form.window.in[1] * part->pitch *
                 (size_t)stream->plan->batched->width;
    for (; part->from < end; part->from++) {
        part->to = part->from + 1;
        size_t place = (size_t)(part->from % rows_of(stream->step));
        stream->plan->batched->dense(
            stream->ring + place * row, stream->product, part, stream->in, NULL);
    }
}

static void run_group(struct stream *stream, const struct ending *ending, float *out)
{
    const struct batched_step *step = stream->step;
    const struct window *window = &step->form.window;
    int block = stream->product->block;
    int left = stream->product->filters - stream->part.block_from * block;
    struct depthwise_rows rows = {.in = stream->ring,
        .ring = rows_of(step),
        .pitch = stream->part.pitch,
        .first = (size_t)(stream->part.block_from * block),
        .count = (size_t)left < stream->part.pitch ? (size_t)left : stream->part.pitch};
    for (; rows.y < window->out[0]; rows.y++) {
        struct taps down = window_taps(window, 0, rows.y);
        make_rows(stream, down.origin + (down.last - 1) * window->dilation[0] + 1);
        stream->plan->batched->channel->depthwise_row(
            out, window, step->weights->weights[0].data, ending, &rows);
    }
}

void batched_stream_run(float *out, const struct batched_plan *plan,
    const struct batched_step *step, const struct ending *ending, const float *in, float *ring)
{
    const struct batched_product *product = &plan->steps[step->streams].product;
    int together = blocks_of(plan, step);
    for (int from = 0, to; from < product->blocks; from = to) {
        to = product->blocks - from < together ? product->blocks : from + together;
        struct stream stream = {.plan = plan,
            .step = step,
            .product = product,
            .part = {.block_from = from,
                .block_to = to,
                .pitch = (size_t)((to - from) * product->block)},
            .in = in,
            .ring = ring};
        run_group(&stream, ending, out);
    }
}
