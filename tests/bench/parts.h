/* The parts of engine_bench; each runs in a process of its own. False with err when it could not
 * measure. Private to tests/bench. */
#ifndef SECATEUR_TESTS_BENCH_PARTS_H
#define SECATEUR_TESTS_BENCH_PARTS_H

#include "tests/bench/lab.h"

/* `seconds`: about how long it may take, where it can choose. */
typedef bool part_function(const struct lab *lab, double seconds, struct error *err);

part_function forward_whole;  /* images a second, plain and lanes, against the peaks */
part_function forward_layers; /* layer by layer */
part_function sweep_lab;      /* first pass, rounds, leave-one-out, undo, memory */
part_function sweep_greedy;   /* 60 steps x all candidates */
part_function sweep_alive;    /* a net without dead channels */
part_function sweep_chains;   /* the MNIST nets */
part_function ablation;       /* each shortcut off in turn, on three nets */
part_function growth_images;
part_function growth_channels;
part_function peers_export; /* images, weights and our predictions for other engines */
part_function peers_ours;   /* our figures for the table beside theirs */

#endif
