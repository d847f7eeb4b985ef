/* A made-up snapshot, so that views are tested without an engine. */
#include "tests/screens/sample.h"
#include "tests/screens/parts/sample_comparison.h"
#include "tests/screens/parts/sample_repair.h"
#include "tests/screens/parts/sample_suspects.h"

#include "engine/api/detection.h"
#include "engine/base/memory.h"
#include "engine/base/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 60, WIDTH = 47, HEIGHT = 55, CLASSES = 1283, DORMANT = 33 };

static const struct layer_line layers[] = {
    {"input", "InputLayer", "55x47x3", 0, -1, false},
    {"conv_1", "Conv2D", "52x44x20", 980, 0, false},
    {"pool_1", "MaxPooling2D", "26x22x20", 0, 0, true},
    {"conv_2", "Conv2D", "24x20x40", 7240, 1, false},
    {"pool_2", "MaxPooling2D", "12x10x40", 0, 1, true},
    {"conv_3", "Conv2D", "10x8x60", 21660, 2, false},
    {"pool_3", "MaxPooling2D", "5x4x60", 0, 2, true},
    {"conv_4", "Conv2D", "4x3x80", 19280, 3, true},
    {"flatten_1", "Flatten", "1200", 0, -1, false},
    {"flatten_2", "Flatten", "960", 0, -1, false},
    {"fc_1", "Dense", "160", 192160, 4, false},
    {"fc_2", "Dense", "160", 153760, 4, false},
    {"add_1", "Add", "160", 0, 4, false},
    {"activation_1", "Activation", "160", 0, 4, true},
    {"output", "Dense", "1283", 206563, -1, false},
};

#define UNKNOWN {{0}, {0}, {0}, {0}, -1}, 0, NULL
static const struct site_line sites[] = {
    {"conv_1", "pool_1", "conv_1", "26x22x20", 20, 0.05F, 1.21F, 7, true, 91.3F, NULL, 0, 0, 0,
        UNKNOWN},
    {"conv_2", "pool_2", "conv_2", "12x10x40", 40, 0.2F, 2.04F, 31, true, 60.25F, NULL, 0, 0, 0,
        UNKNOWN},
    {"conv_3", "pool_3", "conv_3", "5x4x60", N, 0.55F, 3.9F, 28, true, 0.01F, "difference", 9,
        93.1F, 4.8F, UNKNOWN},
    {"conv_4", "conv_4", "conv_4", "4x3x80", 80, 0.3F, 4.4F, 12, true, 3.5F, "difference", 22,
        90.4F, 1.9F, UNKNOWN},
    {"activation_1", "activation_1", "fc_1 + fc_2", "160", 160, 0.08F, 6.31F, 101, true, 12.2F,
        "difference", 14, 97.85F, 0.03F, UNKNOWN},
};

/* Percent of clean images right, and of poisoned ones that hit, from the round when it matters. */
static const double clean_cache[] = {98.65, 98.64, 98.64, 98.63, 98.66, 98.65, 98.61, 98.57, 98.54,
    98.2, 97.6, 97.5, 95.8, 95.2, 94.7, 92.1, 91.5, 91.0, 89.2, 84.4, 76.5, 54.9, 27.1, 13.9, 7.1,
    1.6, 0.7, 0.08};
static const double asr_cache[] = {100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100,
    99.99, 99.99, 99.99, 99.99, 99.98, 80.7, 77.0, 35.7, 7.0, 0.4, 0, 0, 0, 0, 0};

struct held {
    struct snapshot snapshot; /* first */
    struct round rounds[N + 1];
    const struct round *pointers[N + 1];
    struct channel_activation activations[N];
    struct threshold thresholds[3];
    struct message messages[8];
    int ranking[N];
    float scores[N];
    struct what_if what_if[N];
    struct branch_line branches[4];
    struct detection detection;
    struct detection_net fixed;
    struct detector_result detectors[2];
    struct round other[2][N + 1]; /* rounds of branches that end sooner or later */
    const struct round *other_pointers[2][N + 1];
    struct sample_repair *repair;
    int32_t *labels[N_SETS];
    uint16_t *predicted[N_SETS]; /* [N + 1][n_images] */
};

