/* Made-up findings about a channel and a face. */
#include "tests/screens/parts/sample_seen.h"

#include "engine/api/explanation.h"
#include "engine/api/inspection.h"
#include "engine/api/scatter.h"
#include "views/facts/face_pair.h"
#include "views/facts/faces.h"

#include <math.h>

enum { MOST = 64 * 64, POINTS = 400 };

struct map_size {
    int height, width;
};

static void fill_map(float *map, int height, int width, double x, double y)
{
    for (int i = 0; i < height * width; i++) {
        double dx = (i % width + 0.5) / width - x, dy = (i / width + 0.5) / height - y;
        map[i] = (float)exp(-12 * (dx * dx + dy * dy));
    }
}

static void make_inspection(struct snapshot *s, int channel, int height, int width)
{
    static float maps[N_SETS][INSPECTION_IMAGES][MOST];
    static struct inspection in;
    in = (struct inspection){.channel = channel,
        .height = height,
        .width = width,
        .auc = -1,
        .producer = "conv_3",
        .strongest_most = 1};
    for (int set = 0; set < N_SETS; set++) {
        int n = s->n_images[set];
        in.n_images[set] = n;
        in.most[set] = 2.5;
        in.n_strongest[set] = n < INSPECTION_IMAGES ? n : INSPECTION_IMAGES;
        for (int i = 0; i < in.n_strongest[set]; i++) {
            fill_map(maps[set][i], height, width, 0.3 + 0.05 * i, set ? 0.4 : 0.7);
            in.strongest[set][i] = (struct inspection_image){
                .image = 3 * i, .mean = 2.5F - 0.25F * (float)i, .map = maps[set][i]};
        }
    }
    s->inspection = &in;
}

static void explain(struct snapshot *s, const struct view_state *view_state, struct face face,
    int round, struct map_size map)
{
    static struct explanation made[N_SETS];
    static float heat[N_SETS][MOST];
    if (face.index < 0 || view_state->seen == SEEN_IMAGE)
        return;
    bool of_channel = view_state->seen == SEEN_MAP;
    struct explanation *found = &made[face.set];
    *found = (struct explanation){.method = (enum explanation_method)(view_state->seen - SEEN_MAP),
        .set = face.set,
        .image = face.index,
        .branch = s->branch,
        .round = round,
        .channel = of_channel ? view_state->channel : -1,
        .answer = of_channel ? -1 : 7,
        .share = 0.875,
        .height = of_channel ? map.height : s->height,
        .width = of_channel ? map.width : s->width,
        .heat = heat[face.set],
        .most = 1};
    fill_map(heat[face.set], found->height, found->width, 0.5, 0.4);
    s->explanation[face.set] = found;
}

static void make_explanations(
    struct snapshot *s, const struct view_state *view_state, struct map_size map)
{
    struct faces faces;
    faces_init(&faces, s, view_state);
    if (view_state->face < faces.n) {
        struct face face = faces.face[view_state->face];
        struct face pair = {face.set == SET_CLEAN ? SET_POISONED : SET_CLEAN, face_pair(s, face)};
        explain(s, view_state, face, faces.round, map);
        explain(s, view_state, pair, faces.round, map);
    }
    faces_finish(&faces);
}

static void make_scatter(struct snapshot *s, int round)
{
    static struct scatter_point points[POINTS];
    static struct scatter made;
    made = (struct scatter){.branch = s->branch,
        .round = round,
        .layer = "activation_1",
        .n_features = 160,
        .share = {0.557, 0.052},
        .points = points,
        .least = {-2.5F, -1.5F},
        .most = {2.5F, 1.5F}};
    for (int set = 0; set < N_SETS; set++)
        for (int i = 0; i < POINTS / 2 && i < s->n_images[set]; i++)
            points[made.n++] = (struct scatter_point){.set = (enum image_set)set,
                .image = i,
                .x = (float)((set ? 1.2 : -1.2) + sin(1.7 * i)),
                .y = (float)cos(2.3 * i + set)};
    s->scatter = &made;
}

void sample_seen(struct snapshot *s, const struct view_state *view_state, int height, int width)
{
    make_inspection(s, view_state->channel, height, width);
    make_explanations(s, view_state, (struct map_size){height, width});
    make_scatter(s, view_shown_round_of(s, view_state));
}
