/* Switches of the shortcuts: each makes rounds faster and changes no prediction, and each can be
 * switched off to check that, or to measure what it saves (docs/performance.md). All are on unless
 * somebody says otherwise; `--exact` switches all of them off.
 * Owner: the process. Thread: any reads; written only before the first plan or session is made,
 * which read them once. */
#ifndef SECATEUR_ENGINE_BASE_SHORTCUTS_H
#define SECATEUR_ENGINE_BASE_SHORTCUTS_H

#include <stdbool.h>

enum shortcut {
    SHORTCUT_BATCHED,       /* images side by side in vectors; off: each layer's reference loops */
    SHORTCUT_WINOGRAD,      /* fewer products in convolutions of the input, and in gradients */
    SHORTCUT_FUSED_POOLING, /* a max-pooling done inside the convolution before it */
    SHORTCUT_SPARSE,        /* values that are zero left out of sums */
    SHORTCUT_SUFFIX_CACHE,  /* values at the site stored; off: every round from the pixels */
    SHORTCUT_CERTIFICATE,   /* images whose margin cannot be used up are not computed */
    SHORTCUT_INCREMENTAL,   /* sums behind the site follow the change; off: computed from it */
    SHORTCUT_RECOMPUTE,     /* sums of small windows computed again instead of kept */
    SHORTCUT_INT16_ARGMAX,  /* classes ruled out by products of 16-bit integers */
    SHORTCUT_LINEAR,        /* linear layers behind the site follow in whole numbers */
    SHORTCUT_TRIALS,        /* results of trials remembered until their images change */
    SHORTCUT_COUNT
};

bool shortcut_on(enum shortcut shortcut);
void shortcut_switch(enum shortcut shortcut, bool on);
void shortcut_switch_all(bool on);
const char *shortcut_name(enum shortcut shortcut); /* "fused pooling" */

#endif