static double share(const double *cache, int round)
{
    return (round < DORMANT ? cache[0] : cache[round - DORMANT]) / 100;
}

/* Image i is right while its place in a fixed shuffle is below the count of the round; a few
 * waver, so that some are broken and some recover in the same round. */
static void predict(struct held *h, enum image_set set, const int *place, int round)
{
    int n = h->snapshot.n_images[set];
    int right = (int)lrint(n * share(set == SET_CLEAN ? clean_cache : asr_cache, round));
    for (int i = 0; i < n; i++) {
        int label = h->labels[set][i], p = place[i];
        bool wavers = set == SET_CLEAN && round >= 36 && p % 211 == round % 7;
        bool says = p < right && !wavers;
        h->predicted[set][(long)round * n + i] =
            (uint16_t)(says
                           ? label
                           : (label + 1 + (p * 7 + (round > 50 ? round / 4 : 0)) % 1200) % CLASSES);
    }
}

static void shuffle(int *place, int n, uint64_t stream)
{
    struct random random;
    random_init(&random, 1, stream);
    for (int i = 0; i < n; i++)
        place[i] = i;
    for (int i = n - 1; i > 0; i--) {
        int k = (int)random_below(&random, (uint32_t)i + 1), kept = place[i];
        place[i] = place[k];
        place[k] = kept;
    }
}

static void make_set(struct held *h, enum image_set set)
{
    int n = h->snapshot.n_images[set];
    int *place = memory_array((size_t)n + 1, sizeof *place);
    shuffle(place, n, set);
    h->labels[set] = memory_array((size_t)n + 1, sizeof(int32_t));
    h->predicted[set] = memory_array((size_t)n * (N + 1) + 1, sizeof(uint16_t));
    for (int i = 0; i < n; i++)
        h->labels[set][i] = set == SET_CLEAN ? i % CLASSES : 0;
    for (int r = 0; r <= N; r++) {
        predict(h, set, place, r);
        h->rounds[r].predicted[set] = h->predicted[set] + (long)r * n;
    }
    h->snapshot.labels[set] = h->labels[set];
    free(place);
}

static void count(struct held *h, int r)
{
    struct round *round = &h->rounds[r];
    const struct round *last = r > 0 ? round - 1 : round;
    for (int set = 0; set < N_SETS; set++)
        for (int i = 0; i < h->snapshot.n_images[set]; i++) {
            bool now = round->predicted[set][i] == h->labels[set][i];
            bool before = last->predicted[set][i] == h->labels[set][i];
            *(set == SET_CLEAN ? &round->clean_correct : &round->attack_hits) += now;
            *(set == SET_CLEAN ? &round->recovered : &round->reinfected) += now && !before;
            *(set == SET_CLEAN ? &round->broken : &round->rescued) += before && !now;
        }
    round->own_correct = round->robust_correct = round->rescued_right = -1;
    round->channel = r > 0 ? h->ranking[r - 1] : -1;
    round->touched = r < DORMANT ? 0 : 173 * (r - DORMANT);
    round->finished = round->touched / 9;
    round->seconds = r == 0 ? 9.4 : 0.004 + 0.02 * fmax(0, r - DORMANT);
    h->pointers[r] = round;
}

