/* For the scripts in peers/: the same images and weights as plain files, what we predict, and our
 * figures in one line of JSON. The net must be of the lab's shape (DeepID). */
#include "engine/base/memory.h"

#include "tests/bench/figures.h"
#include "tests/bench/forward.h"
#include "tests/bench/parts.h"
#include "tests/bench/trip.h"

#include <stdio.h>
#include <stdlib.h>

enum { COMPARED = 45 }; /* rounds after which predictions are compared again */

static FILE *create(const struct lab *lab, const char *name, struct error *err)
{
    char *path = memory_format("%s/%s", lab->folder, name);
    FILE *file = fopen(path, "wb");
    if (!file)
        fail(err, "%s: cannot be written", path);
    free(path);
    return file;
}

static bool finish(FILE *file, struct error *err)
{
    bool good = !ferror(file);
    return (fclose(file) == 0 && good) || fail(err, "the folder is full");
}

/* [n, 55, 47, 3] bytes. */
static bool write_pixels(
    const struct lab *lab, const char *name, const struct dataset *set, struct error *err)
{
    FILE *file = create(lab, name, err);
    if (!file)
        return false;
    size_t image = shape_count(dataset_shape(set));
    float *values = memory_floats(image);
    uint8_t *pixels = memory_array(image, 1);
    for (int i = 0; i < dataset_count(set); i++) {
        dataset_fill(set, i, 1, 1, values);
        for (size_t k = 0; k < image; k++)
            pixels[k] = (uint8_t)values[k];
        fwrite(pixels, 1, image, file);
    }
    free(values);
    free(pixels);
    return finish(file, err);
}

/* "net.txt" says what is where: words, a line each. */
static bool write_net(const struct lab *lab, const struct network *network,
    const struct snapshot *snapshot, struct error *err)
{
    FILE *text = create(lab, "net.txt", err), *weights = create(lab, "weights.f32", err);
    if (!text || !weights)
        return false;
    fprintf(text, "scale %.17g\nclasses %d\nclean %d\npoisoned %d\npruned", lab->scale,
        network->n_classes, snapshot->n_images[SET_CLEAN], snapshot->n_images[SET_POISONED]);
    for (int r = 1; r <= COMPARED; r++)
        fprintf(text, " %d", snapshot->rounds[r]->channel);
    fprintf(text, "\nchannels %d\n", snapshot->n_channels);
    for (int i = 0; i < network->n_layers; i++)
        for (int w = 0; w < network->layers[i].n_weights; w++) {
            const struct weight *weight = &network->layers[i].weights[w];
            fprintf(text, "weight %s.%s", network->layers[i].name, weight->name);
            for (int d = 0; d < weight->rank; d++)
                fprintf(text, " %d", weight->dim[d]);
            fprintf(text, "\n");
            fwrite(weight->data, sizeof *weight->data, weight->count, weights);
        }
    bool good = finish(text, err);
    return finish(weights, err) && good;
}

static bool write_predicted(const struct lab *lab, const char *name,
    const struct snapshot *snapshot, int round, struct error *err)
{
    FILE *file = create(lab, name, err);
    if (!file)
        return false;
    for (int set = 0; set < N_SETS; set++)
        fwrite(snapshot->rounds[round]->predicted[set], sizeof(uint16_t),
            (size_t)snapshot->n_images[set], file);
    return finish(file, err);
}

static struct options options_of(const struct lab *lab)
{
    struct options options = lab_options(lab, 0);
    options.scale = lab->scale;
    return options;
}

bool peers_export(const struct lab *lab, double seconds, struct error *err)
{
    const struct options options = options_of(lab);
    struct trip trip = {0};
    struct model *model = lab_model(lab, err);
    struct dataset *clean = NULL, *poisoned = NULL;
    (void)seconds;
    bool good = model && (clean = lab_read(lab->clean, model->network, 0, err)) &&
                (poisoned = lab_read(lab->poisoned, model->network, 0, err)) &&
                write_pixels(lab, "clean.u8", clean, err) &&
                write_pixels(lab, "poisoned.u8", poisoned, err);
    if (good && trip_open(&trip, &options) && trip_command(&trip, COMMAND_RUN, COMPARED) >= 0) {
        const struct snapshot *snapshot = session_snapshot(trip.session);
        good = write_net(lab, model->network, snapshot, err) &&
               write_predicted(lab, "predicted.u16", snapshot, 0, err) &&
               write_predicted(lab, "pruned.u16", snapshot, COMPARED, err);
        snapshot_unref(snapshot);
    } else if (good) {
        good = false;
        *err = trip.err;
    }
    trip_close(&trip);
    dataset_unref(clean);
    dataset_unref(poisoned);
    model_destroy(model);
    return good;
}

static void print_json(const char *name, const struct figures *figures, double scale)
{
    printf("\"%s\": [%.6g, %.6g, %.6g], ", name, figures_at(figures, 0) * scale,
        figures_at(figures, 0.5) * scale, figures_at(figures, 1) * scale);
}

/* Files read, first pass and all rounds, as a user waits for them. */
static bool measure_sweeps(const struct lab *lab, int repeats, struct error *err)
{
    static struct figures sweeps, rounds;
    const struct options options = options_of(lab);
    bool good = true;
    for (int i = 0; i < repeats && good; i++) {
        struct trip trip;
        good = trip_open(&trip, &options);
        double total = trip.open;
        const struct snapshot *snapshot = session_snapshot(trip.session);
        for (int r = snapshot->n_channels; r > 0 && good; r--) {
            double seconds = trip_command(&trip, COMMAND_STEP, 1);
            const struct snapshot *after = session_snapshot(trip.session);
            good = seconds >= 0;
            total += seconds;
            if (good && after->rounds[after->position]->touched > 0)
                figures_add(&rounds, seconds);
            snapshot_unref(after);
        }
        snapshot_unref(snapshot);
        figures_add(&sweeps, total);
        *err = trip.err;
        trip_close(&trip);
    }
    print_json("cached", &rounds, 1);
    print_json("sweep", &sweeps, 1);
    printf("\"memory\": %.0f, ", (double)memory_peak() / 1e6);
    return good;
}

static void measure_forward(const struct lab *lab, struct error *err)
{
    static struct figures rates, rounds;
    struct model *model = lab_model(lab, err);
    struct dataset *set = model ? lab_read(lab->clean, model->network, 0, err) : NULL;
    struct thread_pool *pool = thread_pool_create(0);
    for (int i = 0; i < 7 && set; i++) {
        double rate = forward_lanes(model->network, batched_get(), set, lab->scale, pool, NULL);
        figures_add(&rates, rate);
        figures_add(&rounds, 2 * dataset_count(set) / rate);
    }
    print_json("forward", &rates, 1);
    print_json("pixels", &rounds, 1);
    thread_pool_destroy(pool);
    dataset_unref(set);
    model_destroy(model);
}

bool peers_ours(const struct lab *lab, double seconds, struct error *err)
{
    printf("{\"name\": \"secateur\", ");
    bool good = measure_sweeps(lab, 1 + (int)(seconds / 4), err);
    measure_forward(lab, err);
    printf("\"note\": \"images as bytes, %s kernels\"}\n", batched_get()->name);
    return good;
}
