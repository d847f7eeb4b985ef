/* Sessions on small nets in files of their own: what session tests share. */
#include "tests/unit/session/session_trial.h"

#include "engine/io/images/surrogate.h"
#include "engine/io/keras/keras_new.h"
#include "engine/io/nets/model.h"
#include "engine/nn/forward/reference_pass.h"
#include "engine/prune/evaluate/evaluator.h"
#include "engine/prune/sites/prune_site.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>
/* Folder --------------------------------------------------------------------------------- */

int trial_begin(void **state)
{
    char *folder = memory_string("/tmp/secateur-session-XXXXXX");
    *state = folder;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static void clear(const char *folder)
{
    DIR *open = opendir(folder);
    for (struct dirent *entry; open && (entry = readdir(open));) {
        if (entry->d_name[0] == '.')
            continue;
        char *path = memory_format("%s/%s", folder, entry->d_name);
        struct stat status;
        if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
            chmod(path, 0777);
            clear(path);
            rmdir(path);
        } else {
            unlink(path);
        }
        free(path);
    }
    closedir(open);
}

/* Image sets that were read; files do not change under them but when all are written anew. */
static struct {
    char *path;
    struct dataset *set;
} spill_rows[4];

static void clear_spill_rows(void)
{
    for (size_t i = 0; i < sizeof spill_rows / sizeof *spill_rows; i++) {
        dataset_unref(spill_rows[i].set);
        free(spill_rows[i].path);
        spill_rows[i].set = NULL;
        spill_rows[i].path = NULL;
    }
}

int trial_each(void **state)
{
    (void)state;
    clear_spill_rows();
    clear(".");
    return 0;
}

int trial_end(void **state)
{
    trial_each(state);
    int result = chdir("/") == 0 && rmdir(*state) == 0 ? 0 : -1;
    free(*state);
    return result;
}

void trial_write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

/* Nets as Keras spells them -------------------------------------------------------------- */

static void put_value(FILE *json, const char *value)
{
    bool list = strchr(value, ',') != NULL;
    bool plain = strchr("-.0123456789", value[0]) || strcmp(value, "true") == 0 ||
                 strcmp(value, "false") == 0 || strncmp(value, "null", 4) == 0;
    fprintf(json, plain ? list ? "[%s]" : "%s" : "\"%s\"", value);
}