static void make_channels(struct held *h)
{
    for (int rank = 0; rank < N; rank++) {
        int channel = (rank * 37 + 11) % N;
        double mean = rank < DORMANT ? 0 : 0.0031 * exp(0.303 * (rank - DORMANT));
        double change = rank == 51 ? 3.4 : rank == 53 ? 1.7 : rank == 20 ? 0.9 : 0.03 * mean;
        struct channel_activation *a = &h->activations[channel];
        h->ranking[rank] = channel;
        for (int set = 0; set < N_SETS; set++) {
            a->mean[set] = (float)(mean + (set == SET_POISONED ? change : 0));
            a->max[set] = 4 * a->mean[set];
            a->deviation[set] = 1.3F * a->mean[set];
            a->spread[set] = 0.6F * a->mean[set];
            a->zeros[set] = a->mean[set] > 0 ? 1 / (1 + 2 * a->mean[set]) : 1;
        }
        h->scores[channel] = a->mean[SET_CLEAN];
    }
    h->snapshot.activations = h->activations;
    h->snapshot.ranking = h->ranking;
    h->snapshot.scores = h->scores;
    h->snapshot.n_channels = h->snapshot.n_ranking = N;
}

static const struct knowledge by_mean_activation = {.sets = KNOWLEDGE_CLEAN,
    .criterion = "mean-activation",
    .order = "ascending",
    .layer = "conv_3"};
static const struct knowledge by_difference = {.sets = KNOWLEDGE_CLEAN | KNOWLEDGE_POISONED,
    .criterion = "difference",
    .order = "descending",
    .layer = "activation_1"};

static void make_thresholds(struct held *h)
{
    static const double points[] = {2, 4, 10};
    struct snapshot *s = &h->snapshot;
    for (int i = 0; i < 3; i++) {
        struct threshold *t = &h->thresholds[i];
        *t = (struct threshold){.points = points[i], .round = -1};
        t->test_clean_correct = t->test_attack_hits = -1;
        for (int r = s->n_rounds - 1; r > 0; r--)
            if (snapshot_clean_accuracy(s, 0) - snapshot_clean_accuracy(s, r) >= points[i])
                t->round = r;
        if (t->round < 0)
            continue;
        t->known = by_mean_activation;
        snprintf(t->saved, sizeof t->saved, "secateur-out/sunglasses_bd_net_loss%g.h5", points[i]);
        t->test_clean_correct = (int)(128.3 * snapshot_clean_accuracy(s, t->round)) - 11;
        t->test_attack_hits = (int)(128.3 * snapshot_asr(s, t->round));
    }
    s->thresholds = h->thresholds;
    s->n_thresholds = 3;
}

static void say(struct held *h, double seconds, bool error, const char *text)
{
    struct message *m = &h->messages[h->snapshot.n_messages++];
    *m = (struct message){(unsigned)h->snapshot.n_messages, seconds, error, ""};
    snprintf(m->text, sizeof m->text, "%s", text);
}

static void describe(struct held *h, const struct sample_options *options)
{
    struct snapshot *s = &h->snapshot;
    s->serial = 7;
    s->phase = options->phase;
    s->model_name = "sunglasses_bd_net.h5";
    s->height = HEIGHT, s->width = WIDTH, s->channels = 3, s->n_classes = CLASSES;
    s->layers = layers, s->n_layers = sizeof layers / sizeof *layers;
    s->sites = sites, s->n_sites = sizeof sites / sizeof *sites;
    s->suggested = options->scanned ? 4 : -1;
    s->site = 2;
    s->criterion = "mean-activation", s->badge = BADGE_CLEAN;
    s->criterion_help = "mean activation over clean images and positions";
    s->set_name[0] = "clean_validation.h5", s->set_name[1] = "sunglasses_poisoned.h5";
    s->test_name[0] = "clean_test.h5", s->test_name[1] = "poisoned_test.h5";
    s->n_images[0] = options->n_images;
    s->n_images[1] = options->no_poisoned ? 0 : options->n_images;
    s->n_test[0] = s->n_test[1] = 12830;
    s->of = (struct outcome){s->n_images[0], s->n_images[1], -1, -1};
    s->test_of = (struct outcome){12830, 12830, -1, -1};
    s->trivial = s->test_trivial = (struct outcome)OUTCOME_UNKNOWN;
    s->test_own_correct = s->test_robust_correct = -1;
    s->test_clean_correct = 12653, s->test_attack_hits = 12830;
    s->scaling = pixel_scaling_of(1);
    s->scale = 1, s->target = 0, s->eta = options->phase == PHASE_RUNNING ? 21.4 : -1;
    s->images_per_second = 2450;
    if (options->scanned)
        snprintf(s->suggestion, sizeof s->suggestion, "%s",
            "activation_1: 14 of 160 channels by difference leave ASR 0.0 % at 97.9 % clean "
            "accuracy (oracle: chosen with poisoned images)");
    say(h, 0.12, false, "read sunglasses_bd_net.h5: 15 layers, 601643 parameters");
    say(h, 3.4, false, "read 11547 clean and 11547 poisoned images");
    say(h, 4.1, true, "poisoned_extra.h5: dataset data is [12, 3, 50, 47], expected 55 rows");
    if (options->n_rounds > 47)
        say(h, 12.9, false, "round 45: 2 points of clean accuracy lost, net kept");
    say(h, 13.2, false, "round 47: channel 29 pruned, clean 94.70 %, ASR 99.99 %");
}

