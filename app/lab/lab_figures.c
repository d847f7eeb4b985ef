/* The figures of the report: the exports, under plain names in the lab's folder. */
#include "app/lab/lab_parts.h"
#include "engine/base/memory.h"
#include "views/charts/roc_plot.h"
#include "views/figures/exports.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_file(const char *path, unsigned char **bytes, size_t *size, struct error *err)
{
    FILE *file = fopen(path, "rb");
    *bytes = NULL;
    *size = 0;
    if (!file)
        return fail_as(err, ERROR_OUTPUT, "%s: %s", path, strerror(errno));
    for (size_t got = 1; got > 0; *size += got) {
        *bytes = memory_grow(*bytes, *size + 65536, 1);
        got = fread(*bytes + *size, 1, 65536, file);
    }
    bool good = !ferror(file);
    fclose(file);
    return good || fail_as(err, ERROR_OUTPUT, "%s: cannot be read back", path);
}

/* Files of an input, as figures tell them. */
static int tell_inputs(const struct lab *lab, struct export_input inputs[LAB_INPUTS])
{
    int n = 0;
    for (int i = 0; i < LAB_INPUTS; i++) {
        const char *path = lab->inputs[i].path;
        const char *slash = path ? strrchr(path, '/') : NULL;
        if (path)
            inputs[n++] = (struct export_input){.role = lab->inputs[i].role,
                .name = slash ? slash + 1 : path,
                .sha = lab->inputs[i].sha};
    }
    return n;
}

bool lab_figure(struct lab *lab, struct document *document, const char *export, const char *format,
    const struct snapshot *s, const struct view_state *view_state, const char *stem,
    const char *caption, struct error *err)
{
    const char *const extensions[] = {format, "csv", "tex"};
    char names[3][64], wrote[EXPORT_PATH];
    struct export_input inputs[LAB_INPUTS];
    struct export_request request = {.snapshot = s,
        .view_state = view_state,
        .folder = lab->folder,
        .stem = stem,
        .formats = format,
        .size = "100mm", /* letters that a phone shows, too */
        .style = "intervals",
        .version = SECATEUR_VERSION,
        .n_inputs = tell_inputs(lab, inputs),
        .inputs = inputs,
        .zoom = 3,
        .force = lab->force};
    unsigned char *bytes = NULL;
    size_t size = 0;
    bool good = exports_write(exports_find(export), &request, wrote, err);
    for (int i = 0; i < 3 && good; i++) {
        snprintf(names[i], sizeof names[i], "%s.%s", stem, extensions[i]);
        good = lab_note(lab, names[i], err);
    }
    if (good && read_file(wrote, &bytes, &size, err)) {
        document_figure(document, names[0], caption, bytes, size);
        return true;
    }
    free(bytes);
    return false;
}

/* Is the suggested repair another way of pruning than the exercise's? */
static bool repairs_otherwise(const struct lab *lab)
{
    const struct snapshot *a = lab->sweep, *b = lab->repair;
    return b && (a->site != b->site || strcmp(a->criterion, b->criterion) != 0);
}

static bool add_curves(struct lab *lab, struct document *document, const struct snapshot *s,
    const char *stem, const char *caption, struct error *err)
{
    struct view_state view_state = {.viewed = -1, .axis = AXIS_FULL};
    return lab_figure(lab, document, "curves", "svg", s, &view_state, stem, caption, err);
}

static bool add_exercise(struct lab *lab, struct document *document, struct error *err)
{
    return add_curves(lab, document, lab->sweep, "curves",
        "Clean accuracy and attack success over the channels pruned in the exercise's layer; "
        "bands: "
        "95 % intervals.",
        err);
}

static bool add_suggested(struct lab *lab, struct document *document, struct error *err)
{
    return add_curves(lab, document, lab->repair, "curves_suggested",
        "Clean accuracy and attack success in the suggested layer, up to the suggested repair; "
        "bands: 95 % intervals.",
        err);
}

const struct lab_net *lab_shown_net(const struct lab *lab)
{
    for (int i = lab->n_nets - 1; i >= 0; i--)
        if (lab->nets[i].round > 0)
            return &lab->nets[i];
    return NULL;
}

/* How well an image shows what the repair does: 2: its attack is undone and, of pairs, the clean
 * image belongs to another class and stays right; 1: its attack is undone. */
static int telling(const struct snapshot *s, int round, bool pairs, int i)
{
    int target = s->labels[SET_POISONED][i], own = pairs ? s->labels[SET_CLEAN][i] : -1;
    const struct round *before = s->rounds[0], *after = s->rounds[round];
    if (before->predicted[SET_POISONED][i] != target || after->predicted[SET_POISONED][i] == target)
        return 0;
    bool kept = !pairs || (own != target && before->predicted[SET_CLEAN][i] == own &&
                              after->predicted[SET_CLEAN][i] == own);
    return kept ? 2 : 1;
}

/* The most telling images, of different classes where there are. */
static int choose(const struct snapshot *s, int round, bool pairs, int image[LAB_FACES])
{
    int n = 0;
    for (int worth = 2; worth >= 0; worth--)
        for (int repeat = 0; repeat < 2; repeat++)
            for (int i = 0; i < s->n_images[SET_POISONED] && n < LAB_FACES; i++) {
                bool taken = false;
                for (int j = 0; j < n; j++)
                    taken = taken || image[j] == i ||
                            (!repeat && pairs &&
                                s->labels[SET_CLEAN][image[j]] == s->labels[SET_CLEAN][i]);
                if (!taken && telling(s, round, pairs, i) == worth)
                    image[n++] = i;
            }
    return n;
}