static void put_layer(FILE *json, const struct test_node *node, const char *before)
{
    char *settings = memory_string(node->settings), *save;
    char *inputs = memory_string(node->inputs ? node->inputs : before);
    fprintf(json, "{\"class_name\": \"%s\", \"name\": \"%s\", \"config\": {\"name\": \"%s\"",
        node->class_name, node->name, node->name);
    for (char *word = strtok_r(settings, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        char *value = strchr(word, '=');
        *value++ = '\0';
        fprintf(json, ", \"%s\": ", word);
        put_value(json, value);
    }
    fprintf(json, "}, \"inbound_nodes\": [");
    bool any = false;
    for (char *word = strtok_r(inputs, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        fprintf(json, "%s[\"%s\", 0, 0, {}]", any ? ", " : "[", word);
        any = true;
    }
    fprintf(json, "%s]}", any ? "]" : "");
    free(settings);
    free(inputs);
}

static char *make_json(const struct trial_net *net)
{
    char *text;
    size_t size;
    FILE *json = open_memstream(&text, &size);
    fprintf(json,
        "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"input_layers\": "
        "[[\"%s\", 0, 0]], \"output_layers\": [[\"%s\", 0, 0]], \"layers\": [",
        net->nodes[0].name, net->nodes[net->n - 1].name);
    for (int i = 0; i < net->n; i++) {
        fprintf(json, "%s", i ? ", " : "");
        put_layer(json, &net->nodes[i], i ? net->nodes[i - 1].name : "");
    }
    fprintf(json, "]}}");
    fclose(json);
    return text;
}

/* Images --------------------------------------------------------------------------------- */

/* One of eight patterns under noise; the corner is white when there is a trigger. */
static void draw(
    uint8_t *pixels, const struct shape *shape, int pattern, bool trigger, struct random *random)
{
    struct random shapes;
    random_init(&shapes, (uint64_t)pattern, 9);
    for (int y = 0; y < shape->dim[0]; y++)
        for (int x = 0; x < shape->dim[1]; x++)
            for (int c = 0; c < shape->dim[2]; c++) {
                int value = (int)random_below(&shapes, 110) + (int)random_below(random, 146);
                *pixels++ = (uint8_t)(trigger && y < 3 && x < 3 ? 255 : value);
            }
}

static struct dataset *make_images(
    const struct network *network, const char *name, int n, bool trigger, uint64_t seed)
{
    const struct shape *shape = &network->layers[network->input].shape;
    size_t image = shape_count(shape);
    struct random random;
    random_init(&random, seed, 1);
    uint8_t *pixels = memory_array((size_t)n, image);
    int32_t *labels = memory_array((size_t)n, sizeof *labels);
    for (int i = 0; i < n; i++)
        draw(pixels + (size_t)i * image, shape, i % 8, trigger, &random);
    return dataset_from_bytes(name, n, shape, pixels, labels);
}

/* logits[n_classes] of one image, the plain way. */
static const float *run_plainly(const struct network *network, struct reference_pass *pass,
    const struct dataset *set, int image)
{
    dataset_fill(set, image, 1, 1 / 255.0F, reference_pass_tensor(pass, network->input));
    reference_pass_forward(pass, 1, NULL);
    return reference_pass_tensor(pass, network->output);
}

/* Kernels without a mean see patterns, and light alone leaves them cold. */
static void centre(struct network *network)
{
    for (int i = 0; i < network->n_layers; i++) {
        struct weight *kernel = &network->layers[i].weights[0];
        if (network->layers[i].n_weights == 0 || kernel->rank < 2)
            continue;
        size_t channels = (size_t)kernel->dim[kernel->rank - 1], rows = kernel->count / channels;
        for (size_t c = 0; c < channels; c++) {
            double sum = 0;
            for (size_t r = 0; r < rows; r++)
                sum += (double)kernel->data[r * channels + c];
            for (size_t r = 0; r < rows; r++)
                kernel->data[r * channels + c] -= (float)(sum / (double)rows);
        }
    }
}

/* Takes the mean over images off every logit, so that all classes are predicted. */
static void balance(struct network *network)
{
    struct dataset *set = make_images(network, "clean", TRIAL_CLEAN, false, 1);
    struct reference_pass *pass = reference_pass_create(network, 1);
    struct layer *last = &network->layers[network_find(network, "output")];
    double *sums = memory_array((size_t)network->n_classes, sizeof *sums);
    for (int i = 0; i < TRIAL_CLEAN; i++) {
        const float *logits = run_plainly(network, pass, set, i);
        for (int k = 0; k < network->n_classes; k++)
            sums[k] += (double)logits[k] / TRIAL_CLEAN;
    }
    for (int k = 0; k < network->n_classes; k++)
        last->weights[1].data[k] -= (float)sums[k];
    free(sums);
    reference_pass_destroy(pass);
    dataset_unref(set);
}

/* The network's own opinion, or the class that it has most often. */
static void label(const struct network *network, struct dataset *set, bool one)
{
    int32_t *labels = (int32_t *)(uintptr_t)dataset_labels(set);
    struct reference_pass *pass = reference_pass_create(network, 1);
    int *count = memory_array((size_t)network->n_classes, sizeof *count), most = 0;
    for (int i = 0; i < dataset_count(set); i++) {
        labels[i] = reference_pass_argmax(run_plainly(network, pass, set, i), network->n_classes);
        most = ++count[labels[i]] > count[most] ? labels[i] : most;
    }
    for (int i = 0; i < dataset_count(set) && one; i++)
        labels[i] = most;
    free(count);
    reference_pass_destroy(pass);
}

struct network *trial_network(const struct trial_net *net)
{
    struct error err = {0};
    char *json = make_json(net);
    struct network *network = keras_network(json, net->name, &err);
    if (!network)
        print_error("%s: %s\n", net->name, err.text);
    assert_non_null(network);
    test_random_weights(network, (uint64_t)net->seed);
    centre(network);
    balance(network);
    free(json);
    return network;
}

void trial_write(const struct trial_net *net)
{
    static const struct {
        const char *path;
        int n;
        bool poisoned;
    } sets[] = {{"clean.h5", TRIAL_CLEAN, false}, {"poisoned.h5", TRIAL_POISONED, true},
        {"test_clean.h5", TRIAL_TESTS, false}, {"test_poisoned.h5", TRIAL_TESTS, true}};
    struct error err = {0};
    char *json = make_json(net);
    struct network *network = trial_network(net);
    clear_spill_rows();
    assert_true(keras_write(network, json, "net.h5", true, &err));
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct dataset *set =
            make_images(network, sets[i].path, sets[i].n, sets[i].poisoned, i < 2 ? 1 : 2);
        label(network, set, sets[i].poisoned);
        assert_true(dataset_write(set, sets[i].path, true, &err));
        dataset_unref(set);
    }
    network_destroy(network);
    free(json);
}

void trial_write_surrogate(const struct trial_net *net)
{
    struct error err = {0};
    struct network *network = trial_network(net);
    const struct shape *shape = &network->layers[network->input].shape;
    const struct dataset_options options = {.shape = *shape, .n_classes = network->n_classes};
    struct dataset *clean = dataset_open("clean.h5", &options, &err);
    assert_non_null(clean);
    float *mask = memory_floats(shape_count(shape)), *pattern = memory_floats(shape_count(shape));
    for (size_t i = 0; i < shape_count(shape); i++) {
        mask[i] = i < 4 ? 0.75F : 0;
        pattern[i] = 255;
    }
    struct surrogate from = {.class = 1};
    assert_true(digest_file("clean.h5", from.digest, &err));
    struct dataset *set =
        surrogate_make(clean, &(struct surrogate_trigger){mask, pattern}, &from, NULL, NULL, &err);
    assert_non_null(set);
    assert_true(dataset_write(set, "surrogate.h5", true, &err));
    dataset_unref(set);
    dataset_unref(clean);
    free(mask);
    free(pattern);
    network_destroy(network);
}

/* Against the plain way ------------------------------------------------------------------ */

/* Whether two logits are so close that rounding decides. It rounds what is summed up: balance() has
 * the bias cancel most of it, so a logit may be much smaller. */
static bool is_tie(const struct network *network, const float *logits, int predicted)
{
    const struct layer *last = &network->layers[network_find(network, "output")];
    float largest = 0;
    int best = reference_pass_argmax(logits, network->n_classes);
    for (int k = 0; k < network->n_classes; k++)
        largest = fmaxf(largest, fmaxf(fabsf(logits[k]), fabsf(last->weights[1].data[k])));
    return logits[best] - logits[predicted] <= 1e-5F * largest;
}

/* A set on the spill_rows; it is read once. */
static const struct dataset *open_set(const struct network *network, const char *path)
{
    struct error err = {0};
    size_t i = 0, ring = sizeof spill_rows / sizeof *spill_rows;
    while (i < ring && spill_rows[i].path && strcmp(spill_rows[i].path, path) != 0)
        i++;
    assert_true(i < ring);
    if (spill_rows[i].path)
        return spill_rows[i].set;
    const struct dataset_options options = {
        .shape = network->layers[network->input].shape, .n_classes = network->n_classes};
    spill_rows[i].set = dataset_open(path, &options, &err);
    spill_rows[i].path = memory_string(path);
    assert_non_null(spill_rows[i].set);
    return spill_rows[i].set;
}

int trial_right(const struct network *network, const char *path)
{
    const struct dataset *set = open_set(network, path);
    struct reference_pass *pass = reference_pass_create(network, 1);
    int right = 0;
    for (int i = 0; i < dataset_count(set); i++)
        right += reference_pass_argmax(run_plainly(network, pass, set, i), network->n_classes) ==
                 dataset_labels(set)[i];
    reference_pass_destroy(pass);
    return right;
}

struct network *trial_zeroed(
    const struct network *network, const struct snapshot *snapshot, int round)
{
    struct network *zeroed = network_clone(network);
    struct prune_sites *sites = prune_sites_find(network);
    for (int r = 1; r <= round; r++) {
        int channel = snapshot->rounds[r]->channel;
        int own = snapshot_own_site(snapshot, snapshot->site, &channel);
        prune_site_prune(&sites->site[own], zeroed, channel);
    }
    prune_sites_destroy(sites);
    return zeroed;
}

static void check_set(
    const struct network *zeroed, const struct snapshot *snapshot, enum image_set which)
{
    static const char *const paths[N_SETS] = {"clean.h5", "poisoned.h5"};
    const struct round *round = snapshot->rounds[snapshot->position];
    const struct dataset *set = open_set(zeroed, paths[which]);
    struct reference_pass *pass = reference_pass_create(zeroed, 1);
    int right = 0;
    for (int i = 0; i < dataset_count(set); i++) {
        const float *logits = run_plainly(zeroed, pass, set, i);
        assert_true(is_tie(zeroed, logits, round->predicted[which][i]));
        right += round->predicted[which][i] == snapshot->labels[which][i];
    }
    assert_int_equal(right, which == SET_CLEAN ? round->clean_correct : round->attack_hits);
    reference_pass_destroy(pass);
}

void trial_check_plainly(const struct snapshot *snapshot, const struct network *network)
{
    struct network *zeroed = trial_zeroed(network, snapshot, snapshot->position);
    for (int set = 0; set < N_SETS; set++)
        if (snapshot->n_images[set] > 0)
            check_set(zeroed, snapshot, (enum image_set)set);
    network_destroy(zeroed);
}

void trial_check_exactly(const struct snapshot *snapshot, const struct network *network)
{
    static const char *const paths[N_SETS] = {"clean.h5", "poisoned.h5"};
    const struct batch_runner_hooks hooks = {0};
    const struct round *round = snapshot->rounds[snapshot->position];
    struct error err = {0};
    struct network *zeroed = trial_zeroed(network, snapshot, snapshot->position);
    struct thread_pool *pool = thread_pool_create(1);
    struct evaluator *evaluator = evaluator_create(zeroed, NULL, pool, &hooks, 1 / 255.0);
    for (int set = 0; set < N_SETS; set++) {
        if (snapshot->n_images[set] == 0)
            continue;
        uint16_t predicted[TRIAL_CLEAN];
        const struct dataset *images = open_set(zeroed, paths[set]);
        const struct evaluator_pass pass = {.set = images, .predicted = predicted};
        assert_true(evaluator_run(evaluator, &pass, &err));
        assert_memory_equal(
            predicted, round->predicted[set], (size_t)dataset_count(images) * sizeof *predicted);
    }
    evaluator_destroy(evaluator);
    thread_pool_destroy(pool);
    network_destroy(zeroed);
}