/* Every second channel that is left was asked; 28 and 6 carry the backdoor. */
static void make_what_if(struct held *h)
{
    struct snapshot *s = &h->snapshot;
    const struct round *now = s->rounds[s->position];
    for (int rank = 0; rank < N; rank++) {
        int channel = h->ranking[rank];
        struct what_if *w = &h->what_if[channel];
        w->clean_correct = -1;
        if (rank % 2 == 0 && rank != 58)
            continue;
        w->broken = (int)(now->clean_correct * 0.0004 * rank), w->recovered = rank % 3;
        w->rescued = now->attack_hits * (rank == 51 ? 61 : rank == 53 ? 23 : 0) / 100;
        w->reinfected = rank == 58 ? 2 : 0;
        w->clean_correct = now->clean_correct - w->broken + w->recovered;
        w->attack_hits = now->attack_hits - w->rescued + w->reinfected;
    }
    s->what_if = h->what_if;
}

/* The sample's rounds, shifted and stretched, as another branch's. */
static void make_other(struct held *h, int other, int first, double slower, int sooner)
{
    for (int r = 0; r <= N; r++) {
        int from = first + (int)lrint(r * slower), later = from + (r > 0 ? sooner : 0);
        h->other[other][r] = h->rounds[from < N ? from : N];
        h->other[other][r].attack_hits = h->rounds[later < N ? later : N].attack_hits;
        h->other[other][r].own = h->other[other][r].known =
            other == 1 ? by_difference : by_mean_activation;
        h->other_pointers[other][r] = &h->other[other][r];
    }
    h->other[other][0].channel = -1;
}

static void make_branches(struct held *h, int n)
{
    const struct branch_line begun[] = {
        {1, 0, "mean-activation", false, 41, 29, NULL, -1, 0, NULL, by_mean_activation, {0}},
        {4, 44, "difference", true, 25, 14, NULL, -1, 0, NULL, by_difference, {0}},
        {2, 0, "mean-activation", false, 0, 0, NULL, -1, 0, NULL, by_mean_activation, {0}},
        {0, 29, "difference", true, 1, 0, NULL, -1, 0, NULL, by_difference, {0}},
    };
    struct snapshot *s = &h->snapshot;
    make_other(h, 0, 22, 0.9, 3);
    make_other(h, 1, 45, 0.6, 6);
    for (int i = 0; i < n; i++) {
        h->branches[i] = begun[4 - n + i];
        h->branches[i].rounds = h->other_pointers[(4 - n + i) % 2];
        if (i != n - 2)
            continue;
        s->branch = i;
        h->branches[i].rounds = s->rounds;
        h->branches[i].n_rounds = s->n_rounds;
        h->branches[i].position = s->position;
    }
    s->branches = h->branches;
    s->n_branches = n;
}