static void verdicts(
    struct document *document, const struct snapshot *s, int round, enum image_set set, int i)
{
    int label = s->labels[set][i], b = s->rounds[0]->predicted[set][i];
    int repaired = s->rounds[round]->predicted[set][i];
    const char *goal = set == SET_CLEAN ? "right" : "attack succeeds";
    const char *miss = set == SET_CLEAN ? "wrong" : "attack fails";
    document_cell(document, "%d", i);
    document_cell(document, "%s", set == SET_CLEAN ? "clean" : "poisoned");
    document_cell(document, "%d", label);
    document_cell(document, "%d (%s)", b, b == label ? goal : miss);
    document_cell(document, "%d (%s)", repaired, repaired == label ? goal : miss);
    if (b == repaired)
        document_cell(document, "%d", b);
    else
        document_cell(document, "N+1 (flagged)");
}

/* Does every poisoned image show the clean one of the same number? */
static bool side_by_side(const struct snapshot *s)
{
    bool pairs = s->pairs && s->n_images[SET_CLEAN] == s->n_images[SET_POISONED];
    for (int i = 0; i < s->n_images[SET_POISONED] && pairs; i++)
        pairs = s->pairs[i] == i;
    return pairs;
}

/* The faces of the case; *n of them, 0: there is none to show. */
static const struct snapshot *choose_faces(
    const struct lab *lab, bool *pairs, int image[LAB_FACES], int *n)
{
    const struct lab_net *net = lab_shown_net(lab);
    const struct snapshot *s = net ? lab_snapshot(lab, net) : NULL;
    *pairs = net && side_by_side(s);
    *n = net ? choose(s, net->round, *pairs, image) : 0;
    return s;
}

/* "Image 7, clean and poisoned: B says 0, B′ 5." */
static void caption_of(
    const struct snapshot *s, const struct lab_net *net, bool pairs, int i, char *text, size_t size)
{
    snprintf(text, size, "Image %d%s. Poisoned: B says %d, the %s %d.", i,
        pairs ? ", clean and poisoned" : "", s->rounds[0]->predicted[SET_POISONED][i], net->name,
        s->rounds[net->round]->predicted[SET_POISONED][i]);
}

static bool add_faces(struct lab *lab, struct document *document, struct error *err)
{
    const struct lab_net *net = lab_shown_net(lab);
    bool pairs, good = true;
    int image[LAB_FACES], n;
    const struct snapshot *s = choose_faces(lab, &pairs, image, &n);
    for (int i = 0; i < n && good; i++) {
        char caption[160], stem[32];
        struct view_state view_state = {.viewed = net->round,
            .face = image[i],
            .face_filter = FACES_ALL,
            .face_side = pairs ? FACES_CLEAN : FACES_POISONED};
        snprintf(stem, sizeof stem, "face_%d", i + 1);
        caption_of(s, net, pairs, image[i], caption, sizeof caption);
        good = lab_figure(
            lab, document, pairs ? "pair" : "face", "png", s, &view_state, stem, caption, err);
    }
    return good;
}

bool lab_case_figures(struct lab *lab, struct document *document, struct error *err)
{
    return (repairs_otherwise(lab) ? add_suggested : add_exercise)(lab, document, err) &&
           add_faces(lab, document, err);
}

static void tell_faces(const struct lab *lab, struct document *document)
{
    const struct lab_net *net = lab_shown_net(lab);
    bool pairs;
    int image[LAB_FACES], n;
    const struct snapshot *s = choose_faces(lab, &pairs, image, &n);
    if (n == 0)
        return;
    document_add(document, BLOCK_HEADING, "Faces before and after");
    document_add(document, BLOCK_PARAGRAPH,
        "What the unpruned net B, the %s and GoodNet G say of the validation images at the top; "
        "those whose attack the repair undoes come first. Pixels are enlarged three times, never "
        "smoothed.%s",
        net->name, pairs ? " Left the clean image, right the poisoned one." : "");
    document_table(
        document, "Labels of these images, and what each net says.", "image|set|label|B|B′|G");
    for (int i = 0; i < n; i++)
        for (int set = pairs ? SET_CLEAN : SET_POISONED; set < N_SETS; set++)
            verdicts(document, s, net->round, set, image[i]);
}

static bool add_roc(struct lab *lab, struct document *document, struct error *err)
{
    struct view_state view_state = {.viewed = -1};
    char caption[512];
    snprintf(caption, sizeof caption,
        "Detection over false alarms on the %s images, for all thresholds of each detector; "
        "agreement compares B with each net." ROC_REVERSED,
        lab->n_test[SET_CLEAN] > 0 ? "test" : "validation");
    return lab_figure(lab, document, "roc", "svg", lab->detected, &view_state, "roc", caption, err);
}

bool lab_figures(struct lab *lab, struct document *document, struct error *err)
{
    struct view_state view_state = {.viewed = -1};
    document_add(document, BLOCK_HEADING, "Curves");
    if (lab->repair && !(repairs_otherwise(lab) ? add_exercise : add_suggested)(lab, document, err))
        return false;
    if (!lab_figure(lab, document, "thresholds", "svg", lab->sweep, &view_state, "thresholds",
            "The nets of the thresholds in the exercise's layer, on the validation images.", err) ||
        !lab_figure(lab, document, "goodnet", "svg", lab->detected, &view_state, "goodnet",
            "What GoodNet accepts and flags with each repaired net.", err) ||
        !add_roc(lab, document, err))
        return false;
    tell_faces(lab, document);
    return true;
}
