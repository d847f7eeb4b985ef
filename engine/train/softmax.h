/* The exponentials of a soft-max, many at once: fast loops that the compiler turns into vectors,
 * the same bits on every machine. Thread: any. */
#ifndef SECATEUR_ENGINE_TRAIN_SOFTMAX_H
#define SECATEUR_ENGINE_TRAIN_SOFTMAX_H

/* out[k] = exp(logits[k] - largest), k < n, where largest is no less than any of them; right to
 * 2e-7 of its value, 0 below exp(-87). NaN stays NaN. out may be logits. */
void softmax_exponentials(float *out, const float *logits, int n, float largest);

#endif