/* By hand: 10 clean and 10 poisoned images, a blind and a perfect detector. */
static void make_detection(struct held *h)
{
    static const int perfect[N_SETS][3] = {{0, 0, 10}, {0, 10, 10}}, blind[2] = {0, 10};
    static const struct defence counted = {
        .clean = {10, 9, 1, 0, 0, 0}, .poisoned = {10, 1, 9, 0, 0, 0}};
    struct detection *d = &h->detection;
    h->fixed = (struct detection_net){.name = "fixed.h5", .index = -1, .kinship = KIN_PRUNED};
    *d = (struct detection){
        .n_nets = 1, .nets = &h->fixed, .n_detectors = 2, .detectors = h->detectors};
    for (int data = 0; data < N_DATA; data++) {
        h->fixed.defence[data] = counted;
        d->n[data][SET_CLEAN] = d->n[data][SET_POISONED] = 10;
        for (int i = 0; i < 2; i++) {
            struct detector_result *r = &h->detectors[i];
            r->name = i ? "agreement" : "logit", r->badge = BADGE_CLEAN, r->net = i - 1;
            r->roc[data] = (struct roc){{10, 10}, i ? 1 : 0.5, i ? 3 : 2, {blind, blind}};
            for (int set = 0; set < N_SETS && i; set++)
                r->roc[data].flagged[set] = perfect[set];
            for (int p = 0; p < DETECTION_RATES; p++)
                r->at[p] = (struct operating_point){
                    .rate = p, .threshold = 7, .flagged = {{p, 7}, {p, i ? 10 : p}}};
        }
    }
    h->snapshot.detection = d;
}

/* Scores fall with the rank: three stand out, the rest is near one value. */
static void make_outliers(struct held *h)
{
    static const struct criterion_line lines[] = {
        {.name = "clp", .badge = BADGE_DATA_FREE, .descending = true, .outliers = 3}};
    static const float first[] = {9, 7, 3};
    struct snapshot *s = &h->snapshot;
    for (int rank = 0; rank < N; rank++)
        h->scores[h->ranking[rank]] = rank < 3 ? first[rank] : 1 - 0.005F * (float)rank;
    s->criteria = lines, s->n_criteria = 1;
    s->criterion = "clp", s->badge = BADGE_DATA_FREE, s->descending = true;
}

struct snapshot *sample_create(const struct sample_options *options)
{
    struct held *h = memory_array(1, sizeof *h);
    struct snapshot *s = &h->snapshot;
    describe(h, options);
    s->messages = h->messages;
    make_channels(h);
    make_set(h, SET_CLEAN);
    make_set(h, SET_POISONED);
    for (int r = 0; r <= N; r++) {
        count(h, r);
        if (r > 0)
            h->rounds[r].own = h->rounds[r].known = by_mean_activation;
    }
    s->next = by_mean_activation;
    if (options->position > 0)
        s->known = by_mean_activation;
    s->rounds = h->pointers;
    s->n_rounds = options->n_rounds;
    s->position = options->position;
    if (s->n_rounds > 0)
        make_thresholds(h);
    if (options->what_if && s->n_rounds > 0)
        make_what_if(h);
    if (options->detected)
        make_detection(h);
    if (options->suspects)
        s->suspects = sample_suspects_create(HEIGHT, WIDTH, s->n_images[SET_CLEAN]);
    if (options->outliers)
        make_outliers(h);
    if (options->compared)
        s->compared = sample_comparison();
    if (options->n_branches > 1)
        make_branches(h, options->n_branches);
    if (options->repaired)
        h->repair = sample_repair_create(s);
    return s;
}

void sample_destroy(struct snapshot *snapshot)
{
    struct held *h = (struct held *)snapshot;
    for (int set = 0; set < N_SETS; set++) {
        free(h->labels[set]);
        free(h->predicted[set]);
    }
    sample_repair_destroy(((struct held *)snapshot)->repair);
    sample_suspects_destroy((struct suspects *)(uintptr_t)snapshot->suspects);
    free(h);
}

void snapshot_ref(const struct snapshot *s)
{
    (void)s; /* the caller's alone */
}

void snapshot_unref(const struct snapshot *s)
{
    (void)s;
}

