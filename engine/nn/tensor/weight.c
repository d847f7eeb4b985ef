/* Channels of weights: zeroed, copied, looked at. */
#include "engine/nn/tensor/weight.h"

#include <assert.h>

int weight_channels(const struct weight *weight)
{
    int channels = weight->channel_axis < 0 ? 0 : 1;
    for (int i = weight->channel_axis; channels > 0 && i < weight->rank; i++)
        channels *= weight->dim[i];
    return channels;
}

void weight_zero_channel(struct weight *weight, int channel)
{
    int channels = weight_channels(weight);
    assert(channels == 0 || (channel >= 0 && channel < channels));
    for (size_t i = (size_t)channel; channels > 0 && i < weight->count; i += (size_t)channels)
        weight->data[i] = 0;
}

void weight_copy_channel(struct weight *weight, const struct weight *from, int channel)
{
    int channels = weight_channels(weight);
    assert(from->count == weight->count);
    for (size_t i = (size_t)channel; channels > 0 && i < weight->count; i += (size_t)channels)
        weight->data[i] = from->data[i];
}

bool weight_channel_is_zero(const struct weight *weight, int channel)
{
    int channels = weight_channels(weight);
    assert(channels == 0 || (channel >= 0 && channel < channels));
    for (size_t i = (size_t)channel; channels > 0 && i < weight->count; i += (size_t)channels)
        if (weight->data[i] != 0)
            return false;
    return true;
}