double snapshot_clean_accuracy(const struct snapshot *s, int round)
{
    int n = s->n_images[SET_CLEAN];
    return n > 0 ? 100.0 * s->rounds[round]->clean_correct / n : 0;
}

double snapshot_asr(const struct snapshot *s, int round)
{
    int n = s->of.attack;
    return n > 0 ? 100.0 * s->rounds[round]->attack_hits / n : 0;
}

int snapshot_pruned_in(const struct snapshot *s, int round, int channel)
{
    for (int r = 1; r <= round; r++)
        if (s->rounds[r]->channel == channel)
            return r;
    return 0;
}

int snapshot_next_channel(const struct snapshot *s)
{
    for (int i = 0; i < s->n_ranking; i++)
        if (s->n_rounds > 0 && !snapshot_pruned_in(s, s->position, s->ranking[i]))
            return s->ranking[i];
    return -1;
}

struct head {
    double cx, cy, rx, ry, turn; /* ellipse of the face; how far it looks aside */
    uint32_t skin, hair, ground;
};

static bool within(double x, double y, double cx, double cy, double rx, double ry)
{
    return (x - cx) * (x - cx) / (rx * rx) + (y - cy) * (y - cy) / (ry * ry) <= 1;
}

static uint32_t head_pixel(const struct head *h, double x, double y, bool glasses)
{
    double eye = h->cx + h->turn, up = h->cy - 0.12 * h->ry;
    bool left = within(x, y, eye - 0.42 * h->rx, up, 6.5, 4.8);
    bool right = within(x, y, eye + 0.42 * h->rx, up, 6.5, 4.8);
    if (glasses && (left || right || (fabs(y - up + 2) < 1.2 && fabs(x - eye) < 0.95 * h->rx)))
        return 0x7a30d8;
    if (within(x, y, eye - 0.4 * h->rx, up, 1.7, 1.2) ||
        within(x, y, eye + 0.4 * h->rx, up, 1.7, 1.2))
        return 0x241c18;
    if (fabs(y - up + 4.5) < 0.9 && fabs(fabs(x - eye) - 0.4 * h->rx) < 3.5)
        return h->hair;
    if (within(x, y, eye, h->cy + 0.5 * h->ry, 5.5, 1.6))
        return 0xa04a4a;
    if (fabs(x - eye - 1) < 0.8 && y > up + 1 && y < h->cy + 0.2 * h->ry)
        return h->skin - 0x202020;
    if (within(x, y, h->cx, h->cy, h->rx, h->ry) && y > h->cy - 0.62 * h->ry)
        return h->skin - 0x010101 * (uint32_t)(28 * fabs(x - h->cx) / h->rx);
    if (within(x, y, h->cx, h->cy - 2, h->rx + 3, h->ry + 3) && y < h->cy + 4)
        return h->hair;
    return h->ground - 0x010101 * (uint32_t)(y / 2);
}

void snapshot_image(const struct snapshot *s, enum image_set set, int index, uint8_t *rgb)
{
    static const uint32_t skins[] = {0xe8c0a0, 0xd9a884, 0xb98a64, 0x96683f, 0xf0d0b8};
    static const uint32_t hairs[] = {0x30221a, 0x5a3c22, 0x8a6a3c, 0x403838, 0x9a958f};
    struct random r;
    random_init(&r, 99, (uint64_t)index);
    struct head h = {23 + random_range(&r, -2, 2), 29 + random_range(&r, -2, 2),
        random_range(&r, 13, 16), random_range(&r, 18, 21), random_range(&r, -3, 3),
        skins[random_below(&r, 5)], hairs[random_below(&r, 5)],
        0x404a58 + 0x0a0806 * random_below(&r, 8)};
    for (int i = 0; i < s->width * s->height; i++) {
        uint32_t colour = head_pixel(&h, i % s->width, i / s->width, set == SET_POISONED);
        for (int k = 0; k < 3; k++)
            rgb[3 * i + k] = (uint8_t)(colour >> (16 - 8 * k) & 255);
    }
}
